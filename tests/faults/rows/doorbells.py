"""F3 to F6: Redis restarts, hangs, stays away, or takes nothing more."""

import asyncio

from tests.faults import faults
from tests.faults.context import Context, Window, window
from tests.faults.figures import at
from tests.faults.rows import row

SETTLED = 2.0
"""Seconds after Redis is back by which all must be as before."""


@row("F3", "Redis restarts, and keeps nothing")
async def redis_restarts(ctx: Context) -> None:
    seen = []
    for planned in ctx.plan({"F3 Redis killed": ctx.times(3, 15)}, peace=(1, 2), lasts=(2, 6)):
        await asyncio.sleep(planned.after)
        async with window(ctx) as one:
            with ctx.fault(planned.kind):
                async with faults.redis_killed(ctx.house):
                    await asyncio.sleep(planned.lasts)
        seen.append(one)
        await back_to_normal(ctx)
    without_redis(ctx, seen)


@row("F4", "Redis hangs (SIGSTOP) for 10 s")
async def redis_hangs(ctx: Context) -> None:
    seen = []
    for planned in ctx.plan({"F4 Redis hangs": ctx.times(1, 5)}, peace=(1, 2), lasts=(9, 11)):
        await asyncio.sleep(planned.after)
        async with window(ctx) as one:
            with ctx.fault(planned.kind):
                async with faults.redis_stopped(ctx.house):
                    await asyncio.sleep(planned.lasts)
        seen.append(one)
        await back_to_normal(ctx)
    without_redis(ctx, seen)


@row("F5", "Redis is gone for 5 minutes")
async def redis_away(ctx: Context) -> None:
    async with window(ctx) as seen:
        with ctx.fault("F5 Redis away"):
            async with faults.redis_killed(ctx.house):
                await asyncio.sleep(ctx.times(30, 300))
    await back_to_normal(ctx)
    without_redis(ctx, [seen])


@row("F6", "Redis is full, or takes no writes (READONLY)")
async def redis_takes_nothing(ctx: Context) -> None:
    seen = []
    for planned in ctx.plan(
        {"F6 Redis full": ctx.times(1, 5), "F6 Redis READONLY": ctx.times(1, 5)}, peace=(1, 2), lasts=(4, 6)
    ):
        await asyncio.sleep(planned.after)
        fault = faults.redis_full if planned.kind == "F6 Redis full" else faults.redis_read_only
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
