"""F14, F20: links that flap, and everybody who comes back at once."""

import asyncio
import time

from tests.faults.context import Context
from tests.faults.figures import at
from tests.faults.herd import Herd
from tests.faults.rows import row

FLAPPING = {"life": (0.5, 5.0), "delay": (0.0, 0.4), "split": True}


@row("F14", "flapping links: resets every 0.5 to 5 s, single bytes, delays up to 0.4 s")
async def links_flap(ctx: Context) -> None:
    before = ctx.workload.acked
    with ctx.fault("F14 flapping"):
        await order(ctx, manner=FLAPPING, reset=True)  # all begin anew, in the new manner
        await asyncio.sleep(ctx.times(30, 300))
        counted = await order(ctx, manner={})
    ctx.figure("links reset", counted["reset"], "", floor=50, more_is_better=True)
    ctx.figure("acks over flapping links", ctx.workload.acked - before, "", floor=20, more_is_better=True)
    await ctx.level()


async def order(ctx: Context, **what: object) -> dict[str, int]:
    found = [await asyncio.to_thread(lambda link=link: link.order(**what)) for link in ctx.house.links]
    return {name: sum(one.get(name, 0) for one in found) for name in ("accepted", "reset")}


@row("F20", "thundering herd: all processes are killed under 2,000 sockets, and start again")
async def thundering_herd(ctx: Context) -> None:
    await asyncio.to_thread(ctx.house.sql, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    herd = Herd(ctx.house, people=ctx.times(30, 200), sockets=10, seed=ctx.seed)
    try:
        await herd.gather()
        usual = await statements_a_second(ctx)
        for server in ctx.house.servers:
            server.kill9()
        with ctx.fault("F20 all killed"):
            await asyncio.sleep(2)
            before = await asyncio.to_thread(statements, ctx)
            await asyncio.gather(*(asyncio.to_thread(server.start) for server in ctx.house.servers))
            began = time.monotonic()
            await herd.all_back(120)
        took = time.monotonic() - began
        asked = await asyncio.to_thread(statements, ctx) - before - usual * took
        back = sorted(moment - began for moment in herd.level_at)
        ctx.figure(f"95 % of {len(back)} sockets are back", at(0.95, back), bar="N15", aim=30, floor=60)
        ctx.figure("all are back", back[-1], bar="N15", aim=60, floor=120)
        ctx.figure(
            "statements in PostgreSQL for each that came back", asked / len(back), "", bar="N10", aim=8, floor=16
        )
        ctx.figure("tries refused while coming back", herd.refused, "")
        lost = herd.lost
        await asyncio.sleep(5)
        ctx.figure("sockets lost again in the 5 s after", herd.lost - lost, "", aim=0, floor=0)
        await ctx.level()
    finally:
        await herd.disperse()


async def statements_a_second(ctx: Context, seconds: float = 5) -> float:
    """What the processes ask anyway: the workload's messages, and the sweep."""
    before = await asyncio.to_thread(statements, ctx)
    await asyncio.sleep(seconds)
    return (await asyncio.to_thread(statements, ctx) - before) / seconds


def statements(ctx: Context) -> int:
    """How many PostgreSQL has run, transaction brackets left out."""
    counted = (
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query !~* '^(begin|commit|rollback|set|show)'"
    )
    [(calls,)] = ctx.house.sql(counted)
    return int(calls)
