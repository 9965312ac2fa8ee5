"""I9: whatever is told to somebody lies within a membership of theirs, by numbers and not by time, and in what the room's history shows."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from tests.reliability.checker.dump import Span
from tests.reliability.checker.errands import Unwatched, Watched
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Changes, Heads, Hello, History, Left, RoomChanged, Rooms, Row, Stated
from tests.reliability.checker.slices import Findings, Part
from tests.reliability.checker.watching import Watching


class Secrecy(Reader):
    """Memberships are those that the rooms' own system messages tell of. Rooms that the dump does not hold are not this run's."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found
        self._watching = Watching()
        """Of the client whose log is read."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        self._watching = watching = Watching()
        judges = {
            Changes: self._changes,
            History: self._history,
            Hello: self._stated,
            Rooms: self._stated,
            RoomChanged: self._shared,
            Heads: self._heads,
            Watched: self._begun,
        }
        mine = {kind: partial(self._unless_lost, judge, client.user) for kind, judge in judges.items()}
        return mine | {Unwatched: watching.ended, Left: watching.left}

    def _unless_lost(self, judge: Callable, user: int, at: int, record: Any) -> None:
        if not self._evidence.is_lost(record.t):
            judge(user, at, record)

    def _changes(self, user: int, at: int, record: Changes) -> None:
        # An answer's case: who may read the room without being a member may ask; and an empty one says nothing.
        is_free = self._dump.is_open(record.room) or record.start == record.to
        is_free = self._follows(record, record.room) if record.via == "live" else is_free
        if record.to is not None and record.room in self._dump.rooms and not is_free:
            self._judge(user, at, record.room, record.start + 1, record.to, record.rows)

    def _history(self, user: int, at: int, record: History) -> None:
        if record.room in self._dump.rooms and not self._dump.is_open(record.room):
            self._judge(user, at, record.room, record.head, record.head, record.rows)

    def _begun(self, user: int, at: int, record: Watched) -> None:
        """Who looks into a room is told its head, and may be where everybody may."""
        self._watching.began(at, record)
        if record.room.head is not None and not self._dump.is_open(record.room.id):
            self._require_member(user, at, record.room.id, record.room.head)

    def _follows(self, record: Changes | RoomChanged | Heads, room: int) -> bool:
        """Whether this socket looks into a room that everybody may read."""
        return self._dump.is_open(room) and self._watching.follows(record.conn, room)

    def _shared(self, user: int, at: int, record: RoomChanged) -> None:
        if record.room.head is not None and not self._follows(record, record.room.id):
            self._require_member(user, at, record.room.id, record.room.head)

    def _heads(self, user: int, at: int, record: Heads) -> None:
        for room, head in record.rooms.items():
            if self._follows(record, room):
                continue
            self._require_member(user, at, room, head)

    def _judge(self, user: int, at: int, room: int, first: int, last: int, rows: list[Row]) -> None:
        spans = self._dump.spans.get((room, user), ())
        span = next((one for one in reversed(spans) if one.start <= last), None)
        if span is None or first < span.start or last >= span.end:
            told = f"{first} to {last}" if first < last else str(last)
            sentence = f"user {user} was told number {told} of room {room}, {_memberships(spans)}"
            self._found.add("I9", sentence, *_bounds(spans, last), Part(at, room, [row.seq for row in rows[:3]]))
            return
        if (late := next((row for row in rows if row.event_seq >= span.end), None)) is not None:
            sentence = f"user {user} was told number {late.event_seq} of room {room}, {_memberships([span])}"
            self._found.add("I9", sentence, *_bounds([span], late.event_seq), Part(at, room, (late.seq,)))
        elif self._dump.hides(room):
            early = next((row for row in rows if row.seq < span.joined_seq), None)
            if early is not None:
                sentence = (
                    f"user {user} was told seq {early.seq} of room {room}, and joined it at seq {span.joined_seq}"
                )
                self._found.add("I9", sentence, span.opened, Part(at, room, (early.seq,)))

    def _stated(self, user: int, at: int, record: Hello | Rooms) -> None:
        for room in record.rooms:
            self._require_stated_membership(user, at, room)

    def _require_stated_membership(self, user: int, at: int, room: Stated) -> None:
        """Heads and memberships are read at one moment: the membership that is stated must hold at the head that is."""
        if room.id not in self._dump.rooms or room.joined_event_seq is None or room.head is None:
            return
        spans = self._dump.spans.get((room.id, user), ())
        if not any(span.start == room.joined_event_seq and span.start <= room.head < span.end for span in spans):
            sentence = (
                f"user {user} was stated room {room.id} at head {room.head} as a member since {room.joined_event_seq}, "
                + _memberships(spans)
            )
            self._found.add("I9", sentence, *_bounds(spans, room.head), Part(at, room.id))

    def _require_member(self, user: int, at: int, room: int, head: int) -> None:
        spans = self._dump.spans.get((room, user), ())
        if room in self._dump.rooms and not any(span.start <= head < span.end for span in spans):
            sentence = f"user {user} was told the head {head} of room {room}, {_memberships(spans)}"
            self._found.add("I9", sentence, *_bounds(spans, head), at)


def _memberships(spans: Iterable[Span]) -> str:
    told = [f"from {span.start}" + (f" to before {span.end}" if span.closed else "") for span in spans]
    return f"and was a member {', '.join(told)}" if told else "and was never a member"


def _bounds(spans: Iterable[Span], number: int) -> list:
    """The system messages round `number`: the end before it, and the joining after it."""
    before = [span for span in spans if span.start <= number]
    after = [span for span in spans if span.start > number]
    return [*(before[-1:] and [before[-1].opened, before[-1].closed]), *(after[:1] and [after[0].opened])]
