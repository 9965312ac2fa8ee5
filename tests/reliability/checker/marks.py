"""How far people had read, and when: from what they asked for and what was answered."""

from collections import defaultdict
from collections.abc import Callable

from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Ack, Ask, Hello

READING = {"read", "unread"}


class Marks(Reader):
    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._highest: dict[tuple[int, int], int] = defaultdict(int)
        """By room and user, the highest mark that somebody may have reached."""
        self._read: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        """When which mark was acked."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        user = client.user

        def ask(at: int, record: Ask) -> None:
            if record.cmd in READING and record.room is not None:
                self._raise(record.room, user, record.seq)

        def ack(at: int, record: Ack) -> None:
            if record.cmd not in READING or record.room is None or self._evidence.is_lost(record.t):
                return
            if record.cmd == "unread":
                self._read[record.room, user].clear()  # what was put back is news again
            elif record.last_read_seq is not None:
                self._read[record.room, user].append((record.t, record.last_read_seq))

        def hello(at: int, record: Hello) -> None:
            for room in record.rooms:
                self._raise(room.id, user, room.last_read_seq)

        return {Ask: ask, Ack: ack, Hello: hello}

    def _raise(self, room: int, user: int, mark: int | None) -> None:
        self._highest[room, user] = max(self._highest[room, user], mark or 0)

    def highest(self, room: int, user: int) -> int:
        return self._highest[room, user]

    def read_at(self, room: int, user: int, seq: int) -> float | None:
        """When somebody had surely read so far, for the last time that it was said; None where they never had."""
        return max((t for t, mark in self._read[room, user] if mark >= seq), default=None)
