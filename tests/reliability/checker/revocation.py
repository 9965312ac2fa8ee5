"""I10: how soon the last frame of a room comes behind a removal, and the last of any kind behind the end of a session."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.reliability.checker import acts, errands, shapes
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.slices import Findings, Part, Where

HEALING = 2.0
"""Seconds for which a fault still counts once it is over: a breaker of the channel layer stays open so long."""
FROM_SERVER = (
    shapes.Hello, shapes.Ack, shapes.Error, shapes.Changes, shapes.History, shapes.Rooms, shapes.RoomChanged, shapes.Left,
    shapes.Heads, shapes.Event, shapes.Goaway, errands.Watched, errands.Unwatched, errands.Notified,
)  # fmt: skip


@dataclass
class Limit:
    """No frame may come between `late` and `until` (seconds); `last` is the time and the place of the latest that did."""

    at: int
    acked: float
    late: float
    until: float = float("inf")
    last: tuple[float, Where] | None = None

    def see(self, t: float, where: Where) -> None:
        if self.late < t < self.until:
            self.last = (t, where)


class Revocation(Reader):
    """What removals and the ends of sessions have in common: an act of the admin log, and how long it may take."""

    invariant = "I10"

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence, self._found = evidence, found
        self._limits: list[tuple[str, Limit]] = []
        self._faults = list(_faults(evidence))

    def finish(self) -> None:
        for what, limit in self._limits:
            if limit.last:
                t, where = limit.last
                late, allowed = (t - limit.acked) * 1000, (limit.late - limit.acked) * 1000
                sentence = f"{what}, and a frame came {late:.0f} ms after its ack, where {allowed:.0f} ms are allowed"
                self._found.add(self.invariant, sentence, limit.at, where)

    @property
    def delays(self) -> list[float]:
        """Seconds from the ack of each act to the last frame that came later than is allowed."""
        return [limit.last[0] - limit.acked for _what, limit in self._limits if limit.last]

    def _acts(self, kind: type, client: Client) -> Iterator[tuple[Any, Limit]]:
        """Those on this person; not where the answer was lost, nor where a restore took it back."""
        for at, one in self._evidence.admin:
            if not isinstance(one, kind) or one.user != client.user or one.acked is None:
                continue
            if not self._evidence.is_lost(one.acked):
                yield one, Limit(at, one.acked, one.acked + self._allowed(one.begun, one.acked))

    def _allowed(self, begun: float, acked: float) -> float:
        """Seconds, by the faults that lay round the act."""
        rules = self._evidence.rules
        longer = {"redis": rules.revoke_ms_without_redis / 1000, "kill": rules.revoke_ms_after_kill / 1000}
        around = (
            longer[kind]
            for kind, start, end in self._faults
            if start <= acked + longer[kind] and end + HEALING >= begun
        )
        return max([rules.revoke_ms / 1000, *around])


class Removals(Revocation):
    """Answers to one's own commands may follow a removal, events of the room may not until one is back."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        super().__init__(evidence, found)
        self._adds: dict[tuple[int, int], list[acts.Add]] = defaultdict(list)
        for one in evidence.of_admin(acts.Add):
            self._adds[one.room, one.user].append(one)

    def handlers(self, client: Client) -> dict[type, Callable]:
        limits: dict[int, list[Limit]] = defaultdict(list)
        for removal, limit in self._acts(acts.Remove, client):
            limit.until = self._back_at(removal)
            limits[removal.room].append(limit)
            self._limits.append((f"{client.name} was removed from room {removal.room}", limit))
        return self._heard(limits) if limits else {}

    def _heard(self, limits: dict[int, list[Limit]]) -> dict[type, Callable]:
        return _of_rooms(limits)

    def _back_at(self, removal: acts.Remove) -> float:
        """When the person may have been back; an addition that was under way at the same time counts."""
        adds = self._adds[removal.room, removal.user]
        return min((one.begun for one in adds if one.acked is None or one.acked >= removal.begun), default=float("inf"))


class LateNotices(Removals):
    """Of I16: whom a message is for is asked when it is delivered, so nobody is notified of a room that they have lost."""

    invariant = "I16"

    def _heard(self, limits: dict[int, list[Limit]]) -> dict[type, Callable]:
        def notified(at: int, record: errands.Notified) -> None:
            for limit in () if self._evidence.dump.is_open(record.room) else limits.get(record.room, ()):
                limit.see(record.t, at)

        return {errands.Notified: notified}


def _of_rooms(limits: dict[int, list[Limit]]) -> dict[type, Callable]:
    """Handlers of the events that name a room."""

    def see(at: int, t: float, *rooms: int | None) -> None:
        for room in rooms:
            for limit in limits.get(room, ()):
                limit.see(t, Part(at, room))

    def changes(at: int, record: shapes.Changes) -> None:
        if record.via == "live":
            see(at, record.t, record.room)

    def watched(at: int, record: errands.Watched) -> None:
        """Who is no member any more may look in from outside, where everybody may."""
        for limit in limits.get(record.room.id, ()):
            limit.until = min(limit.until, record.t)

    return {
        errands.Watched: watched,
        shapes.Changes: changes,
        shapes.RoomChanged: lambda at, record: see(at, record.t, record.room.id),
        shapes.Left: lambda at, record: see(at, record.t, record.room),
        shapes.Heads: lambda at, record: see(at, record.t, *record.rooms),
        shapes.Event: lambda at, record: see(at, record.t, record.room),
    }


class Sessions(Revocation):
    """Behind the end of a session nothing may come on the sockets that it had."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        ended = [pair for pair in self._acts(acts.Revoke, client) if pair[0].client in (None, client.name)]
        self._limits += [(f"the session of {client.name} was ended", limit) for _revoke, limit in ended]
        if not ended:
            return {}
        opened: dict[int | None, float] = {}

        def connect(at: int, record: shapes.Connect) -> None:
            opened[record.conn] = record.t

        def see(at: int, record: Any) -> None:
            for revoke, limit in ended:
                was_open = opened.get(record.conn, float("inf")) <= revoke.begun
                if record.conn == revoke.conn if revoke.conn is not None else was_open:
                    limit.see(record.t, at)

        return {shapes.Connect: connect} | dict.fromkeys(FROM_SERVER, see)


def _faults(evidence: Evidence) -> Iterator[tuple[str, float, float]]:
    """Kind (`redis` or `kill`), begin and end of the faults for which the rules allow more time. A kill may have no end."""
    begun: dict[str, float] = {}
    for one in evidence.of_admin(acts.Fault):
        if (kind := _kind(one.kind)) is None:
            continue
        if one.phase == "end":
            yield kind, begun.pop(one.kind, one.t), one.t
        elif kind == "kill":
            yield kind, one.t, one.t
        else:
            begun[one.kind] = one.t
    yield from (("redis", start, float("inf")) for start in begun.values())


def _kind(name: str) -> str | None:
    """`redis` for what was done to Redis, `kill` for a process that died, by the words in a fault's name."""
    words = {"redis": "redis", "kill": "kill", "crash": "kill"}
    return next((kind for word, kind in words.items() if word in name.lower()), None)
