"""What rooms ask of the layer above: small Protocols, which messaging answers when it is ready."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from accounts.models import User
    from rooms.models import Room, RoomLog


@dataclass(frozen=True, slots=True)
class SystemEntry:
    """The numbers that a system message got."""

    seq: int
    event_seq: int


class Journal(Protocol):
    """Writes what happens to a room and its members into the room's log."""

    def write(
        self,
        room: "Room",
        log: "RoomLog",
        *,
        actor: "User",
        event: str,
        user: "User | None" = None,
        old: Any = None,
        new: Any = None,
        shared: bool = False,
        reason: str = "",
    ) -> SystemEntry:
        """Write a system message and publish its Change; the caller holds the lock of `log`, which is advanced by one and saved.

        `shared` adds the room's shared members as they are now. Where `event` is `left`, `removed` or `banned`,
        `user` loses the room by this Change, for `reason` (`room.left.reason`).
        """
        ...


class Counts(Protocol):
    """Counts what only messages know."""

    def mentions(self, user_id: int, marks: dict[int, tuple[int, int]]) -> dict[int, int]:
        """How many messages of others name `user_id`, by room; `marks` is `{room id: (last_read_seq, last_seq)}`, between which they lie. One query."""
        ...


_journal: list[Journal] = []
_counts: list[Counts] = []


def register(journal: Journal, counts: Counts) -> None:
    """Called once, by the app that owns the messages, when it is ready."""
    _journal[:] = [journal]
    _counts[:] = [counts]


def journal() -> Journal:
    """The registered journal."""
    return _journal[0]


def counts() -> Counts:
    """The registered counts."""
    return _counts[0]
