"""Messages that this process has read before, by what they cannot change under: nothing here is ever stale, and nothing says who may read it.

A message's row changes with its `event_seq` alone, its author's name and picture with their `version`; the epoch is another where the whole
log is another. So whoever asks for messages asks the database for these numbers alone, of those that they may read, and for the rows of
what is not known yet. It is what a fragment cache would be keyed by, too: what is drawn of a message is kept with it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from chatsite.realtime import bus
from messaging import wire
from messaging.models import Message

GENERATION = 8 * 1024 * 1024
"""Bytes after which what was not asked for again is forgotten: some 30 MB of messages and their drawings are kept at most."""
DRAWINGS = 6
"""Of one message: in so many languages, surroundings and time zones, for those who wrote it and those who did not."""


class Head(NamedTuple):
    """Which message, in which state."""

    epoch: str
    pk: int
    event_seq: int
    author_version: int


HEAD = ("pk", "event_seq", "author__version")


class Known:
    """A message as the protocol has it, which nobody may change; when it was written, how long it is, and what was drawn of it (`drawing.py`)."""

    __slots__ = ("at", "drawings", "excerpt", "message", "size", "stencils")

    def __init__(self, message: dict[str, Any]):
        self.message = message
        self.at = datetime.fromisoformat(message["created_at"])
        self.size = len(msgspec.json.encode(message))
        self.drawings: dict[tuple, str] = {}
        self.stencils: dict[tuple, list[str]] = {}
        self.excerpt: dict[str, str] | None = None
        """Who says what, for quotes, once it was wanted."""

    def keep(self, key: tuple, drawing: str) -> None:
        """Keep the message as it was drawn for those who see it alike."""
        if len(self.drawings) >= DRAWINGS:
            self.drawings.clear()
        self.drawings[key] = drawing
        memory.grew(len(drawing))

    def keep_stencil(self, key: tuple, stencil: list[str]) -> None:
        """Keep it as it was drawn with holes."""
        if len(self.stencils) >= DRAWINGS:
            self.stencils.clear()
        self.stencils[key] = stencil
        memory.grew(self.size)


class Memory:
    """Two generations: what is found in the elder moves into the younger, which becomes the elder when it is full. Single steps are atomic, so no lock."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing any more: for tests, in which one number has more than one content."""
        self._young: dict[Head, Known] = {}
        self._old: dict[Head, Known] = {}
        self._size = 0

    def get(self, head: Head) -> Known | None:
        found = self._young.get(head)
        if found is None and (found := self._old.get(head)) is not None:
            self.put(head, found)
        return found

    def grew(self, size: int) -> None:
        """By so many bytes, through what is kept with a message."""
        self._size += size

    def put(self, head: Head, known: Known) -> None:
        if self._size > GENERATION:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[head] = known
        self._size += known.size


memory = Memory()


def known(heads: Iterable[Head]) -> list[Known]:
    """The messages of `heads`, in their order, each in this state or a later one; what is gone by now is left out. One query at most."""
    found = [(head, memory.get(head)) for head in heads]
    unknown = [head.pk for head, one in found if one is None]
    if not unknown:
        return [one for _head, one in found if one]
    rows = {row.pk: row for row in Message.objects.wire().filter(pk__in=unknown)}
    return [one or _learnt(head, rows[head.pk]) for head, one in found if one or head.pk in rows]


def _learnt(head: Head, row: Message) -> Known:
    found = Known(wire.message(row))
    # What a transaction has written may come to nothing, and its numbers may be given out again.
    if bus.collected.get() is None:
        memory.put(Head(head.epoch, row.pk, row.event_seq, row.author.version), found)
    return found
