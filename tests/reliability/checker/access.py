"""Who surely could not read a room at a time, and who surely could: by the admin log, for what carries no number.

Times are seconds of the monotonic clock. Where acts overlap, neither is sure.
"""

from collections import defaultdict

from tests.reliability.checker.acts import Add, Remove
from tests.reliability.checker.dump import Span
from tests.reliability.checker.evidence import Evidence


class Access:
    """Of a run without restores: behind one nothing is sure."""

    def __init__(self, evidence: Evidence) -> None:
        self._dump = evidence.dump
        self._is_rewound = bool(evidence.lost)
        self._adds: dict[tuple[int, int], list[Add]] = defaultdict(list)
        self._removals: dict[tuple[int, int], list[Remove]] = defaultdict(list)
        for one in evidence.of_admin(Add):
            self._adds[one.room, one.user].append(one)
        for one in evidence.of_admin(Remove):
            self._removals[one.room, one.user].append(one)

    def is_shut_out(self, room: int, user: int, since: float, until: float) -> bool:
        """Whether somebody was no member all that time, of a room that others cannot read."""
        if room not in self._dump.rooms or self._is_rewound or self._dump.is_open(room):
            return False
        return self._is_outside(room, user, since, until)

    def _is_outside(self, room: int, user: int, since: float, until: float) -> bool:
        adds = [one for one in self._adds[room, user] if one.begun <= until]
        gone = [one for one in self._removals[room, user] if one.acked is not None and one.acked <= since]
        if not gone:
            return not adds and not self._begins_with_them(room, user)
        last = max(gone, key=lambda one: one.begun)
        return not any(one.acked is None or one.acked >= last.begun for one in adds)

    def _begins_with_them(self, room: int, user: int) -> bool:
        """Whether they were there from the first number on, or are in a direct room: nobody added them."""
        spans = self._dump.spans.get((room, user), ())
        return any(span.start <= 1 for span in spans)

    def is_inside(self, room: int, user: int, since: float, until: float) -> bool:
        """Whether somebody was a member all that time."""
        if room not in self._dump.rooms or self._is_rewound:
            return False
        came = [one for one in self._adds[room, user] if one.acked is not None and one.acked <= since]
        if not came and not self._begins_with_them(room, user):
            return False
        last = max((one.begun for one in came), default=0.0)
        left = (one for one in self._removals[room, user] if one.begun <= until)
        return not any(one.acked is None or one.acked >= last for one in left)

    def shows(self, room: int, user: int, seq: int, since: float) -> bool:
        """Whether the room's history rule lets somebody see a message, in any of the memberships that were not surely over by `since`."""
        if not self._dump.hides(room) or self._is_rewound:
            return True
        over = sum(one.acked is not None and one.acked <= since for one in self._removals[room, user])
        return any(span.joined_seq <= seq for span in self._dump.spans.get((room, user), ())[over:])

    def span_of(self, room: int, user: int, seq: int) -> Span | None:
        """The membership in which a message was said."""
        for span in self._dump.spans.get((room, user), ()):
            closed = span.closed.seq if span.closed else None
            if span.joined_seq <= seq and (closed is None or seq < closed):
                return span
        return None
