"""The volume run: hundreds of messages a second, while processes and services fail at the same time, each by its own schedule."""

import asyncio
from collections.abc import Iterator

from tests.faults import faults
from tests.faults.context import Context, window
from tests.faults.figures import at
from tests.faults.rows import row
from tests.faults.schedule import Planned
from tests.server import Server

PATIENCE = 60
"""Seconds until a crash point is reached, at the latest; the database may be away meanwhile."""

SERVICES = {
    "F3 Redis killed": faults.redis_killed,
    "F4 Redis hangs": faults.redis_stopped,
    "F6 Redis full": faults.redis_full,
    "F6 Redis READONLY": faults.redis_read_only,
    "F7 fast": lambda house: faults.postgres_down(house, "fast"),
    "F7 immediate": lambda house: faults.postgres_down(house, "immediate"),
    "F8 postmaster": lambda house: faults.postgres_down(house, "postmaster"),
    "F10 hangs": faults.postgres_stopped,
}


@row("volume", "mixed faults under many messages: processes and services fail by schedules of their own")
async def volume(ctx: Context) -> None:
    before = ctx.workload.acked
    async with window(ctx) as seen, asyncio.TaskGroup() as group:
        group.create_task(processes_fail(ctx))
        group.create_task(services_fail(ctx))
        group.create_task(commits_are_cut(ctx))
    await ctx.level()
    ctx.figure("messages acked a second", (ctx.workload.acked - before) / (seen.until - seen.since), "")
    ctx.figure("ack, p50", at(0.5, seen.acks()))
    ctx.figure("ack, p99", at(0.99, seen.acks()))


async def processes_fail(ctx: Context) -> None:
    """Every process is started with a crash point of the plan or is killed after a while, and then started for the plan's next."""
    counts = dict.fromkeys(faults.CRASH_POINTS, ctx.times(1, 60)) | {"kill": ctx.times(1, 30)}
    planned = iter(ctx.plan(counts, peace=(1, 6)))
    await asyncio.gather(*(lives_of(ctx, server, planned) for server in ctx.house.servers))


async def lives_of(ctx: Context, server: Server, planned: Iterator[Planned]) -> None:
    fate: Planned | None = Planned(0.0, "kill", 0.0, 0)
    while fate:
        name = "F1 kill" if fate.kind == "kill" else f"F2 crash {fate.kind}"
        if fate.kind == "kill":
            await asyncio.sleep(fate.after)
            server.kill9()
        elif not await faults.crashed(server, PATIENCE):
            name = "F1 kill"  # nothing was posted there; the point was not reached
            server.kill9()
        with ctx.fault(name):
            fate = next(planned, None)
            armed = {"CHATSITE_CRASH": f"{fate.kind}:{60 + fate.draw % 300}"} if fate and fate.kind != "kill" else {}
            server.env = {key: value for key, value in server.env.items() if key != "CHATSITE_CRASH"} | armed
            await faults.restarted(server)
        ctx.go_home()


async def services_fail(ctx: Context) -> None:
    counts = dict.fromkeys(SERVICES, ctx.times(0, 8))
    for planned in ctx.plan(counts, peace=(4, 10), lasts=(1, 4)):
        await asyncio.sleep(planned.after)
        with ctx.fault(planned.kind):
            async with SERVICES[planned.kind](ctx.house):
                await asyncio.sleep(planned.lasts)


async def commits_are_cut(ctx: Context) -> None:
    for planned in ctx.plan({"reply": ctx.times(2, 25), "request": ctx.times(1, 5)}, peace=(5, 30)):
        await asyncio.sleep(planned.after)
        with ctx.fault("F9", what=planned.kind):
            if not await faults.commit_cut(ctx.house, planned.kind):
                ctx.faults["F9"] -= 1
