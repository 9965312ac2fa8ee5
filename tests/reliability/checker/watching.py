"""Which rooms a client's sockets follow without its person being in them."""

from tests.reliability.checker.errands import Unwatched, Watched
from tests.reliability.checker.shapes import Left


class Watching:
    """From the answer to `watch` to that to `unwatch`, or to `room.left`, whichever is first."""

    def __init__(self) -> None:
        self._followed: set[tuple[int, int]] = set()

    def follows(self, conn: int, room: int) -> bool:
        return (conn, room) in self._followed

    def began(self, at: int, record: Watched) -> None:
        self._followed.add((record.conn, record.room.id))

    def ended(self, at: int, record: Unwatched) -> None:
        self._followed.discard((record.conn, record.room))

    def left(self, at: int, record: Left) -> None:
        self._followed.discard((record.conn, record.room))
