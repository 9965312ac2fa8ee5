"""The records of a client's log as typed structs: what `tests/reliability/README.md` says of them, and no more. Members that are not here are ignored.

Times are CLOCK_MONOTONIC seconds.
"""

from typing import Any

from msgspec import Struct, field


class Row(Struct, gc=False):
    """A message as it was told. `state` is a hash over the whole of it, so equal states are equal messages."""

    id: int
    seq: int
    event_seq: int
    kind: str
    author: int | None
    hash: str
    msg_id: str | None
    deleted: bool
    edited: bool
    state: str
    system: dict[str, Any] | None = None


class Stated(Struct, gc=False):
    """A room as `hello`, `rooms` and `rooms.changed` state it; `room.changed` leaves out what is personal."""

    id: int
    head: int | None = None
    last_seq: int | None = None
    joined_seq: int | None = None
    joined_event_seq: int | None = None
    last_read_seq: int | None = None
    unread: int | None = None


class Record(Struct, tag_field="op"):
    t: float


class Who(Record, tag="who"):
    client: str
    user: int


class Connect(Record, tag="connect"):
    conn: int


class Hello(Record, tag="hello"):
    conn: int
    epoch: str
    rooms: list[Stated]


class Closed(Record, tag="closed"):
    conn: int
    code: int | None = None


class Refused(Record, tag="refused"):
    conn: int
    status: int | None = None


class Intend(Record, tag="intend"):
    room: int
    msg_id: str
    hash: str
    token: str | None = None


class Ask(Record, tag="ask"):
    cmd: str
    msg_id: str
    conn: int | None = None
    room: int | None = None
    message: int | None = None
    hash: str | None = None
    seq: int | None = None
    """Of `read` and `unread`."""
    after: dict[int, int] | None = None
    """Of `sync`: the cursor that each room was asked from."""


class Ack(Record, tag="ack"):
    cmd: str
    msg_id: str
    conn: int | None = None
    room: int | None = None
    id: int | None = None
    seq: int | None = None
    event_seq: int | None = None
    duplicate: bool = False
    message: int | None = None
    last_read_seq: int | None = None
    unread: int | None = None
    last_seq: int | None = None


class Error(Record, tag="error"):
    cmd: str
    msg_id: str
    code: str
    final: bool
    conn: int | None = None
    room: int | None = None


class Changes(Record, tag="changes"):
    conn: int
    room: int
    via: str
    start: int | None = field(default=None, name="from")
    to: int | None = None
    rows: list[Row] = []
    reset: bool = False
    head: int | None = None
    error: Any = None


class History(Record, tag="history"):
    room: int
    head: int
    rows: list[Row]
    via: str = "socket"
    conn: int | None = None


class Rooms(Record, tag="rooms"):
    conn: int
    rooms: list[Stated]
    via: str
    gone: list[int] = []


class RoomChanged(Record, tag="room"):
    conn: int
    room: Stated


class Left(Record, tag="left"):
    conn: int
    room: int
    event_seq: int


class Heads(Record, tag="heads"):
    conn: int
    rooms: dict[int, int]


class Event(Record, tag="event"):
    conn: int
    cmd: str
    room: int | None = None


class Goaway(Record, tag="goaway"):
    conn: int


class ReadBack(Record, tag="read_back"):
    msg_id: str
    room: int
    found: bool | None
    """None where the reading itself was refused."""


class Reuse(Record, tag="reuse"):
    msg_id: str
    room: int
    hash: str
    code: str | None


class HeldRoom(Struct):
    """A room as somebody holds it: by `seq`, `"EVENT_SEQ:STATE"`."""

    id: int
    cursor: int
    rows: dict[int, str]
    low: int | None = None
    last_read_seq: int | None = None
    unread: int | None = None
    mentions: int | None = None


class Held(Record):
    epoch: str | None
    rooms: list[HeldRoom]
    connected: bool = True


class Final(Held, tag="final"):
    pass


class Fresh(Held, tag="fresh"):
    pass
