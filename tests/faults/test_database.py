"""Without the database there is no ack: commands are answered `unavailable` in time, sockets stay, and retries find what was written."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.checker import check
from tests.faults.crowd import LIMITS_OFF, Crowd, gathered
from tests.faults.measures import at, report, spread
from tests.server import Server
from tests.services import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

DEADLINE = 2.0
"""COMMAND_DEADLINE of a server that is not told otherwise."""
UNDER_WAY = 0.5
"""Seconds that an ack may be under way which was written before."""
SLACK = 1.0
"""What a busy machine may take on top."""
DOWN_SECONDS = 5.0


@pytest.fixture
def server(running_server, own_postgres) -> Server:
    return running_server(own_postgres.url, env=LIMITS_OFF)


@contextlib.asynccontextmanager
async def crashed(postgres: Postgres) -> AsyncIterator[None]:
    """On a thread: pg_ctl waits, and a crowd whose own loop stands still would take every answer for late."""
    await asyncio.to_thread(postgres.stop, "immediate")
    try:
        yield
    finally:
        await asyncio.to_thread(postgres.start)


@contextlib.asynccontextmanager
async def frozen(postgres: Postgres) -> AsyncIterator[None]:
    """It hangs: connections stay, and nothing answers."""
    pids = [postgres.pid, *children(postgres.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("without", [crashed, frozen])
async def test_commands_are_unavailable_in_time_and_retries_double_nothing(server, own_postgres, without) -> None:
    async with gathered([server], seed=4, pause=0.2) as crowd:
        await asyncio.sleep(1)
        async with without(own_postgres):
            down = time.monotonic()
            await asyncio.sleep(DOWN_SECONDS)
            up = time.monotonic()
        back = time.monotonic()
        await crowd.stop_writing()
        await check(crowd)
        report(f"PostgreSQL {without.__name__}", crowd, seconds=up - down)
    refused = [took for _code, took in crowd.errors()]
    print(
        f"PostgreSQL {without.__name__}: `unavailable` {spread(refused)}; first ack {first_ack(crowd, up) - back:.2f} s after it was ready"
    )
    assert {code for code, _took in crowd.errors()} == {"unavailable"}
    assert max(refused) < DEADLINE + SLACK
    assert not [began for began, took in crowd.acks() if down + UNDER_WAY < began + took < up], (
        "an ack without a database"
    )
    assert all(len(person.connections) == 1 for person in crowd.people), "a socket was closed"


def first_ack(crowd: Crowd, since: float) -> float:
    return min(began + took for began, took in crowd.acks() if began + took >= since)


async def test_a_locked_room_does_not_hold_up_the_others(server, own_postgres) -> None:
    async with gathered([server], seed=5, pause=0.2) as crowd:
        locked, *others = crowd.rooms
        await asyncio.sleep(1)
        with psycopg.connect(own_postgres.url) as holder:
            holder.execute("SELECT 1 FROM rooms_roomlog WHERE room_id = %s FOR UPDATE", [locked])
            began = time.monotonic()
            await asyncio.sleep(DOWN_SECONDS)
            ended = time.monotonic()
        await crowd.stop_writing()
        await check(crowd)
    refused = [took for _code, took in crowd.errors()]
    waited = acks_of(crowd, others, began, ended)
    before = acks_of(crowd, others, 0, began)
    print(
        f"a room locked: `unavailable` {spread(refused)}; acks of the others {spread(waited)}, before {spread(before)}"
    )
    assert not acks_of(crowd, [locked], began, ended)
    assert {code for code, _took in crowd.errors()} == {"unavailable"}
    assert max(refused) < DEADLINE + SLACK
    assert len(waited) > 50
    assert at(0.99, waited) < 0.5


def acks_of(crowd: Crowd, rooms: list[int], since: float, until: float) -> list[float]:
    """Seconds until the acks that came between two moments, for messages into `rooms`."""
    return [
        intent.acked - intent.begun
        for person in crowd.people
        for intent in person.intents
        if intent.room in rooms and intent.acks and since + UNDER_WAY < intent.acked < until
    ]
