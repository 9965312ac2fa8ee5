"""Every kind of record that a client's log may hold."""

from typing import Union

from tests.reliability.checker.errands import (
    Did,
    Draft,
    Drafts,
    File,
    Notices,
    Notified,
    Search,
    Unwatched,
    Upload,
    Watched,
)
from tests.reliability.checker.shapes import (
    Ack,
    Ask,
    Changes,
    Closed,
    Connect,
    Error,
    Event,
    Final,
    Fresh,
    Goaway,
    Heads,
    Hello,
    History,
    Intend,
    Left,
    ReadBack,
    Refused,
    Reuse,
    RoomChanged,
    Rooms,
    Who,
)

Clients = Union[  # noqa: UP007 (msgspec takes it at run time)
    Who, Connect, Hello, Closed, Refused, Intend, Ask, Ack, Error, Changes, History, Rooms, RoomChanged, Left, Heads, Event,
    Goaway, ReadBack, Reuse, Final, Fresh, Watched, Unwatched, Notified, Notices, Upload, File, Search, Draft, Drafts, Did,
]  # fmt: skip
