"""What nobody should send, made from what one may: `(what is wrong, body, must it be refused)`."""

import json
from collections.abc import Iterator
from typing import Any

WIDE = "\u3000\u3000"
"""Full-width spaces: nothing to see."""
RIGHT_TO_LEFT = "\u202egpj.exe\u200f"
LONG = "x" * 10_001
NAMES = {"name", "body", "username", "login", "password", "oldpassword", "emoji"}
"""Fields of which spaces are no value."""

Bad = tuple[str, Any, bool]


def json_bodies(body: dict[str, Any]) -> Iterator[Bad]:
    """Bodies that are no JSON object of ours, and then the object with one member spoilt. As bytes."""
    for what, text in {
        "a list": "[]", "null": "null", "half an object": '{"a": ', "not UTF-8": b"\xff\xfe{}", "NaN": '{"a": NaN}',
        "a number without end": '{"a": 1e999}', "too deep": "[" * 100_000, "1 MB": '{"a": "' + "x" * 1_000_000 + '"}',
        "a key twice": '{"body": "a", "body": "b"}',
    }.items():  # fmt: skip
        yield what, text if isinstance(text, bytes) else text.encode(), True
    for what, spoilt, refused in objects(body):
        yield what, json.dumps(spoilt).encode(), refused


def objects(body: dict[str, Any]) -> Iterator[Bad]:
    """`body` with one member spoilt."""
    yield "an unknown member", body | {"sender": 1, "is_staff": True}, True
    yield "nothing", {}, False
    for name, value in body.items():
        yield f"without {name}", {key: kept for key, kept in body.items() if key != name}, False
        for what, bad, refused in _values(name, value):
            yield f"{name}: {what}", body | {name: bad}, refused


def _values(name: str, value: Any) -> Iterator[Bad]:
    yield "an object", {}, True
    yield ("one", 1, True) if isinstance(value, bool) else ("true", True, True)
    yield "a fraction", 1.5, True
    if isinstance(value, list):
        yield from (("a text", "7", True), ("a list of lists", [[]], True), ("2,000 of them", value * 2000, True))
        return
    yield "a list", [], True
    if isinstance(value, int):
        yield from (("a text", "7", True), ("negative", -1, name != "seq"), ("too large", 10**30, True))
        if name not in ("seq", "after"):
            yield "of nothing", 10**9, True
    else:
        yield "a number", 7, True
        yield from texts(name)
        yield "NUL", "a\0b", True
        yield "half of a pair", "a\ud800b", True


def texts(name: str) -> Iterator[Bad]:
    """Bad values of a field of text, as any door may get them."""
    yield "10,001 characters", LONG, name not in ("epoch", "edited_at", "msg_id")
    yield "blank", "", name in NAMES
    yield "full-width spaces", WIDE, name in NAMES
    yield "right to left", RIGHT_TO_LEFT, False
    yield "markup", "<script>alert(1)</script>", False


def forms(fields: dict[str, str]) -> Iterator[Bad]:
    """A form with one field spoilt: whatever it is, nothing may break."""
    yield "nothing", {}, False
    yield "an unknown field", fields | {"author": "1", "is_staff": "on"}, False
    for name, value in fields.items():
        yield f"without {name}", {key: kept for key, kept in fields.items() if key != name}, False
        yield f"{name}: twice", fields | {name: [value, "7"]}, False
        for what, bad, refused in texts(name):
            yield f"{name}: {what}", fields | {name: bad}, refused and name != "remove"
        if value.isdecimal() or name in ("max_uses", "expires_at"):
            for what, bad in (("negative", "-1"), ("too large", "1" + "0" * 30), ("a digit of others", "١")):
                yield f"{name}: {what}", fields | {name: bad}, False
        yield f"{name}: NUL", fields | {name: "a\0b"}, name != "remove"


MANY = "?" + "a=1&" * 2000

QUERIES = (
    "?q=%00", "?q=%ED%A0%80", "?page=x", "?page=-1", "?page=1" + "0" * 30, "?before=x", "?before=-1", "?before=1" + "0" * 30, "?after=%D9%A1",
    "?before=2&after=1", "?around=%00", "?thread=x", "?limit=0", "?limit=101", "?limit=x", "?cursor=%00", "?cursor=bz0xMDAwMDAwMDAwMDAwMDAwMDAw",
    "?epoch=%00&after=0", "?epoch=x&after=x", "?workspace=x", "?workspace=1" + "0" * 30, "?discover=7", "?reply=1" + "0" * 30, "?reply=%00",
    "?emoji=%00", "?emoji=", "?next=%00", "?next=//evil.example", MANY, "?q=" + "x" * 10_001,
)  # fmt: skip
"""Put to every address that can be read."""

PATHS = ("%00", "a%00b", "%ED%A0%80", "x" * 5000, "..%2f..%2fsettings", "1" + "0" * 30, "-1", "0", "%E2%80%AE")
"""In the place of every argument of every address."""

LINKS = (
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))", "<javascript:alert(1)>", "![a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a][b]\n\n[b]: javascript:alert(1)", "[a](\tjavascript:alert(1))",
    "[a](java\nscript:alert(1))", '<a href="javascript:alert(1)">a</a>', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "[a](https://example.org \"onmouseover=alert(1)\")", "[a](https://example.org/\"onmouseover=\"alert(1))", "[a](//evil.example/javascript:)",
)  # fmt: skip
"""Messages with links that must not become links."""
