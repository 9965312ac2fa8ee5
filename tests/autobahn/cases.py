"""Autobahn's cases 1 to 7 and 10 for a server that does not echo: what each sends, and what is seen of it.

A message is a `ping` command of the wanted size, whose answer has its `msg_id`; what must come through unharmed is in the `msg_id`.
The numbers are Autobahn's. Where a frame that is no frame comes behind a message, that message may be answered first or not: Autobahn
calls both right.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import batched

from tests.autobahn.line import BINARY, CLOSE, CONT, PING, PONG, TEXT, closing, frame

HELLO = "Hello-µ@ßöäüàá-UTF-8!!"
BROKEN = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited"
"""Greek text, then half of a surrogate pair."""


@dataclass
class Case:
    """Writes, and what comes back in order: `("answer", msg_id)`, `("error",)`, `("pong", payload)`, `("close", code)`.

    Where nothing closes, the test does, with 1000. `close` is the code with which the server ends it instead; what was said
    right before may be answered then or not.
    """

    name: str
    writes: list[bytes]
    answers: list[tuple] = field(default_factory=list)
    close: int | None = 1000
    is_over: bool = False
    """Whether the case ends the connection, and the test must not."""


def command(msg_id: str = "a", size: int = 0) -> bytes:
    """A `ping`, with so many blanks that it has `size` bytes."""
    return json.dumps({"msg_id": msg_id, "cmd_type": "ping", "payload": {}}, ensure_ascii=False).encode().ljust(size)


def octets(data: bytes, size: int = 1) -> list[bytes]:
    return [bytes(part) for part in batched(data, size)]


def fragments(payload: bytes, *cuts: int, opcode: int = TEXT) -> list[bytes]:
    """The payload in frames that end at `cuts` and at its end."""
    ends = [*cuts, len(payload)]
    parts = [payload[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [frame(CONT if n else opcode, part, fin=n == len(parts) - 1) for n, part in enumerate(parts)]


def broken(name: str, *writes: bytes, code: int = 1002) -> Case:
    return Case(name, list(writes), close=code, is_over=True)


A, B = command("a"), command("b")
ANSWER_A, ANSWER_B, ERROR = ("answer", "a"), ("answer", "b"), ("error",)


def sizes() -> Iterator[Case]:
    for n, size in enumerate((125, 126, 127, 128, 65_535, 65_536), 2):
        yield Case(f"1.1.{n}", [frame(TEXT, command("a", size))], [ANSWER_A])
        yield Case(f"1.2.{n}", [frame(BINARY, b"\xfe" * size)], [ERROR])
    yield Case("1.1.1", [frame(TEXT)], [ERROR])
    yield Case("1.1.8", octets(frame(TEXT, command("a", 65_536)), 997), [ANSWER_A])
    yield Case("1.2.1", [frame(BINARY)], [ERROR])
    yield Case("1.2.8", octets(frame(BINARY, b"\xfe" * 65_536), 997), [ERROR])
    yield broken("1.1.x: a byte too many", frame(TEXT, command("a", 65_537)), code=1009)
    yield broken("1.1.x: announced", frame(TEXT, announced=2**30), code=1009)


def pings() -> Iterator[Case]:
    long = b"\xfe" * 125
    ten = [frame(PING, f"payload-{n}".encode()) for n in range(10)]
    pongs = [("pong", f"payload-{n}".encode()) for n in range(10)]
    yield Case("2.1", [frame(PING)], [("pong", b"")])
    yield Case("2.2", [frame(PING, b"Hello, world!")], [("pong", b"Hello, world!")])
    yield Case(
        "2.3", [frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")], [("pong", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")]
    )
    yield Case("2.4", [frame(PING, long)], [("pong", long)])
    yield broken("2.5", frame(PING, b"\xfe" * 126))
    yield Case("2.6", octets(frame(PING, long)), [("pong", long)])
    yield Case("2.7", [frame(PONG)])
    yield Case("2.8", [frame(PONG, b"unsolicited pong payload")])
    yield Case("2.9", [frame(PONG, b"unsolicited"), frame(PING, b"ping")], [("pong", b"ping")])
    yield Case("2.10", ten, pongs)
    yield Case("2.11", octets(b"".join(ten)), pongs)


def reserved() -> Iterator[Case]:
    yield broken("3.1", frame(TEXT, A, rsv=1))
    yield broken("3.2", frame(TEXT, A), frame(TEXT, B, rsv=2), frame(PING))
    yield broken("3.3", frame(TEXT, A) + frame(TEXT, B, rsv=3) + frame(PING))
    yield broken("3.4", *octets(frame(TEXT, A) + frame(TEXT, B, rsv=4) + frame(PING)))
    yield broken("3.5", frame(BINARY, b"\x00" * 8, rsv=5))
    yield broken("3.6", frame(PING, b"", rsv=6))
    yield broken("3.7", frame(CLOSE, closing(1000), rsv=7))
    yield broken("3.x: unmasked", frame(TEXT, A, masked=False))


def opcodes() -> Iterator[Case]:
    for group, unknown in ((1, (3, 4, 5, 6, 7)), (2, (11, 12, 13, 14, 15))):
        for n, opcode in enumerate(unknown, 1):
            before = [frame(TEXT, A)] if n > 2 else []
            payload = b"reserved" if n in (2, 4) else b""
            yield broken(f"4.{group}.{n}", *before, frame(opcode, payload), frame(PING))


def fragmentation() -> Iterator[Case]:
    one, two = fragments(A, 20)
    ping, pong = frame(PING, b"between"), ("pong", b"between")
    lone = frame(CONT, B)
    yield broken("5.1", frame(PING, b"frag", fin=False), frame(CONT, b"ment"))
    yield broken("5.2", frame(PONG, b"frag", fin=False), frame(CONT, b"ment"))
    yield Case("5.3", [one, two], [ANSWER_A])
    yield Case("5.4", [one + two], [ANSWER_A])
    yield Case("5.5", octets(one + two), [ANSWER_A])
    yield Case("5.6", [one, ping, two], [pong, ANSWER_A])
    yield Case("5.7", [one + ping + two], [pong, ANSWER_A])
    yield Case("5.8", octets(one + ping + two), [pong, ANSWER_A])
    yield broken("5.9", lone, frame(TEXT, A))
    yield broken("5.10", lone + frame(TEXT, A))
    yield broken("5.11", *octets(lone + frame(TEXT, A)))
    yield broken("5.12", frame(CONT, B, fin=False), frame(TEXT, A))
    yield broken("5.13", frame(CONT, B, fin=False) + frame(TEXT, A))
    yield broken("5.14", *octets(frame(CONT, B, fin=False) + frame(TEXT, A)))
    yield broken("5.15", one, two, frame(CONT, b"more", fin=False), frame(TEXT, B))
    yield broken("5.16", frame(CONT, b"one", fin=False), frame(TEXT, b"two", fin=False), frame(CONT, b"three"))
    yield broken("5.17", frame(CONT, b"one"), frame(TEXT, b"two", fin=False), frame(CONT, b"three"))
    yield broken("5.18", one, frame(TEXT, B))
    six = fragments(A, 5, 10, 15, 20, 25)
    parted = [*six[:2], frame(PING, b"1"), *six[2:4], frame(PING, b"2"), *six[4:]]
    yield Case("5.19", parted, [("pong", b"1"), ("pong", b"2"), ANSWER_A])
    yield Case("5.20", [b"".join(parted)], [("pong", b"1"), ("pong", b"2"), ANSWER_A])


def text() -> Iterator[Case]:
    yield Case("6.1.1", [frame(TEXT)], [ERROR])
    yield Case("6.1.2", fragments(b"", 0, 0), [ERROR])
    yield Case("6.1.3", [frame(TEXT, b"", fin=False), frame(CONT, A, fin=False), frame(CONT)], [ANSWER_A])
    whole = command(HELLO)
    yield Case("6.2.1", [frame(TEXT, whole)], [("answer", HELLO)])
    yield Case("6.2.2", fragments(whole, 24), [("answer", HELLO)])
    yield Case("6.2.3", fragments(whole, *range(1, len(whole))), [("answer", HELLO)])
    yield Case("6.2.4", octets(b"".join(fragments(whole, *range(1, len(whole))))), [("answer", HELLO)])
    yield broken("6.3.1", frame(TEXT, BROKEN), code=1007)
    yield broken("6.3.2", *fragments(BROKEN, *range(1, len(BROKEN))), code=1007)
    # What is wrong already is not waited for to its end.
    yield broken("6.4.1", frame(TEXT, BROKEN[:-3], fin=False), code=1007)
    yield broken("6.4.2", frame(TEXT, BROKEN[:11] + b"\xf4", fin=False), frame(CONT, b"\x90", fin=False), code=1007)
    for n, good in enumerate(GOOD_TEXT, 1):
        yield Case(f"6.5 to 6.23, right {n}", [frame(TEXT, command(good))], [("answer", good)])
        yield Case(
            f"6.5 to 6.23, right {n}, in bytes",
            fragments(command(good), *range(1, len(command(good)))),
            [("answer", good)],
        )
    for n, bad in enumerate(BAD_TEXT, 1):
        yield broken(f"6.5 to 6.23, wrong {n}", frame(TEXT, bad), code=1007)
        yield broken(f"6.5 to 6.23, wrong {n}, in bytes", *fragments(bad, *range(1, len(bad))), code=1007)


GOOD_TEXT = ["κόσμε", "\x80", "ࠀ", "\U00010000", "\x7f", "\u07ff", "\uffff", "\U0010ffff", "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\U0001fffe", "\U0008ffff"]  # fmt: skip
"""First and last character of each length, and those round the surrogates (no NUL: the protocol refuses it)."""
BAD_TEXT = [
    bytes.fromhex(text)
    for text in (
        # cut off within a character, or too large a character, or one of five or six bytes
        "ce", "cebae1", "cebae1bd", "f8888080 80", "fc8480808080", "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf", "f4908080",
        # continuations alone, and impossible bytes
        "80", "bf", "80bf", "80bf80bf80bf", "fe", "ff", "fefeffff",
        # beginnings without what follows
        "c020c120", "e020e120", "f020f120", "c0", "e080", "f08080", "dfc0", "efbfc0",
        # overlong
        "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af", "c1bf", "e09fbf", "f08fbfbf", "c080", "e08080",
        # halves of surrogate pairs
        "eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf", "eda080edb080", "edafbfedbfbf",
    )
]  # fmt: skip


def closings() -> Iterator[Case]:
    bye = frame(CLOSE, closing(1000))
    yield Case("7.1.1", [frame(TEXT, A), bye], is_over=True)
    yield Case("7.1.2", [bye, bye], is_over=True)
    yield Case("7.1.3", [bye, frame(PING)], is_over=True)
    yield Case("7.1.4", [bye, frame(TEXT, A)], is_over=True)
    yield Case("7.1.5", [frame(TEXT, A[:20], fin=False), bye, frame(CONT, A[20:])], is_over=True)
    yield Case("7.1.6", [frame(TEXT, command("a", 65_536)), bye, frame(PING)], is_over=True)
    yield Case("7.3.1", [frame(CLOSE)], close=None, is_over=True)
    yield broken("7.3.2", frame(CLOSE, b"\x03"))
    yield Case("7.3.3", [bye], is_over=True)
    yield Case("7.3.4", [frame(CLOSE, closing(1000, b"Hello World!"))], is_over=True)
    yield Case("7.3.5", [frame(CLOSE, closing(1000, b"*" * 123))], is_over=True)
    yield broken("7.3.6", frame(CLOSE, closing(1000, b"*" * 124)))
    yield broken("7.5.1", frame(CLOSE, closing(1000, BROKEN)), code=1007)
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        yield Case(f"7.7: {code}", [frame(CLOSE, closing(code))], close=code, is_over=True)
    for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535):
        yield broken(f"7.9: {code}", frame(CLOSE, closing(code)))


def chopped() -> Iterator[Case]:
    whole = command("a", 65_536)
    yield Case("10.1.1", fragments(whole, *range(1300, 65_536, 1300)), [ANSWER_A])


CASES = [*sizes(), *pings(), *reserved(), *opcodes(), *fragmentation(), *text(), *closings(), *chopped()]
