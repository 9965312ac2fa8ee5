"""Redis is a doorbell: without it news comes by the sweep, and who signed out stays out."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cookies import Browser
from tests.faults.faults import redis_killed, redis_stopped
from tests.faults.figures import spread
from tests.faults.house import PASSWORD, House
from tests.faults.planted.scene import ALICE, BOB, OPEN, Scene
from tests.reliability import rest
from tests.reliability.checker import Rules, check, explain
from tests.server import Server
from tests.services import needed, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.once, pytest.mark.timeout(120)]

SWEPT_SECONDS = 6.0
"""By when the sweep, every two seconds, has shown everything, on a machine that is busy."""
RULES = Rules(quiet=15.0, revoke_ms=5000, revoke_ms_after_kill=8000, revoke_ms_without_redis=10_000)
"""Slacker than the page's, which a busy machine cannot keep to."""


@contextlib.asynccontextmanager
async def scene_in(folder: Path, **env: str) -> AsyncIterator[Scene]:
    """Four people at two processes; in the end the checker finds nothing, and no process met what nobody expected."""
    house = House(env=env)
    try:
        with needed():
            await house.open()
        scene = Scene(house, folder)
        await scene.settle()
        await scene.start()
        yield scene
        await scene.stop()
        await scene.close(RULES.quiet)
        assert not house.traces()
    finally:
        await house.close()
    violations = check(folder, RULES)
    assert not violations, explain(violations, folder)


def at(scene: Scene, who: int) -> Server:
    """The process at which somebody's socket is."""
    return scene.house.servers[scene.house.bases.index(scene.client(who).base)]


async def delivery(scene: Scene, seconds: float) -> float:
    """The seconds from Alice's saying something to Bob's hearing of it, who is at the other process."""
    began = time.monotonic()
    said = scene.say(ALICE)
    await scene.until(lambda: said.ack and has_heard(scene, said.ack["seq"]), "Bob hears Alice", seconds)
    return time.monotonic() - began


def has_heard(scene: Scene, seq: int) -> bool:
    return seq in scene.client(BOB).book.rooms[scene.room(OPEN).id].rows


def repairs(scene: Scene) -> Counter[str]:
    """How often Bob's process read a range from the database, by cause."""
    return Counter(scene.house.metric(at(scene, BOB), "chatsite_repairs_total"))


@pytest.mark.parametrize("without", [redis_killed, redis_stopped])
async def test_a_quiet_process_hears_by_the_sweep_without_redis(tmp_path, without) -> None:
    """Nobody writes at the other process: nothing but the sweep can tell it, and its repairs say so."""
    async with scene_in(tmp_path) as scene:
        assert at(scene, ALICE) is not at(scene, BOB)
        with_redis = [await delivery(scene, 2) for _n in range(5)]
        with scene.fault("Redis"):
            async with without(scene.house):
                await asyncio.sleep(0.5)
                before = await asyncio.to_thread(repairs, scene)
                waits = [await delivery(scene, SWEPT_SECONDS) for _n in range(3)]
                causes = await asyncio.to_thread(repairs, scene) - before
        print(f"a quiet process: {spread(with_redis)}; {without.__name__}: {spread(waits)}, repairs {dict(causes)}")
        assert causes == {'cause="sweep"': len(waits)}
        assert not scene.figures.lost


async def test_doorbells_ring_again_once_redis_is_back(tmp_path) -> None:
    async with scene_in(tmp_path, SWEEP_SECONDS="60") as scene:
        await delivery(scene, 2)
        await asyncio.sleep(0.5)  # the sweep that follows every subscribing, 50 ms behind it, would find what is lost
        with scene.fault("Redis"):
            async with redis_killed(scene.house):
                lost = scene.say(ALICE)
                await scene.acked(lost)
                await asyncio.sleep(1)
                assert not has_heard(scene, lost.ack["seq"])
        back = time.monotonic()
        while not has_heard(scene, lost.ack["seq"]):  # the next doorbell that gets through shows the gap, too
            assert time.monotonic() < back + 15, "no doorbell got through 15 s after Redis came back"
            await scene.acked(scene.say(ALICE))
            await asyncio.sleep(0.2)
        print(f"Redis back: the first doorbell got through after {time.monotonic() - back:.1f} s")
        assert await delivery(scene, 2) < 1


@pytest.mark.parametrize(("without", "store"), [(redis_killed, "redis"), (redis_stopped, "db")])
async def test_who_signs_out_without_redis_is_out_at_once_and_stays_out(tmp_path, without, store) -> None:
    async with scene_in(tmp_path, SESSION_STORE=store) as scene:
        servers, bob = scene.house.servers, scene.client(BOB)
        page, other = Browser(servers), next(one for one in servers if one is not at(scene, BOB))
        await asyncio.to_thread(page.sign_in, "alice", PASSWORD)
        socket = await page.socket(at(scene, BOB))
        worn = bob.session.access
        with scene.fault("Redis"):
            async with without(scene.house):
                began = time.monotonic()
                await asyncio.to_thread(page.sign_out)
                await rest.call(other.url, "POST", "auth/logout/", token=worn)
                took = time.monotonic() - began
                assert await asyncio.to_thread(page.is_in) == [False, False]
                await is_refused(worn, servers)
                await asyncio.wait_for(socket.wait_closed(), SWEPT_SECONDS)
                await scene.until(lambda: scene.figures.lost, "the token's socket closes", SWEPT_SECONDS)
                closed = time.monotonic() - began
                print(f"{without.__name__}, {store}: signed out in {took:.2f} s, sockets closed in {closed:.2f} s")
        assert socket.close_code == 4401
        assert [code for _t, code, _base in scene.figures.lost] == [4401]
        await asyncio.to_thread(wait_until, scene.house.redis.answers, 10, "Redis answers")
        await asyncio.sleep(1)
        assert await asyncio.to_thread(page.is_in) == [False, False]
        await is_refused(worn, servers)


async def is_refused(token: str, servers: list[Server]) -> None:
    """The token of the session that ended opens no door of either process."""
    for server in servers:
        with pytest.raises(rest.Problem) as refused:
            await rest.call(server.url, "GET", "users/me/", token=token)
        assert (refused.value.status, refused.value.code) == (401, "unauthenticated")
