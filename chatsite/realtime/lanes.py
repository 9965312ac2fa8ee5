"""Lanes: what concerns one room is done in the order of its arrival on a socket, different rooms side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MAX_WAITING = 100
"""Commands of one socket that may wait; beyond them nothing more is read from it."""


class Lanes:
    """Runs jobs, one at a time in each lane."""

    def __init__(self) -> None:
        self._lanes: dict[int, deque[Callable[[], Awaitable[None]]]] = {}
        self._tasks: set[asyncio.Task] = set()
        self._room = asyncio.Semaphore(MAX_WAITING)

    async def add(self, lane: int, job: Callable[[], Awaitable[None]]) -> None:
        """Do `job` when all earlier ones in `lane` are done; waits where too many are."""
        await self._room.acquire()
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._lanes[lane] = deque([job])
        task = asyncio.create_task(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: int) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                try:
                    await waiting[0]()
                finally:
                    waiting.popleft()
                    self._room.release()
        finally:
            del self._lanes[lane]

    async def finish(self, seconds: float) -> None:
        """Let what is under way end, for at most `seconds`."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    def stop(self) -> None:
        """The socket is gone: nothing more begins. What is being committed ends by itself."""
        for waiting in self._lanes.values():
            while len(waiting) > 1:
                waiting.pop()
                self._room.release()
        for task in self._tasks:
            task.cancel()
