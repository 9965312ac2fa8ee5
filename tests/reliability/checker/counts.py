"""I15 while it happens: every statement of `unread` equals a recount of the rows that it covers, which never change."""

from collections.abc import Callable

from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Ack, Hello, Rooms, Stated
from tests.reliability.checker.slices import Findings, Part

MARKS = {"read", "unread"}


class Counts(Reader):
    """Judges `hello`, `rooms`, `rooms.changed` and the answers to `read` and `unread`."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found

    def handlers(self, client: Client) -> dict[type, Callable]:
        def stated(at: int, record: Hello | Rooms) -> None:
            if not self._evidence.is_lost(record.t):
                for room in record.rooms:
                    if room.joined_event_seq is not None:
                        self._judge(client, Part(at, room.id), room.id, room)

        def ack(at: int, record: Ack) -> None:
            if record.cmd in MARKS and record.room is not None and not self._evidence.is_lost(record.t):
                self._judge(client, at, record.room, record)

        return {Hello: stated, Rooms: stated, Ack: ack}

    def _judge(self, client: Client, where: int | Part, room: int, told: Stated | Ack) -> None:
        if room not in self._dump.rooms or told.unread is None or told.last_read_seq is None or told.last_seq is None:
            return
        counted = self._dump.unread(room, client.user, told.last_read_seq, told.last_seq)
        if counted != told.unread:
            sentence = (
                f"{client.name} was told {told.unread} unread in room {room} from {told.last_read_seq} to {told.last_seq}, "
                f"where {counted} messages of others lie"
            )
            self._found.add("I15", sentence, where)
