"""What is done to a house: each fault holds for the length of its `async with`, and is written into the admin log as it begins and ends.

What waits, waits on a thread: a workload whose loop stands still would take every answer for late.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import psycopg

from tests.faults.house import House
from tests.server import Server
from tests.services import wait_until

CRASH_POINTS = ("before_commit", "after_commit", "after_ack", "mid_fanout")


async def restarted(server: Server, seconds: float = 60) -> None:
    """Starts a process again, as often as it takes (it ends by itself where the database is away), and returns once it is healthy."""
    end = time.monotonic() + seconds
    while True:
        try:
            await asyncio.to_thread(server.start, seconds=seconds)
            return
        except AssertionError:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.5)


# --- workers ---


@contextlib.asynccontextmanager
async def killed(server: Server) -> AsyncIterator[None]:
    """`kill -9` of one process; at the end it is started again."""
    server.kill9()
    try:
        yield
    finally:
        await restarted(server)


async def crashed(server: Server, seconds: float) -> bool:
    """Whether a process that was started with a crash point ended by SIGKILL within `seconds`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.to_thread(wait_until, lambda: server.process.poll() is not None, seconds, "it crashes")
    code = server.process.poll()
    assert code in (None, -signal.SIGKILL), f"the process ended with {code}:\n{server.said()[-2000:]}"
    return code is not None


@contextlib.asynccontextmanager
async def stopped(pids: list[int]) -> AsyncIterator[None]:
    """The processes stand still; one that ended meanwhile is let be."""
    tell(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        tell(pids, signal.SIGCONT)


def tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


# --- Redis ---


@contextlib.asynccontextmanager
async def redis_killed(house: House) -> AsyncIterator[None]:
    await asyncio.to_thread(house.redis.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(house.redis.start)


def redis_stopped(house: House) -> AbstractAsyncContextManager[None]:
    """It hangs: connections stay, and nothing answers."""
    return stopped([house.redis.pid])


@contextlib.asynccontextmanager
async def redis_full(house: House) -> AsyncIterator[None]:
    """Nothing more fits, and nothing is thrown out."""
    client = house.redis_client()
    await asyncio.to_thread(client.config_set, "maxmemory-policy", "noeviction")
    await asyncio.to_thread(client.config_set, "maxmemory", "1")
    try:
        yield
    finally:
        await asyncio.to_thread(client.config_set, "maxmemory", "0")
        client.close()


@contextlib.asynccontextmanager
async def redis_read_only(house: House) -> AsyncIterator[None]:
    """A replica of a master that nobody answers for: READONLY for each write, as after a failover."""
    client = house.redis_client()
    await asyncio.to_thread(client.execute_command, "REPLICAOF", "127.0.0.1", "1")
    try:
        yield
    finally:
        await asyncio.to_thread(client.execute_command, "REPLICAOF", "NO", "ONE")
        client.close()


# --- PostgreSQL ---


@contextlib.asynccontextmanager
async def postgres_down(house: House, mode: str) -> AsyncIterator[None]:
    """It ends by `mode`: fast or immediate as pg_ctl has them; postmaster is kill -9 of that."""
    if mode == "postmaster":
        await asyncio.to_thread(house.postgres.kill9)
    else:
        await asyncio.to_thread(house.postgres.stop, mode)
    try:
        yield
    finally:
        await asyncio.to_thread(house.postgres.start)


def postgres_stopped(house: House) -> AbstractAsyncContextManager[None]:
    """It hangs: connections stay, and nothing answers."""
    postmaster = house.postgres.pid
    return stopped([postmaster, *children(postmaster)])


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextlib.asynccontextmanager
async def rooms_locked(house: House, rooms: list[int]) -> AsyncIterator[None]:
    """Somebody holds the logs of `rooms` and does not let go."""
    holder = await asyncio.to_thread(psycopg.connect, house.postgres.url)
    statement = "SELECT 1 FROM rooms_roomlog WHERE room_id = ANY(%s) ORDER BY room_id FOR UPDATE"
    await asyncio.to_thread(holder.execute, statement, [rooms])
    try:
        yield
    finally:
        await asyncio.to_thread(holder.close)


async def commit_cut(house: House, what: str, seconds: float = 10) -> bool:
    """The next COMMIT of the first process meets a broken link: `request`, it never arrives; `reply`, its answer does not.

    Whether there was one within `seconds`.
    """
    order = house.commit_link.order
    cut = (await asyncio.to_thread(order, cut=[what]))["waiting"]
    end = time.monotonic() + seconds
    while cut and time.monotonic() < end:
        await asyncio.sleep(0.05)
        cut = (await asyncio.to_thread(order))["waiting"]
    if cut:
        await asyncio.to_thread(order, forget=True)
    return not cut
