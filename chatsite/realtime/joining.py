"""Joined writes: a system call is what a delivery costs, so that frames for a busy socket leave together."""

import asyncio
import time
from typing import Protocol

JOIN_SECONDS = 0.005
"""How long what is for a busy socket waits for company."""


class Busy(Protocol):
    """Somebody who was written to a moment ago."""

    def flush_joined(self) -> bool:
        """Write what came since; whether there was something."""


class Joiner:
    """The one timer of a process for all its busy sockets. Each gets one write a turn, until a turn has nothing for it."""

    def __init__(self) -> None:
        self._busy: list[Busy] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, socket: Busy) -> None:
        """Let `socket` have its turn in JOIN_SECONDS."""
        self._busy.append(socket)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(JOIN_SECONDS, self._turn)

    def _turn(self) -> None:
        began = time.monotonic()
        busy, self._busy = self._busy, []
        self._busy = [socket for socket in busy if socket.flush_joined()] + self._busy
        # No more than half of the time goes into writing, or nothing new would be read.
        took = time.monotonic() - began
        self._timer = asyncio.get_running_loop().call_later(max(JOIN_SECONDS, took), self._turn) if self._busy else None

    def stop(self) -> None:
        """Nothing more is joined."""
        if self._timer:
            self._timer.cancel()
