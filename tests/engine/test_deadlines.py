"""One timer for all commands that wait."""

import asyncio
import time

import pytest
import uvloop

from chatsite.realtime.deadlines import Deadlines
from chatsite.realtime.errors import Unavailable


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_each_fails_at_its_own_deadline_whatever_the_order(loop_factory):
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_each_fails_at_its_own_deadline())


async def _each_fails_at_its_own_deadline():
    deadlines, loop, now = Deadlines(), asyncio.get_running_loop(), time.monotonic()
    last, first, done = loop.create_future(), loop.create_future(), loop.create_future()
    for future, seconds in ((last, 0.2), (first, 0.02), (done, 0.1)):
        deadlines.add(now + seconds, future)
    done.set_result("in time")
    with pytest.raises(Unavailable):
        await first
    assert not last.done()
    with pytest.raises(Unavailable):
        await last
    assert await done == "in time"


async def test_what_comes_too_late_is_told_at_once():
    with pytest.raises(Unavailable):
        Deadlines().add(time.monotonic() - 0.001, asyncio.get_running_loop().create_future())


async def test_nobody_is_told_behind_the_end():
    deadlines, waiting = Deadlines(), asyncio.get_running_loop().create_future()
    deadlines.add(time.monotonic() + 0.01, waiting)
    deadlines.stop()
    await asyncio.sleep(0.05)
    assert not waiting.done()
