"""The one place where a service's result is committed, acked and made known. Every door calls services through it."""

import asyncio
import contextlib
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)
from psycopg_pool import PoolTimeout

from chatsite.realtime import bus, crash
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.events import AnyEvent

_sqlite_writer = threading.Lock()
"""SQLite's own waiting polls: 212 ms against 914 at p99 under mixed load. Between processes its busy timeout is what there is."""


@dataclass(slots=True)
class Committed:
    """What a service returned, and the events of its commit, which the door still holds back."""

    value: Any
    events: list[AnyEvent] = field(default_factory=list)


def commit(service: Callable, *args: Any, **kwargs: Any) -> Any:
    """Run `service(*args, **kwargs)` in a transaction, commit, make its events known, return its result. For synchronous doors.

    Raises what the service raises (nothing is written then), and Unavailable when the database could not be reached or written in time.
    """
    committed = run(service, *args, **kwargs)
    bus.let_out(committed.events)
    return committed.value


def run(service: Callable, *args: Any, **kwargs: Any) -> Committed:
    """As `commit`, but the events stay with the caller, who lets them out behind the ack."""
    try:
        return _run_once(service, *args, **kwargs)
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        # A row came up between a service's look and its insert (one msg_id sent to two rooms at once, say): it looks again.
        return _run_once(service, *args, **kwargs)


def _run_once(service: Callable, *args: Any, **kwargs: Any) -> Committed:
    events: list[AnyEvent] = []
    token = bus.collected.set(events)
    try:
        with _one_writer(), unavailable_when_down(), transaction.atomic():
            value = service(*args, **kwargs)
    finally:
        bus.collected.reset(token)
    crash.after_commit(events)
    return Committed(value, events)


@contextlib.contextmanager
def unavailable_when_down() -> Iterator[None]:
    """Turns the database's own failures into Unavailable; constraint violations are not among them."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        _discard_broken_connection()
        raise Unavailable(retry_after=1) from error


def _discard_broken_connection() -> None:
    if not connection.in_atomic_block:
        with contextlib.suppress(DatabaseError, InterfaceError):
            connection.close_if_unusable_or_obsolete()


@contextlib.contextmanager
def _one_writer() -> Iterator[None]:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    if not _sqlite_writer.acquire(timeout=settings.COMMAND_DEADLINE):
        raise Unavailable(retry_after=1)
    try:
        yield
    finally:
        _sqlite_writer.release()


# --- Asynchronous doors ---------------------------------------------------------------------------------------------

_threads: ThreadPoolExecutor | None = None


def _pool() -> ThreadPoolExecutor:
    global _threads
    if _threads is None:
        _threads = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")
    return _threads


def close_threads() -> None:
    """End the threads and close their connections; a later call begins with new ones."""
    global _threads
    threads, _threads = _threads, None
    if threads:
        # Each thread is held until all have come, so that each closes its own connection.
        together = threading.Barrier(settings.DATABASE_THREADS, timeout=settings.COMMAND_DEADLINE)
        for _thread in range(settings.DATABASE_THREADS):
            threads.submit(_close_own, together)
        threads.shutdown()


def _close_own(together: threading.Barrier) -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait()
    connections.close_all()


def _kept_in_order(call: Callable, *args: Any, **kwargs: Any) -> Any:
    """Run `call` on a kept thread; its connection goes back to the pool (PostgreSQL) or stays open (SQLite) as CONN_MAX_AGE says."""
    close_old_connections()
    try:
        return call(*args, **kwargs)
    finally:
        close_old_connections()


def on_thread(call: Callable, *args: Any) -> Future[Any]:
    """Begin `call(*args)` on a database thread, which keeps its connection."""
    return _pool().submit(_kept_in_order, call, *args)


AT_ONCE = 2
"""Writes about one room that may be on threads at once: they wait for one lock, and must leave threads to the other rooms."""
_gates: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()


def gate(room: int) -> asyncio.Semaphore:
    """What lets AT_ONCE writes about `room` through at a time."""
    found = _gates.get(room)
    if found is None:
        found = _gates[room] = asyncio.Semaphore(AT_ONCE)
    return found


async def reading(call: Callable, *args: Any, **kwargs: Any) -> Any:
    """Run `call`, which reads the database, on a thread. Raises Unavailable when the database is down."""

    def read() -> Any:
        with unavailable_when_down():
            return call(*args, **kwargs)

    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_pool(), lambda: context.run(_kept_in_order, read))


def is_late(came: float) -> bool:
    """Whether what came at `came` (monotonic clock) has waited too long to begin: it would hardly be answered in time, and then neither what waits behind it."""
    return time.monotonic() - came > settings.COMMAND_DEADLINE / 2


async def commit_async(
    service: Callable, *args: Any, gate: asyncio.Semaphore | None = None, **kwargs: Any
) -> Committed:
    """As `run`, on a thread, for at most COMMAND_DEADLINE; the caller acks and then lets the events out by `bus.let_out`.

    It waits at `gate` first, and leaves it when the thread is done, however long that takes. Raises Unavailable at the deadline.
    The outcome is unknown then: a commit that comes later still lets its events out.
    """
    context = contextvars.copy_context()
    came = time.monotonic()

    def begin() -> Committed:
        if is_late(came):
            raise Unavailable(retry_after=1)
        return context.run(_kept_in_order, run, service, *args, **kwargs)

    if gate:
        await gate.acquire()
    task = _pool().submit(begin)
    job = asyncio.wrap_future(task)
    if gate:
        job.add_done_callback(lambda _job: gate.release())
    try:
        return await asyncio.wait_for(asyncio.shield(job), settings.COMMAND_DEADLINE)
    except (TimeoutError, asyncio.CancelledError) as error:
        if not task.cancel():  # what still waits for a thread never begins: its sender asks again
            job.add_done_callback(_let_out_late)
        if isinstance(error, asyncio.CancelledError):
            raise
        raise Unavailable(retry_after=1) from None


def _let_out_late(job: asyncio.Future) -> None:
    if not job.cancelled() and job.exception() is None:
        bus.let_out(job.result().events)
