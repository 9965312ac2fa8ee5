"""Admission at the handshake: in a storm of them those who are connected go on, a few are let in at a time, and the rest hears at once when to come again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

AT_ONCE = 3
"""Handshakes of a process that read the database at once: they must leave threads, and the processor, to those who are connected."""
MOST_WAITING = 100
"""Handshakes that may wait for that: what a worker does in about a second (`docs/performance.md`)."""


class Admission:
    """Counts the handshakes of one process."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether one more would wait too long."""
        return self._waiting >= MOST_WAITING

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """While one handshake reads who it is and what they are told first."""
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1
