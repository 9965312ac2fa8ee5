"""Lanes: what concerns one room is done in the order of its arrival on a socket, different rooms side by side."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

MAX_WAITING = 100
"""Commands of one socket that may wait; beyond them nothing more is read from it."""


Job = Callable[[int], Awaitable[None]]
"""What is to be done in the lane whose number it is given."""
Find = Callable[[], Awaitable[int | None]]


class Lanes:
    """Runs jobs, one at a time in each lane."""

    def __init__(self) -> None:
        self._lanes: dict[int, deque[Job]] = {}
        self._unplaced: deque[tuple[int | Find, Job]] = deque()
        """Those whose lane is being looked for, and what came behind them."""
        self._tasks: set[asyncio.Task] = set()
        self._room = asyncio.Semaphore(MAX_WAITING)

    async def add(self, lane: int | Find, job: Job) -> None:
        """Do `job` when all earlier ones in `lane` are done; waits where too many are.

        Where the lane must be looked for first, `lane` finds it, or says None: the job is not done then. All that comes later is placed
        behind it, but is taken meanwhile: its time runs from its own arrival.
        """
        await self._room.acquire()
        if isinstance(lane, int) and not self._unplaced:
            self._place(lane, job)
            return
        self._unplaced.append((lane, job))
        if len(self._unplaced) == 1:
            self._start(self._place_all())

    def _place(self, lane: int, job: Job) -> None:
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._lanes[lane] = deque([job])
        self._start(self._run(lane))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _place_all(self) -> None:
        try:
            while self._unplaced:
                lane, job = self._unplaced[0]
                found = lane if isinstance(lane, int) else await lane()
                self._unplaced.popleft()
                if found is None:
                    self._room.release()
                else:
                    self._place(found, job)
        finally:
            while self._unplaced:
                self._unplaced.popleft()
                self._room.release()

    async def _run(self, lane: int) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                try:
                    await waiting[0](lane)
                finally:
                    waiting.popleft()
                    self._room.release()
        finally:
            del self._lanes[lane]

    async def finish(self, seconds: float) -> None:
        """Let what is under way end, for at most `seconds`."""
        end = time.monotonic() + seconds
        while self._tasks and (left := end - time.monotonic()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)

    def stop(self) -> None:
        """The socket is gone: nothing more begins. What is being committed ends by itself."""
        for waiting in self._lanes.values():
            while len(waiting) > 1:
                waiting.pop()
                self._room.release()
        for task in self._tasks:
            task.cancel()
