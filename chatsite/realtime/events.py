"""What can become known: the events that broadcasts publish, and that a doorbell carries from process to process."""

from collections.abc import Iterable
from typing import get_args

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Something that is committed and that others should hear of."""


class Change(Event, frozen=True, tag="change"):
    """One number of a room's log: the changed message in its new state, as the protocol's JSON has it."""

    room: int
    event_seq: int
    message: dict
    cause: dict
    people: dict[int, str] = {}
    """Shown names of those whom a system message names, for its drawing."""
    shared: dict | None = None
    """The room's shared members, where the change altered them (`room.changed`)."""
    removed: int | None = None
    """Who lost the room by this change."""
    reason: str = ""
    """Why (`room.left.reason`)."""


class Personal(Event, frozen=True, tag="personal"):
    """Something of one person changed: memberships, roles, read marks (`rooms`, `gone`), or what `kinds` names."""

    user: int
    user_seq: int
    rooms: list[int] = []
    gone: list[int] = []
    kinds: list[str] = []
    origin: str = ""
    """The connection whose command did it: its ack tells it."""
    do_not_disturb: bool | None = None
    """Whether they are on do not disturb, where that changed."""


class Receipt(Event, frozen=True, tag="receipt"):
    """Somebody read on in a room where the others may see it. Takes no number: one that gets lost is made up for by the next."""

    room: int
    user: int
    last_read_seq: int


class SignedOut(Event, frozen=True, tag="signed_out"):
    """Sessions ended: their sockets close with `code` (4401, or 4403 for a deactivated account)."""

    sids: list[str]
    code: int = 4401


class UserChanged(Event, frozen=True, tag="user_changed"):
    """Somebody has a new name or picture; `rooms` are theirs."""

    user: dict
    rooms: list[int]


class Typing(Event, frozen=True, tag="typing"):
    """Somebody types in a room, or stopped. Takes no number."""

    room: int
    user: int
    active: bool


class Presence(Event, frozen=True, tag="presence"):
    """Who is here, as one process sees it: a digest of what changed, or (`whole`) all of its people."""

    process: str
    users: dict[int, str]
    counts: dict[int, int] = {}
    """How many of its people are in each large room; who has sockets in several processes is counted by one of them."""
    whole: bool = False


class Notified(Event, frozen=True, tag="notified"):
    """One person is told of a message, at once and on each of their sockets."""

    user: int
    notification: dict
    as_member: bool = False
    """Told as somebody who can lose the room: a socket that has lost it by now is not told."""


class RoomLeft(Event, frozen=True, tag="room_left"):
    """One person loses sight of a room without a number: they hid it."""

    user: int
    room: int
    event_seq: int
    reason: str


class NewEpoch(Event, frozen=True, tag="new_epoch"):
    """The log has another incarnation: every socket closes with 1012."""

    epoch: str


AnyEvent = Change | Personal | Receipt | SignedOut | UserChanged | Typing | Presence | Notified | RoomLeft | NewEpoch

encode = msgspec.msgpack.Encoder().encode

_known = msgspec.msgpack.Decoder(AnyEvent)
_types = frozenset(one.__struct_config__.tag for one in get_args(AnyEvent))


def decode(doorbell: bytes) -> AnyEvent | None:
    """The event in `doorbell`; None for one of a type that only a newer version knows: while a deploy rolls, both are heard.

    Raises msgspec.MsgspecError for anything else that is no event.
    """
    try:
        return _known.decode(doorbell)
    except msgspec.ValidationError:
        read = msgspec.msgpack.decode(doorbell)
        if isinstance(read, dict) and isinstance(read.get("type"), str) and read["type"] not in _types:
            return None
        raise


EVERYONE = "everyone"


def room_group(room: int) -> str:
    return f"room.{room}"


def person_group(user: int) -> str:
    return f"person.{user}"


def by_group(told: Iterable[AnyEvent]) -> dict[str, list[bytes]]:
    """Doorbells for `told`: one for each group whose processes hear of some of it, with those events in their order."""
    found: dict[str, list[bytes]] = {}
    for event in told:
        found.setdefault(group_of(event), []).append(encode(event))
    return found


def group_of(event: AnyEvent) -> str:
    """The channel-layer group whose processes hear of `event`."""
    match event:
        case Change() | Receipt() | Typing():
            return room_group(event.room)
        case Personal() | Notified() | RoomLeft():
            return person_group(event.user)
        case _:
            return EVERYONE
