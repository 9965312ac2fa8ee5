"""Stopping without losing anybody: sockets are told to go before the ASGI server hears that it should stop.

uvicorn closes all its sockets in the instant in which it hears of it, without a word about when to come again, and drops the commands
that are under way. So this stands in front of its signal handlers, and hands the signal on when everybody has gone.
"""

import asyncio
import logging
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings

from chatsite.realtime import draining

log = logging.getLogger(__name__)


class Drain:
    """Catches SIGTERM and SIGINT in the server's stead. The first begins the drain, a second ends all at once.

    Among several workers their supervisor alone says what happens, by SIGTERM and SIGQUIT: what ends a whole group of processes
    (Ctrl-C, systemd) reaches a worker twice, and means it once.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_worker = multiprocessing.parent_process() is not None

    def stand_in(self) -> None:
        """Take the place of the server's handlers. A server that has none, or another thread than the first, is left alone."""
        found = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in found.items():
            if callable(handler):
                self._handlers[number] = handler
                signal.signal(number, self._caught)
        if self._is_worker:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGQUIT, self._caught)

    def stand_back(self) -> None:
        """Give the server its handlers back."""
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._caught:
                signal.signal(number, handler)

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        # In the middle of whatever runs: nothing may be done here but this.
        self._loop.call_soon_threadsafe(self._asked, number)

    def _asked(self, number: int) -> None:
        if number == signal.SIGQUIT or (self._task and not self._is_worker):
            self._stop_at_once()
        elif self._task is None:
            self._task = asyncio.create_task(self._run(number))

    def _stop_at_once(self) -> None:
        log.warning("stopping at once")
        if self._task:
            self._task.cancel()
        # uvicorn waits for nothing any more at a SIGINT that is not the first signal.
        self._hand_on(signal.SIGTERM)
        self._hand_on(signal.SIGINT)

    async def _run(self, number: int) -> None:
        try:
            # Nobody sends traffic elsewhere because of a Ctrl-C.
            await drain(wait=settings.DRAIN_WAIT if number == signal.SIGTERM else 0, seconds=settings.DRAIN_SECONDS)
        except Exception:
            log.exception("the drain failed")
        self._hand_on(number)

    def _hand_on(self, number: int) -> None:
        if handler := self._handlers.get(number):
            handler(number, None)


async def drain(wait: float, seconds: float) -> None:
    """Be unready for `wait` seconds, while all goes on; then refuse new sockets, and tell those there are to go, over `seconds` more."""
    began = time.monotonic()
    draining.begin()
    log.info("drain began", extra={"sockets": draining.count(), "wait": wait, "seconds": seconds})
    await asyncio.sleep(wait)
    draining.refuse_sockets()
    told = await draining.tell_all(seconds)
    log.info("drain ended", extra={"told": told, "took": round(time.monotonic() - began, 2)})
