"""The finished frames of a run of changes, and what a repair says of a removal."""

from collections.abc import Iterator, Sequence

from chatsite.realtime.connection import Connection
from chatsite.realtime.events import Change
from chatsite.realtime.outgoing import Frame, changes_frame
from chatsite.realtime.source import Repair

REASONS = {"left": "left", "removed": "removed", "banned": "banned"}
MOST_TEXT = 16_000
"""Characters of bodies from which on a run is told in parts: a joined write is to stay far below what makes a socket slow."""


def is_plain(change: Change) -> bool:
    """Whether a change is told to everybody in the same words, and changes nothing but messages."""
    return change.removed is None and change.shared is None


def parts(run: Sequence[Change]) -> Iterator[list[Change]]:
    """`run` in parts of which each is told in one go: plain ones together, every other one by itself."""
    part: list[Change] = []
    size = 0
    for change in run:
        length = len(change.message["body"])
        if part and (not is_plain(change) or not is_plain(part[0]) or size + length > MOST_TEXT):
            yield part
            part, size = [], 0
        part.append(change)
        size += length
    if part:
        yield part


class Frames:
    """The finished frames of one part of a run, made once per encoding and language."""

    def __init__(self, run: Sequence[Change]):
        self.run = run
        self.is_plain = is_plain(run[0])
        self.first_seq = min([change.message["seq"] for change in run])
        """Who may read this message may read all of them."""
        self._made: dict[tuple, bytes] = {}
        self._singly: list[tuple[Change, Frames]] = []

    def images(self, connection: Connection, *, hidden: bool = False) -> bytes:
        """The `changes` frames for this socket, one a change, and `room.changed` right behind; empty ones where its person may not see what changed."""
        look = (connection.encoding, "hidden") if hidden else connection.look
        made = self._made.get(look)
        if made is None:
            frames = [frame for change in self.run for frame in _frames(change, connection, hidden=hidden)]
            images = [frame.image(connection.encoding) for frame in frames]
            made = self._made[look] = b"".join(images) if all(images) else b""
        return made

    def singly(self) -> list[tuple[Change, "Frames"]]:
        """Each change with the frames of its own."""
        if not self._singly:
            self._singly = [(change, self if len(self.run) == 1 else Frames([change])) for change in self.run]
        return self._singly


def _frames(change: Change, connection: Connection, *, hidden: bool) -> Iterator[Frame]:
    shown = [] if hidden else connection.shown([change.message], change.people)
    cause = None if hidden else change.cause
    yield changes_frame(change.room, change.event_seq - 1, change.event_seq, shown, cause)
    if change.shared:
        yield Frame("", "room.changed", {"room": change.shared})


def removal(user: int, repair: Repair) -> tuple[int, str]:
    """The number and the reason of the removal of `user`, from the system messages of `repair`."""
    for message in reversed(repair.messages):
        system = message.get("system") or {}
        if system.get("event") in REASONS and system.get("user", message["author"]["id"]) == user:
            return message["event_seq"], REASONS[system["event"]]
    return repair.head, "hidden" if repair.shared["kind"] == "direct" else "removed"
