"""F3 to F6: Redis restarts, hangs, stays away, or takes nothing more."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from tests.faults import faults
from tests.faults.context import Context, Window, window
from tests.faults.figures import at
from tests.faults.house import House
from tests.faults.rows import row

type Fault = Callable[[House], AbstractAsyncContextManager[None]]

SETTLED = 2.0
"""Seconds after Redis is back by which all must be as before."""


@row("F3", "Redis restarts, and keeps nothing")
async def redis_restarts(ctx: Context) -> None:
    await outages(ctx, {"F3 Redis killed": (ctx.times(3, 15), faults.redis_killed)}, lasts=(2, 6))


@row("F4", "Redis hangs (SIGSTOP) for 10 s")
async def redis_hangs(ctx: Context) -> None:
    await outages(ctx, {"F4 Redis hangs": (ctx.times(1, 5), faults.redis_stopped)}, lasts=(9, 11))


@row("F5", "Redis is gone for 5 minutes")
async def redis_away(ctx: Context) -> None:
    seconds = ctx.times(30, 300)
    await outages(ctx, {"F5 Redis away": (1, faults.redis_killed)}, lasts=(seconds, seconds))


@row("F6", "Redis is full, or takes no writes (READONLY)")
async def redis_takes_nothing(ctx: Context) -> None:
    times = ctx.times(1, 5)
    kinds = {"F6 Redis full": (times, faults.redis_full), "F6 Redis READONLY": (times, faults.redis_read_only)}
    await outages(ctx, kinds, lasts=(4, 6))


async def outages(ctx: Context, kinds: dict[str, tuple[int, Fault]], lasts: tuple[float, float]) -> None:
    """Each fault of `kinds` as often as it says, for `lasts` seconds: what the load meets meanwhile, and behind it."""
    seen = []
    counts = {kind: times for kind, (times, _fault) in kinds.items()}
    for planned in ctx.plan(counts, peace=(1, 2), lasts=lasts):
        await asyncio.sleep(planned.after)
        _times, fault = kinds[planned.kind]
        async with window(ctx) as one:
            with ctx.fault(planned.kind):
                async with fault(ctx.house):
                    await asyncio.sleep(planned.lasts)
        seen.append(one)
        await back_to_normal(ctx)
    without_redis(ctx, seen)


async def back_to_normal(ctx: Context) -> None:
    """Measures a few seconds that begin SETTLED after Redis is back."""
    await asyncio.sleep(SETTLED)
    async with window(ctx) as after:
        await asyncio.sleep(2)
    ctx.figure("delivery 2 s after Redis is back, p95", at(0.95, after.deliveries()), aim=0.25, floor=3)


def without_redis(ctx: Context, seen: list[Window]) -> None:
    acks = [took for one in seen for took in one.acks()]
    refused = [code for one in seen for code, _took in one.errors()]
    deliveries = [took for one in seen for took in one.deliveries()]
    assert len(acks) > 20, f"only {len(acks)} acks without Redis"
    share = len(acks) / (len(acks) + len(refused))
    ctx.figure("ack success without Redis", share, "share", bar="N4", aim=1, floor=0.98, more_is_better=True)
    ctx.figure("ack without Redis, p99", at(0.99, acks), bar="N4", aim=0.5, floor=2)
    ctx.figure("ack without Redis, slowest", max(acks), aim=0.5, floor=4)
    lost = sum(len(one.lost()) for one in seen)
    ctx.figure("sockets lost without Redis", lost, "", aim=0, floor=0)
    ctx.figure("delivery without Redis, p99", at(0.99, deliveries), bar="N4", aim=3, floor=8)
