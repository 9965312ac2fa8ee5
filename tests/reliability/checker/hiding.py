"""I9 in direct rooms: to whoever has hidden one, or was not told of it yet, it is not there until its next message, or until they open it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from tests.reliability.checker import acts, shapes
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.revocation import Revocation
from tests.reliability.checker.sends import Sends
from tests.reliability.checker.slices import Findings, Part


@dataclass(frozen=True)
class Told:
    at: int
    t: float
    room: int
    what: str


class Hiding(Revocation):
    """Frames may follow a hiding as long as they may follow a removal. Judged once it is known who said something when."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends) -> None:
        super().__init__(evidence, found)
        self._sends, self._dump = sends, evidence.dump
        self._direct = {room for room, log in evidence.dump.rooms.items() if log.kind == "direct"}
        self._told: dict[int, list[Told]] = defaultdict(list)
        """By user, what they were told of direct rooms."""
        self._names: dict[int, str] = {}

    def handlers(self, client: Client) -> dict[type, Callable]:
        if not self._direct:
            return {}
        self._names[client.user] = client.name

        def see(at: int, t: float, what: str, *rooms: int) -> None:
            for room in self._direct.intersection(rooms):
                if not self._evidence.is_lost(t):
                    self._told[client.user].append(Told(at, t, room, what))

        def changes(at: int, record: shapes.Changes) -> None:
            if record.via == "live":
                see(at, record.t, "a change", record.room)

        return {
            shapes.Changes: changes,
            shapes.Hello: lambda at, one: see(at, one.t, "the state", *(room.id for room in one.rooms)),
            shapes.Rooms: lambda at, one: see(at, one.t, "the state", *(room.id for room in one.rooms)),
            shapes.RoomChanged: lambda at, one: see(at, one.t, "a change", one.room.id),
            shapes.Heads: lambda at, one: see(at, one.t, "the head", *one.rooms),
            shapes.Event: lambda at, one: see(at, one.t, one.cmd, *([one.room] if one.room else [])),
        }

    def finish(self) -> None:
        if self._evidence.lost:
            return  # behind a restore a room may be another, and hidden or not
        said = self._said()
        for room, user in self._dump.members:
            if room in self._direct:
                for since, until, at in self._hidden(room, user, said[room]):
                    self._require_silence(room, user, since, until, at)

    def _require_silence(self, room: int, user: int, since: float, until: float, at: int | None) -> None:
        for told in self._told.get(user, ()):
            if told.room == room and since < told.t < until:
                sentence = f"{self._names[user]} was told {told.what} of room {room}, which is hidden from them"
                self._found.add("I9", sentence, at, Part(told.at, room))
                return

    def _hidden(self, room: int, user: int, said: list[tuple[float, float]]) -> list[tuple[float, float, int | None]]:
        """Spans of time in which the room is surely hidden from somebody, and the place of the act that hid it."""
        known = [one for one in self._evidence.of_admin(acts.Opened) if (one.room or room) == room]
        opens = [one for one in known if one.user == user]
        back = sorted([*said, *((one.begun, one.acked or float("inf")) for one in opens)])
        spans: list[tuple[float, float, int | None]] = []
        if known:
            spans.append((-1.0, min((begun for begun, _acked in back), default=float("inf")), None))
        for at, one in self._evidence.admin:
            if not isinstance(one, acts.Hidden) or (one.room, one.user) != (room, user) or one.acked is None:
                continue
            if not any(begun <= one.acked and acked >= one.begun for begun, acked in back):
                after = bisect_left(back, (one.acked, 0.0))
                until = back[after][0] if after < len(back) else float("inf")
                spans.append((one.acked + self._allowed(one.begun, one.acked), until, at))
        return spans

    def _said(self) -> dict[int, list[tuple[float, float]]]:
        """By room, when each send was first asked for and first acked."""
        said: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for sent in self._sends.sent.values():
            if sent.room in self._direct and sent.asked_at is not None:
                said[sent.room].append((sent.asked, sent.acks[0].t if sent.acks else float("inf")))
        return said
