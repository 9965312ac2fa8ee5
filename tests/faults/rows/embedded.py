"""What the embedded size must stand: kill -9 of its only process, and F23, a full disk. On SQLite."""

import asyncio
import contextlib
import time
from pathlib import Path

from tests.faults import faults
from tests.faults.context import Context, Window, window
from tests.faults.figures import at
from tests.faults.rows import row


@row("SQLite kill", "kill -9 of the only process, on SQLite")
async def only_process_killed(ctx: Context) -> None:
    [server] = ctx.house.servers
    before = len(ctx.workload.away)
    for planned in ctx.plan({"kill on SQLite": ctx.times(5, 50)}, peace=(0.5, 1.5), lasts=(0, 0.5)):
        await asyncio.sleep(planned.after)
        with ctx.fault(planned.kind):
            async with faults.killed(server):
                await asyncio.sleep(planned.lasts)
        await ctx.level()
    ctx.figure("back in sync, p95", at(0.95, ctx.workload.away[before:]), aim=5, floor=15)


@row("F23", "the disk is full, on SQLite")
async def disk_full(ctx: Context) -> None:
    firsts, errors = [], []
    for planned in ctx.plan({"F23 disk full": ctx.times(1, 10)}, peace=(1, 2), lasts=(3, 5)):
        await asyncio.sleep(planned.after)
        async with window(ctx) as full:
            with ctx.fault(planned.kind), filled(ctx.house.disk):
                await first_error(ctx, full.since)
                await asyncio.sleep(planned.lasts)
            freed = time.monotonic()
            firsts.append(await Window(ctx.workload, freed).first_ack() - freed)
        errors += full.errors()
        await ctx.level()
    assert {code for code, _took in errors} == {"unavailable"}, f"other errors than unavailable: {errors[:5]}"
    ctx.figure("an error takes with the disk full, p99", at(0.99, [took for _code, took in errors]), aim=2, floor=5)
    ctx.figure("first ack after there is room again, slowest", max(firsts), aim=2, floor=10)
    assert ctx.house.servers[0].process.poll() is None, "the process ended"


@contextlib.contextmanager
def filled(disk: Path):
    """Not a byte more fits on `disk`."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        filler.unlink()


async def first_error(ctx: Context, since: float, seconds: float = 30) -> None:
    """SQLite writes into room that its log has already; that is soon used up."""
    while not any(t >= since for t, _code, _took in ctx.workload.errors):
        assert time.monotonic() < since + seconds, f"no send met the full disk in {seconds} s"
        await asyncio.sleep(0.05)
