"""The threads on which HTTP is answered. The event loop only reads and writes; Django's whole stack is one call on one of these.

Django itself makes a thread for each request and hops to it and back once for each middleware: four fifths of a page's time.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestAborted
from django.db import connection, connections

PATIENCE = 0.5
"""Seconds of waiting for its turn after which it is asked whether a request's peer is still there."""


class Threads:
    """At most `most` threads, made as they are needed and kept; what waits for one comes in the order in which it was asked for.

    Each has a database connection of its own, which stays open as CONN_MAX_AGE says: SQLite's from one request to the next,
    PostgreSQL's goes back to the pool. With `forgets` it is closed behind each call.
    """

    def __init__(self, name: str, most: int, *, forgets: bool = False) -> None:
        self.most = most
        self._forgets = forgets
        self._at_once = 0
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, call: Callable[[], Any], hung_up: Callable[[], Awaitable[Any]] | None = None) -> Any:
        """What `call()` returns, in a copy of the caller's context: nothing that it sets there outlives it.

        Raises RequestAborted where `hung_up()` (if given) returned before its turn came; what has begun is brought to its end.
        """
        context = contextvars.copy_context()
        job = self._pool.submit(context.run, *((_forgetting, call) if self._forgets else (call,)))
        self._at_once += 1
        result = asyncio.wrap_future(job)
        result.add_done_callback(self._count_down)
        if hung_up and self._at_once > self.most:
            await self._turn(job, result, hung_up)
        return await result

    async def _turn(self, job: Future, result: asyncio.Future, hung_up: Callable[[], Awaitable[Any]]) -> None:
        await asyncio.wait({result}, timeout=PATIENCE)
        if result.done() or job.running():
            return
        listening = asyncio.ensure_future(hung_up())
        try:
            await asyncio.wait({result, listening}, return_when=asyncio.FIRST_COMPLETED)
            if not result.done() and job.cancel():
                raise RequestAborted
        finally:
            listening.cancel()

    def _count_down(self, _result: asyncio.Future) -> None:
        self._at_once -= 1


def _forgetting(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connections.close_all()


pages = Threads("http", settings.HTTP_THREADS)
"""For everything that asks the database alone."""
rooms = Threads("http-rooms", 1 if connection.vendor == "sqlite" else settings.HTTP_THREADS)
"""For reading rooms, which is done most and waits for no lock. Where the database is in the process, nothing is waited for at all, and
several threads would only take the GIL from one another at each statement: with three of them a page took 8.6 ms of CPU, with one 6.4."""
posting = Threads("http-posting", 16)
"""For posting, which mostly waits for the transaction of many posts: as many as wait at once can go in it."""
waiting = Threads("http-waiting", 6, forgets=True)
"""For what may wait long for something else: a disk, a bucket, a picture that is drawn. Else a few of these would hold up every page."""
probes = Threads("http-probe", 2, forgets=True)
"""For who asks whether the process is alive, while the others may have all hands full."""
