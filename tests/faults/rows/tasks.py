"""F25: whoever does the work in the background is away, and is killed while at it."""

import asyncio
import subprocess
import sys
import time

from tests.faults import faults
from tests.faults.context import Context
from tests.faults.house import LEASE_SECONDS, House
from tests.faults.rows import row
from tests.services import ROOT, wait_until

OLDEST = "chatsite_tasks_oldest_seconds"
FEW = 5
"""Tasks that wait at any moment under load."""


class Worker:
    """`manage run_tasks` beside the house's processes, which leave the work to it (TASK_RUNNER=worker)."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        server = self.house.servers[0]
        command = [sys.executable, "manage.py", "run_tasks"]
        with server.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=server.env, stdout=log, stderr=log)
        self.house.beside.append(self.process)

    def kill9(self) -> None:
        assert self.process, "it was not started"
        self.process.kill()
        self.process.wait(10)


@row("F25", "the worker of tasks is away, then killed at work: whom a message is for is notified once")
async def worker_of_tasks_killed(ctx: Context) -> None:
    house, worker = ctx.house, Worker(ctx.house)
    with ctx.fault("F25 no worker"):
        await asyncio.sleep(ctx.times(10, 60))
        waiting, age = house.tasks_waiting(), await asyncio.to_thread(oldest, house)
    assert waiting > FEW, f"only {waiting} tasks waited for a worker"
    await asyncio.to_thread(worker.start)
    ctx.figure("tasks that waited are done after", await until_few(house), aim=10, floor=60)
    for planned in ctx.plan({"F25 kill at work": ctx.times(3, 20)}, peace=(0.5, 2), lasts=(0.2, 0.8)):
        await asyncio.sleep(planned.after)
        with ctx.fault(planned.kind):
            async with faults.rooms_locked(house, ctx.rooms):  # whatever it is about to tell waits for its room
                await asyncio.sleep(planned.lasts)
                await asyncio.to_thread(worker.kill9)
            await asyncio.to_thread(worker.start)
    ctx.figure("tasks of a killed worker are done after", await until_few(house), aim=LEASE_SECONDS + 10, floor=60)
    ctx.figure("the oldest task waited, by the metric", age, more_is_better=True, floor=ctx.times(3, 40))
    await asyncio.sleep(6)  # the figure is taken every five seconds
    ctx.figure("the oldest task waits in the end", await asyncio.to_thread(oldest, house), aim=1, floor=5)


def oldest(house: House) -> float:
    """For how long the first of the tasks has waited, as a process says that has none to do."""
    return max(house.metric(house.servers[0], OLDEST).values(), default=0.0)


async def until_few(house: House) -> float:
    """Seconds until hardly any task waits."""
    began = time.monotonic()
    await asyncio.to_thread(wait_until, lambda: house.tasks_waiting() <= FEW, 90, "the tasks are done")
    return time.monotonic() - began
