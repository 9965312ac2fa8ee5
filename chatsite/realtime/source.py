"""What the hub asks of the layers above: the engine knows no model, so they register an answer at start-up."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Snapshot:
    """A person's rooms, read at one moment: `user_seq` first, then the rooms as the protocol has them (shared and personal members)."""

    user_seq: int
    rooms: list[dict]
    do_not_disturb: bool = False


@dataclass(slots=True)
class Repair:
    """The changes of a room behind a number: heads read first, then rows, then rights."""

    head: int
    messages: list[dict]
    """Rows with `after < event_seq <= head` in their present state, by `event_seq`, as the protocol's JSON has them."""
    members: dict[int, tuple[int, int]]
    """`user: (joined_event_seq, joined_seq)` of those asked for who are members now."""
    shared: dict
    """The room's shared members."""
    readers: set[int] = field(default_factory=set)
    """Of those asked for: who may watch the room now."""
    people: dict[int, str] = field(default_factory=dict)
    """Shown names of those whom system messages among the rows name."""
    too_far: bool = False
    """More lies between than a repair carries: the hub sends a reset."""


@dataclass(slots=True)
class Sweep:
    """What the database says of what a process listens to."""

    epoch: str
    heads: dict[int, int]
    user_seqs: dict[int, int]
    ended: dict[str, int]
    """`sid: close code` of the sessions asked for that are over (4401), or whose account is deactivated (4403)."""


class Source(Protocol):
    """Synchronous; called on database threads, but for `draw`."""

    def rooms_of(self, user: int) -> Snapshot: ...

    def changes(self, room: int, after: int, users: list[int]) -> Repair: ...

    def sweep(self, rooms: list[int], users: list[int], sids: list[str]) -> Sweep: ...

    def readers(self, room: int, users: list[int]) -> set[int]:
        """Who of `users` may read all of the room now, as a member or not: who may watch it."""
        ...

    def members(self, rooms: list[int], up_to: int) -> dict[int, set[int]]:
        """Ids of the members of those among `rooms` that have at most `up_to` of them."""
        ...

    def draw(self, message: dict, people: dict[int, str], language: str) -> str:
        """The finished HTML of a message, for the HTML encoding. Asks the database for nothing."""
        ...


_source: list[Source] = []


def register(source: Source) -> None:
    """Called once, by the app that owns the messages, when it is ready."""
    _source[:] = [source]


def source() -> Source:
    """The registered answer."""
    return _source[0]
