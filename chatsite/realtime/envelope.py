"""The envelope in JSON, and what of a message a fragment's frame holds (`protocol.md`, sections 2 and 3)."""

import json
import re
from typing import Any, NoReturn

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

JSON = "chat.v1.json"
HTML = "chat.v1.html"
PROTO = "chat.v1.proto"
SUBPROTOCOLS = (JSON, HTML, PROTO)

_encode = msgspec.json.Encoder().encode


class Command(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A client's frame whose shape is right; its payload is checked by the command that it names."""

    msg_id: str
    cmd_type: str
    payload: dict[str, Any]


class Malformed(ValidationError):
    """A frame that is no valid envelope or payload: it counts towards closing with 4400. `msg_id` is the frame's, where it can be read."""

    def __init__(self, message: Any, msg_id: str = ""):
        super().__init__(message)
        self.msg_id = msg_id


def encode(msg_id: str, cmd_type: str, payload: dict) -> bytes:
    """One envelope as JSON."""
    return _encode({"msg_id": msg_id, "cmd_type": cmd_type, "payload": payload})


def decode(text: str) -> Command:
    """Read a client's frame.

    Raises Malformed for anything that is not one JSON object with exactly the three members, for NaN, duplicate keys, lone surrogates
    and NUL (msgspec takes two of these, so the standard parser reads).
    """
    try:
        read = _read(text)
    except RecursionError:
        raise Malformed(_("The frame is nested too deeply.")) from None
    except _Twice as twice:
        raise Malformed(_("The member %(name)r is there twice.") % {"name": twice.name}, _lenient_id(text)) from None
    except ValueError:
        raise Malformed(_("The frame is not valid JSON."), _lenient_id(text)) from None
    msg_id = _id_of(read)
    if not _clean(read):
        raise Malformed(_("The frame holds NUL or half of a surrogate pair."), msg_id)
    try:
        command = msgspec.convert(read, Command)
    except msgspec.ValidationError as error:
        raise Malformed(str(error), msg_id) from None
    if not msg_id:
        raise Malformed({"msg_id": _("Expected 1 to 64 characters.")})
    return command


def payload(command: Command, shape: type[msgspec.Struct]) -> Any:
    """The payload of `command` as `shape`. Raises Malformed naming what is wrong."""
    try:
        return msgspec.convert(command.payload, shape)
    except msgspec.ValidationError as error:
        raise Malformed(str(error), command.msg_id) from None


class _Twice(ValueError):
    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


def _once_each(pairs: list[tuple[str, Any]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_read = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant).decode


def _id_of(read: Any) -> str:
    msg_id = read.get("msg_id") if isinstance(read, dict) else None
    return msg_id if isinstance(msg_id, str) and 1 <= len(msg_id) <= 64 and _clean(msg_id) else ""


def _lenient_id(text: str) -> str:
    """The `msg_id` of a frame that is refused, read leniently: duplicates and NaN elsewhere do not hide it, two ids of its own do."""
    ids: list[Any] = []

    def note(pairs: list[tuple[str, Any]]) -> dict:
        ids[:] = [value for name, value in pairs if name == "msg_id"]
        return dict(pairs)

    try:
        read = json.loads(text, object_pairs_hook=note, parse_int=float)
    except (ValueError, RecursionError):
        return ""
    return _id_of(read) if len(ids) == 1 else ""


_UNCLEAN = re.compile("[\0\ud800-\udfff]")


def _clean(value: Any) -> bool:
    """Whether no text in `value` holds NUL or a lone surrogate."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _UNCLEAN.search(one):
                return False
        elif isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return True


FRAGMENT_MEMBERS = (
    "id", "room", "seq", "event_seq", "kind", "created_at", "edited_at", "deleted_at", "reply_to", "thread", "mentions", "msg_id",
)  # fmt: skip


def with_fragment(message: dict, html: str) -> dict:
    """The `message` object of the HTML encoding."""
    return {name: message[name] for name in FRAGMENT_MEMBERS} | {
        "author": {"id": message["author"]["id"]},
        "fragment": html,
    }
