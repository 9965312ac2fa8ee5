"""One timer for all commands that wait: most are answered long before, and a timer each would be made for nothing."""

import asyncio
import heapq
import itertools
import time

from chatsite.realtime.errors import Unavailable

TICK = 0.001
"""Seconds by which uvloop's timers may be early."""


class Deadlines:
    """Ends with Unavailable what is not done in time. Runs on the event loop's thread."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, asyncio.Future]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        """When the timer fires: uvloop's does not say, if that was past."""

    def add(self, deadline: float, future: asyncio.Future) -> None:
        """Let `future` fail at `deadline` (monotonic clock), unless it is done by then. Raises Unavailable where that is past."""
        if deadline <= time.monotonic():
            raise Unavailable(retry_after=1)
        heapq.heappush(self._waiting, (deadline, next(self._numbers), future))
        if self._timer is None or deadline < self._due:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if self._waiting:
            self._due = self._waiting[0][0]
            self._timer = asyncio.get_running_loop().call_at(self._due, self._turn)

    def _turn(self) -> None:
        now, self._timer = time.monotonic() + TICK, None
        while self._waiting and (self._waiting[0][0] <= now or self._waiting[0][2].done()):
            future = heapq.heappop(self._waiting)[2]
            if not future.done():
                future.set_exception(Unavailable(retry_after=1))
        self._set_timer()

    def stop(self) -> None:
        """Nobody is told any more."""
        if self._timer:
            self._timer.cancel()
