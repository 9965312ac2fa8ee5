"""`kill -9` in the middle of sending loses nothing that was acked, and doubles nothing."""

import asyncio
import random
import time

import pytest

from tests.faults.checker import check
from tests.faults.crowd import LIMITS_OFF, Crowd, gathered
from tests.faults.measures import report
from tests.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

KILLS = 5


async def kill_and_restart(crowd: Crowd, victims: list[Server]) -> None:
    """At a random moment one process is gone, without a word, and comes back."""
    victim = crowd.chance.choice(victims)
    await asyncio.sleep(crowd.chance.uniform(0.5, 1.5))
    victim.kill9()
    await asyncio.to_thread(victim.start)
    await crowd.all_connected()


async def survive(servers: list[Server]) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    began = time.monotonic()
    async with gathered(servers, seed=seed) as crowd:
        for _kill in range(KILLS):
            await kill_and_restart(crowd, servers)
        await crowd.stop_writing()
        evidence = await check(crowd)
        report(f"kill -9 of one of {len(servers)}", crowd, seconds=time.monotonic() - began)
    assert len(evidence.acked) > 100
    assert not [server.url for server in servers if '"exc_type"' in server.said()], "a traceback in a server's log"


async def test_killing_one_of_two_processes_loses_and_doubles_nothing(start_pair) -> None:
    await survive(start_pair())


async def test_killing_the_only_process_on_sqlite_loses_and_doubles_nothing(running_server) -> None:
    await survive([running_server(env=LIMITS_OFF)])
