"""dump.json: the database in the end."""

from typing import Any

from msgspec import Struct


class Message(Struct, gc=False):
    """A message as the database has it in the end."""

    id: int
    room: int
    seq: int
    event_seq: int
    author: int | None
    msg_id: str | None
    hash: str
    kind: str
    deleted: bool
    system: dict[str, Any] | None = None
    mentions: list[int] | dict[str, Any] | None = None
    """Ids of those named, or the protocol's `{users, all}`."""
    edited: bool = False
    root: int | None = None
    """Of a reply: the message that its thread begins with."""

    def names(self, user: int) -> bool:
        if isinstance(self.mentions, dict):
            return bool(self.mentions.get("all")) or user in self.mentions.get("users", ())
        return user in (self.mentions or ())


class Log(Struct):
    """A room in the end."""

    last_seq: int
    head: int
    kind: str
    history: str


class Member(Struct):
    room: int
    user: int
    joined_seq: int | None
    joined_event_seq: int
    last_read_seq: int | None
    """None where it cannot be known: receipts keep the highest mark, not the present one."""
    hidden: bool | None = False
    """Of a direct room; None where it cannot be known."""


class Dumped(Struct):
    """dump.json."""

    epoch: str | None
    rooms: dict[int, Log]
    messages: list[Message]
    members: list[Member]
