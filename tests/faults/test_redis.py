"""Redis is a doorbell: without it acks go on, news comes by the sweep, and who signed out stays out."""

import asyncio
import contextlib
import os
import re
import signal
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.faults.browser import Browser
from tests.faults.checker import check
from tests.faults.crowd import Crowd, gathered
from tests.faults.measures import report, spread
from tests.faults.people import Person
from tests.server import Server
from tests.services import Redis, wait_until
from tests.stranger.page import WAIT

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

DOWN_SECONDS = 5.0
SWEPT_SECONDS = 6.0
"""By when the sweep, every two seconds, has shown everything, on a machine that is busy."""


METRICS_TOKEN = "for-the-metrics-of-this-test"


def repairs(server: Server) -> Counter[str]:
    """How often the process read a range from the database, by cause."""
    request = urllib.request.Request(server.url + "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=WAIT) as answer:
        found = re.findall(r'chatsite_repairs_total\{cause="(\w+)"\} ([\d.]+)', answer.read().decode())
    return Counter({cause: int(float(count)) for cause, count in found})


@contextlib.asynccontextmanager
async def killed(redis: Redis) -> AsyncIterator[None]:
    await asyncio.to_thread(redis.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(redis.start)


@contextlib.asynccontextmanager
async def stopped(redis: Redis) -> AsyncIterator[None]:
    """It hangs: connections stay, and nothing answers."""
    pid = redis.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def delivery(room: int, sender: Person, hearer: Person, seconds: float) -> float:
    """The seconds from a send to its arrival at somebody else."""
    said = sender.intend(room)
    await sender.deliver(said)
    async with asyncio.timeout(seconds):
        await hearer.until(lambda: said.msg_id in hearer.heard, f"{hearer.name} hears {sender.name}")
    return hearer.heard[said.msg_id] - said.begun


def across(crowd: Crowd, since: float, until: float) -> list[float]:
    """Of messages begun between two moments, the seconds until everybody at the other process had heard them."""
    return [
        hearer.heard[said.msg_id] - said.begun
        for sender in crowd.people
        for said in sender.intents
        if since <= said.begun < until
        for hearer in crowd.people
        if hearer.bases != sender.bases and said.msg_id in hearer.heard
    ]


@pytest.mark.parametrize("without", [killed, stopped])
async def test_acks_go_on_without_redis(start_pair, own_redis, without) -> None:
    """Both processes write in every room here, so each one's own commits show it the gaps: this says little of the sweep."""
    async with gathered(start_pair(), seed=1, pinned=True, pause=0.2) as crowd:
        await asyncio.sleep(1)
        began = time.monotonic()
        async with without(own_redis):
            await asyncio.sleep(DOWN_SECONDS)
            ended = time.monotonic()
        await crowd.stop_writing()
        await check(crowd)
        report(f"Redis {without.__name__}", crowd, seconds=ended - began, since=began, until=ended)
    waits = across(crowd, began, ended)
    print(f"Redis {without.__name__}, to the other process: {spread(waits)}")
    assert len([at for at, _took in crowd.acks() if began <= at < ended]) > 20
    assert crowd.errors() == []
    assert max(waits) < SWEPT_SECONDS
    assert all(len(person.connections) == 1 for person in crowd.people)


@pytest.mark.parametrize("without", [killed, stopped])
async def test_a_quiet_process_hears_by_the_sweep_without_redis(start_pair, own_redis, without) -> None:
    """Nobody writes at the other process: nothing but the sweep can tell it, and its repairs say so."""
    servers = start_pair(METRICS_TOKEN=METRICS_TOKEN)
    async with gathered(servers, seed=6, count=2, pinned=True, pause=0.2) as crowd:
        await crowd.stop_writing()
        (one, other), room = crowd.people, crowd.rooms[0]
        with_redis = [await delivery(room, one, other, 2) for _n in range(5)]
        async with without(own_redis):
            await asyncio.sleep(0.5)
            before = await asyncio.to_thread(repairs, servers[1])
            waits = [await delivery(room, one, other, SWEPT_SECONDS) for _n in range(3)]
            causes = await asyncio.to_thread(repairs, servers[1]) - before
        await check(crowd)
    print(f"a quiet process: {spread(with_redis)}; Redis {without.__name__}: {spread(waits)}, repairs {dict(causes)}")
    assert set(causes) == {"sweep"}
    assert causes["sweep"] == len(waits)


async def test_doorbells_ring_again_once_redis_is_back(start_pair, own_redis) -> None:
    async with gathered(start_pair(SWEEP_SECONDS="60"), seed=2, count=2, pinned=True, pause=0.2) as crowd:
        await crowd.stop_writing()
        (one, other), room = crowd.people, crowd.rooms[0]
        await delivery(room, one, other, 2)
        await asyncio.sleep(0.5)  # the sweep that follows every subscribing, 50 ms behind it, would find what is lost
        async with killed(own_redis):
            lost = one.intend(room)
            await one.deliver(lost)
            await asyncio.sleep(1)
            assert lost.msg_id not in other.heard
        back = time.monotonic()
        while lost.msg_id not in other.heard:  # the next doorbell that gets through shows the gap, too
            assert time.monotonic() < back + 15, "no doorbell got through 15 s after Redis came back"
            await one.deliver(one.intend(room))
            await asyncio.sleep(0.2)
        print(f"Redis back: the first doorbell got through after {time.monotonic() - back:.1f} s")
        assert await delivery(room, one, other, 1) < 1
        await check(crowd)


@pytest.mark.parametrize(("without", "store"), [(killed, "redis"), (stopped, "db")])
async def test_who_signs_out_without_redis_is_out_at_once_and_stays_out(start_pair, own_redis, without, store) -> None:
    pair = start_pair(SESSION_STORE=store)
    async with gathered(pair, seed=3, count=2, pinned=True, pause=0.2) as crowd:
        page = Browser(pair)
        await asyncio.to_thread(page.sign_in, "alice")
        socket = await page.socket(pair[1])
        person = crowd.people[1]  # at the second process; signs out at the first
        async with without(own_redis):
            began = time.monotonic()
            await asyncio.to_thread(page.sign_out)
            await crowd.rests["person1"].call("POST", "auth/logout/", status=204)
            took = time.monotonic() - began
            assert await asyncio.to_thread(page.is_in) == [False, False]
            await is_refused(crowd, person, pair)
            await asyncio.wait_for(socket.wait_closed(), SWEPT_SECONDS)
            await person.until(lambda: person.close_codes, "the token's socket closes")
            print(
                f"Redis {without.__name__}, {store}: signed out in {took:.2f} s, sockets closed in {time.monotonic() - began:.2f} s"
            )
        assert (socket.close_code, person.close_codes[0]) == (4401, 4401)
        await asyncio.to_thread(wait_until, own_redis.answers, WAIT, "Redis answers")
        await asyncio.sleep(1)
        assert await asyncio.to_thread(page.is_in) == [False, False]
        await is_refused(crowd, person, pair)


async def is_refused(crowd: Crowd, person: Person, servers: list[Server]) -> None:
    """The token of the session that ended opens no door of either process."""
    rest = crowd.rests[person.name]
    for server in servers:
        rest.base = server.url
        await rest.call("GET", "users/me/", status=401, code="unauthenticated")
    rest.base = servers[0].url
