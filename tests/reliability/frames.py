"""Frames as they come, decoded once however many clients of this process receive the same bytes."""

from typing import Any

import msgspec

from tests.reliability.record import short_hash

REMEMBERED = 4096
"""Events, and rows, that are kept decoded."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A message as it was sent. `line` is its record in JSON; `state` stands for all that the row says."""

    id: int
    room: int
    seq: int
    event_seq: int
    is_system: bool
    author: int
    msg_id: str
    is_deleted: bool
    edited_at: str | None
    named: tuple[int, ...]
    names_all: bool
    root: int | None
    """The root of its thread, where it is a reply."""
    state: str
    line: bytes

    def names(self, user: int) -> bool:
        """Whether it counts in `mentions` of `user`."""
        return self.author != user and (self.names_all or user in self.named)


class Part(msgspec.Struct, frozen=True):
    """A `changes`, or a room of a `sync` answer. `line` is what is recorded of it."""

    room: int
    start: int
    to: int
    rows: tuple[Row, ...]
    line: bytes
    reset: bool = False
    head: int = 0
    error: str = ""
    more: bool = False


class Frame(msgspec.Struct, frozen=True):
    msg_id: str
    cmd_type: str
    payload: msgspec.Raw


class _Part(msgspec.Struct):
    room: int
    start: int = msgspec.field(name="from", default=0)
    to: int = 0
    messages: list[msgspec.Raw] = []
    reset: bool = False
    head: int = 0
    error: dict[str, Any] | None = None
    more: bool = False


class _Sync(msgspec.Struct):
    epoch: str
    rooms: list[_Part]


class _History(msgspec.Struct):
    epoch: str
    head: int
    has_before: bool
    has_after: bool
    messages: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    results: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class Page(msgspec.Struct, frozen=True):
    """An answer to `history`."""

    epoch: str
    head: int
    rows: tuple[Row, ...]
    has_before: bool
    has_after: bool


_frame = msgspec.json.Decoder(Frame).decode
_part = msgspec.json.Decoder(_Part).decode
_sync = msgspec.json.Decoder(_Sync).decode
_history = msgspec.json.Decoder(_History).decode
_anything = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="sorted").encode

_events: dict[bytes, tuple[str, str, Any]] = {}
_rows: dict[bytes, Row] = {}


def encode(msg_id: str, cmd_type: str, payload: dict[str, Any]) -> str:
    """A client's frame, as text."""
    return _encode({"msg_id": msg_id, "cmd_type": cmd_type, "payload": payload}).decode()


def decode(data: bytes) -> tuple[str, str, Any]:
    """`msg_id`, `cmd_type` and payload: a Part for `changes`, still JSON (msgspec.Raw) for what answers a command.

    Raises msgspec.DecodeError where it is no frame of the protocol. A server writes the same text to everybody who hears
    a room, so events are remembered by their bytes.
    """
    known = _events.get(data)
    if known is not None:
        return known
    frame = _frame(data)
    if frame.msg_id or frame.cmd_type in ("ack", "error", "pong"):
        return frame.msg_id, frame.cmd_type, frame.payload
    payload = _drawn(_part(frame.payload)) if frame.cmd_type == "changes" else _anything(frame.payload)
    if len(_events) >= REMEMBERED:
        _events.clear()
    _events[data] = known = ("", frame.cmd_type, payload)
    return known


def anything(payload: bytes | msgspec.Raw) -> Any:
    """An answer's payload as Python has it."""
    return _anything(payload)


def sync_parts(payload: bytes | msgspec.Raw) -> list[Part]:
    """The rooms of an answer to `sync`."""
    return [_drawn(part) for part in _sync(payload).rooms]


def page(payload: bytes | msgspec.Raw) -> Page:
    """An answer to `history`, of the socket (`messages`) or of REST (`results`)."""
    read = _history(payload)
    found = read.messages if read.messages is not msgspec.UNSET else read.results
    if found is msgspec.UNSET:
        raise msgspec.ValidationError("An answer to history has neither messages nor results.")
    return Page(read.epoch, read.head, tuple(map(_row, found)), read.has_before, read.has_after)


def as_json(answer: Any) -> bytes:
    """An answer of REST, as the decoders here take it."""
    return _encode(answer)


def lines(rows: tuple[Row, ...]) -> msgspec.Raw:
    """The records of `rows`, as a JSON array."""
    return msgspec.Raw(b"[" + b",".join([row.line for row in rows]) + b"]")


def _drawn(part: _Part) -> Part:
    if part.error is not None:
        code = str(part.error.get("code", ""))
        line = _encode({"room": part.room, "error": code})
        return Part(part.room, 0, 0, (), line[1:-1], error=code)
    if part.reset:
        line = _encode({"room": part.room, "reset": True, "head": part.head})
        return Part(part.room, 0, 0, (), line[1:-1], reset=True, head=part.head)
    rows = tuple(map(_row, part.messages))
    line = b'"room":%d,"from":%d,"to":%d,"rows":%b' % (part.room, part.start, part.to, lines(rows))
    return Part(part.room, part.start, part.to, rows, line, head=part.head, more=part.more)


def _row(raw: msgspec.Raw) -> Row:
    """The row that `raw` is. Its `state` does not depend on the order of members, which may differ from door to door."""
    data = bytes(raw)
    row = _rows.get(data)
    if row is None:
        if len(_rows) >= REMEMBERED:
            _rows.clear()
        row = _rows[data] = _read(_anything(data))
    return row


def _read(row: dict[str, Any]) -> Row:
    state = short_hash(_canonical(row))
    record = {
        "id": row["id"],
        "seq": row["seq"],
        "event_seq": row["event_seq"],
        "kind": row["kind"],
        "author": row["author"]["id"],
        "hash": short_hash(row["body"]),
        "msg_id": row["msg_id"],
        "deleted": row["deleted_at"] is not None,
        "edited": row["edited_at"] is not None,
        "state": state,
    }
    if row.get("system"):
        record["system"] = row["system"]
    return Row(
        id=row["id"],
        room=row["room"],
        seq=row["seq"],
        event_seq=row["event_seq"],
        is_system=row["kind"] == "system",
        author=row["author"]["id"],
        msg_id=row["msg_id"],
        is_deleted=row["deleted_at"] is not None,
        edited_at=row["edited_at"],
        named=tuple(row["mentions"]["users"]),
        names_all=row["mentions"]["all"],
        root=_root(row),
        state=state,
        line=_encode(record),
    )


def _root(row: dict[str, Any]) -> int | None:
    root = (row.get("thread") or {}).get("root")
    return None if root == row["id"] else root
