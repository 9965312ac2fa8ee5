"""I4: on each socket a room's `changes` join without gap or overlap from the head that it was told; nothing falls within an epoch."""

from collections import defaultdict
from collections.abc import Callable

from msgspec import Struct

from tests.reliability.checker.acts import Epoch
from tests.reliability.checker.errands import Unwatched, Watched
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Ask, Changes, Closed, Connect, Heads, Hello, History, Left, Rooms
from tests.reliability.checker.slices import Findings, Part


class Place(Struct):
    """Where a socket stands in a room."""

    cursor: int
    at: int
    """The record that brought it there."""
    joined: int | None
    starts: bool
    """Whether nothing came since it was told."""


class Socket(Struct):
    floor: dict[int, tuple[int, int]]
    """The highest number of each room that an earlier connection told, and where."""
    places: dict[int, Place] = {}
    answered: dict[int, Place] = {}
    """Rooms that an answer to `rooms` stated before any event did."""


class Frames(Reader):
    """Follows every socket by the words of the protocol's section 4 and 6."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence, self._found = evidence, found
        self._epochs: dict[str, int] = {}

    def finish(self) -> None:
        allowed = 1 + len(self._evidence.of_admin(Epoch))
        if len(self._epochs) > allowed:
            sentence = f"{len(self._epochs)} epochs were told, where {allowed - 1} restores were made"
            self._found.add("I4", sentence, *list(self._epochs.values())[:4])

    def handlers(self, client: Client) -> dict[type, Callable]:
        follower = Follower(self._evidence, self._found, self._epochs)
        return {
            Connect: follower.connect,
            Closed: follower.closed,
            Hello: follower.hello,
            Changes: follower.changes,
            Rooms: follower.rooms,
            Left: follower.left,
            Heads: follower.heads,
            History: follower.history,
            Ask: follower.ask,
            Watched: follower.watched,
            Unwatched: follower.unwatched,
        }


class Follower:
    """One client's sockets, one after the other."""

    def __init__(self, evidence: Evidence, found: Findings, epochs: dict[str, int]) -> None:
        self._evidence, self._found, self._epochs = evidence, found, epochs
        self._epoch = ""
        self._reached: dict[int, tuple[int, int]] = {}
        self._sockets: dict[int, Socket] = defaultdict(lambda: Socket(floor={}))
        self._asked: dict[int, tuple[int, int]] = {}

    def connect(self, at: int, record: Connect) -> None:
        self._sockets[record.conn] = Socket(floor=dict(self._reached))

    def closed(self, at: int, record: Closed) -> None:
        self._sockets.pop(record.conn, None)

    def hello(self, at: int, record: Hello) -> None:
        socket = self._sockets[record.conn]
        self._epochs.setdefault(record.epoch, at)
        if record.epoch != self._epoch:
            self._epoch, self._reached, socket.floor = record.epoch, {}, {}
        for stated in record.rooms:
            head, told_at = socket.floor.get(stated.id, (0, at))
            if stated.head < head:
                sentence = f"hello states head {stated.head} of room {stated.id}, which had come to {head} before"
                self._found.add("I4", sentence, Part(told_at, stated.id), Part(at, stated.id))
            socket.places[stated.id] = Place(stated.head, at, stated.joined_event_seq, True)
            self._reach(stated.id, stated.head, at)

    def rooms(self, at: int, record: Rooms) -> None:
        """A room that appears, or with another joining: the socket begins anew at its head. What it has already is not moved."""
        socket = self._sockets[record.conn]
        for stated in record.rooms:
            place = socket.places.get(stated.id)
            if place is None or place.joined != stated.joined_event_seq:
                told = socket.places if record.via == "changed" else socket.answered
                told[stated.id] = Place(stated.head, at, stated.joined_event_seq, True)
            self._reach(stated.id, stated.head, at)

    def watched(self, at: int, record: Watched) -> None:
        """Behind this answer, and not before, the room's changes come, unless one is a member anyway."""
        stated, places = record.room, self._sockets[record.conn].places
        place = places.get(stated.id)
        if place is None or (place.joined is None and stated.joined_event_seq is None):
            places[stated.id] = Place(stated.head, at, stated.joined_event_seq, True)
        self._reach(stated.id, stated.head, at)

    def unwatched(self, at: int, record: Unwatched) -> None:
        places = self._sockets[record.conn].places
        if record.room in places and places[record.room].joined is None:
            del places[record.room]

    def left(self, at: int, record: Left) -> None:
        places = self._sockets[record.conn].places
        place = places.get(record.room)
        if place and record.event_seq >= (place.joined or 0):
            del places[record.room]

    def changes(self, at: int, record: Changes) -> None:
        if record.error is not None:
            return
        if record.via == "live":
            if record.reset:
                self._reset(at, record)
            else:
                self._live(at, record)
        elif not record.reset:
            self._synced(at, record)
        self._reach(record.room, record.head if record.reset else record.to, at)

    def heads(self, at: int, record: Heads) -> None:
        for room, head in record.rooms.items():
            self._reach(room, head, at)

    def history(self, at: int, record: History) -> None:
        self._reach(record.room, record.head, at)

    def ask(self, at: int, record: Ask) -> None:
        if record.cmd == "sync" and record.after:
            self._asked |= {room: (after, at) for room, after in record.after.items()}

    # --- judging ---

    def _live(self, at: int, record: Changes) -> None:
        socket = self._sockets[record.conn]
        place = socket.places.get(record.room) or socket.answered.get(record.room)
        if place is None:
            self._found.add("I4", f"a change of room {record.room} came on a socket that was told no head of it", at)
        elif record.start != place.cursor and not self._begins_at_answer(socket, place, record):
            sentence = f"room {record.room} stood at {place.cursor}, then came {record.start} to {record.to}"
            self._found.add("I4", sentence, Part(place.at, record.room), at)
        elif record.to <= record.start:
            self._found.add("I4", f"room {record.room}: a change from {record.start} to {record.to}", at)
        self._require_rows_inside(at, record)
        joined = place.joined if place else None
        socket.places[record.room] = Place(record.to, at, joined, False)

    def _reset(self, at: int, record: Changes) -> None:
        socket = self._sockets[record.conn]
        place = socket.places.get(record.room)
        is_restored = self._epoch != self._evidence.dump.epoch
        if place and record.head < place.cursor and not is_restored:
            sentence = f"room {record.room} stood at {place.cursor}, then came a reset to {record.head}"
            self._found.add("I4", sentence, Part(place.at, record.room), at)
        socket.places[record.room] = Place(record.head, at, place.joined if place else None, False)

    def _synced(self, at: int, record: Changes) -> None:
        asked = self._asked.pop(record.room, None)
        if asked and record.start != asked[0]:
            sentence = f"room {record.room} was asked for from {asked[0]}, and the answer begins at {record.start}"
            self._found.add("I4", sentence, asked[1], at)
        elif record.to < record.start:
            self._found.add("I4", f"room {record.room}: an answer from {record.start} to {record.to}", at)
        self._require_rows_inside(at, record)

    def _require_rows_inside(self, at: int, record: Changes) -> None:
        for row in record.rows:
            if not record.start < row.event_seq <= record.to:
                sentence = f"room {record.room}: {record.start} to {record.to} holds a row of number {row.event_seq}"
                self._found.add("I4", sentence, Part(at, record.room, (row.seq,)))
                return

    def _begins_at_answer(self, socket: Socket, place: Place, record: Changes) -> bool:
        """Whether the head was told by an answer to `rooms`, which overtook the event about the same joining."""
        told = socket.answered.get(record.room)
        return bool(told and place.starts and told.joined == place.joined and told.cursor == record.start)

    def _reach(self, room: int, number: int | None, at: int) -> None:
        if number is not None and number > self._reached.get(room, (0, 0))[0]:
            self._reached[room] = (number, at)
