"""F1, F2, F21: processes that are killed, crash at the worst moment, or are replaced."""

import asyncio
import contextlib
import itertools
import time
import urllib.error
import urllib.request
from collections import Counter

from tests.faults import faults
from tests.faults.context import Context, Window, window
from tests.faults.figures import at
from tests.faults.rows import row
from tests.server import Server


@row("F1", "kill -9 of one process at random times")
async def worker_killed(ctx: Context) -> None:
    house, away, others = ctx.house, [], 0
    for planned in ctx.plan({"F1 kill": ctx.times(5, 20)}, peace=(0.5, 2), lasts=(0.5, 3)):
        await asyncio.sleep(planned.after)
        victim, before = planned.choose(house.servers), len(ctx.workload.away)
        async with window(ctx) as seen:
            with ctx.fault(planned.kind, process=house.servers.index(victim)):
                async with faults.killed(victim):
                    await asyncio.sleep(planned.lasts)
            await ctx.level()
        away += ctx.workload.away[before:]
        others += sum(len(seen.lost(base)) for base in house.bases if base != house.base_of(victim))
        ctx.go_home()
        await asyncio.sleep(0.2)
        await ctx.level()
    assert away, "nobody was at the processes that were killed"
    ctx.figure("back in sync, p95", at(0.95, away), bar="N3", aim=5, floor=15)
    ctx.figure("back in sync, longest", max(away), bar="N3", aim=15, floor=40)
    ctx.figure("sockets lost at the other process", others, "", aim=0, floor=0)


@row("F2", "kill -9 at exact points: before and after COMMIT, after the ack, in the middle of the fan-out")
async def worker_crashes(ctx: Context) -> None:
    servers = ctx.house.servers
    counts = dict.fromkeys(faults.CRASH_POINTS, ctx.times(2, 5))  # the volume run has sixty of each
    missed: Counter[str] = Counter()
    async with window(ctx) as seen:
        for planned in ctx.plan(counts, peace=(0.1, 0.5)):
            victim = planned.choose(servers)
            await crash(ctx, victim, planned.kind, 1 + planned.draw // 7 % 40, planned.after, missed)
        await asyncio.sleep(3)  # the last ones' news comes by the sweep
    ctx.figure("crash points not reached in 20 s", missed.total(), "", aim=0, floor=1)
    ctx.figure("others see a message after a crash, p99", at(0.99, seen.deliveries()), aim=3, floor=10)


async def crash(ctx: Context, victim: Server, point: str, count: int, after: float, missed: Counter[str]) -> None:
    """The process is started anew with a crash point that the `count`-th passer sets off, and without one behind it."""
    victim.env["CHATSITE_CRASH"] = f"{point}:{count}"
    victim.kill9()
    try:
        await faults.restarted(victim)
        ctx.go_home()
        with ctx.fault(f"F2 crash {point}", count=count):
            if not await faults.crashed(victim, 20):
                missed[point] += 1
                ctx.faults[f"F2 crash {point}"] -= 1
                victim.kill9()
            await asyncio.sleep(after)
    finally:
        del victim.env["CHATSITE_CRASH"]
    await faults.restarted(victim)


@row("F21", "rolling deploy under load: each process drains, goes, and comes back")
async def rolling_deploy(ctx: Context) -> None:
    window_seconds = float(ctx.house.servers[0].env["DRAIN_SECONDS"])
    statuses: Counter[int] = Counter()
    rolls: list[Window] = []
    asking = [asyncio.create_task(asked(server, statuses)) for server in ctx.house.servers]
    for _roll, server in itertools.product(range(ctx.times(1, 5)), ctx.house.servers):
        async with window(ctx) as roll:
            with ctx.fault("F21 drain", process=ctx.house.servers.index(server)):
                code = await asyncio.to_thread(server.stop, seconds=window_seconds + 30)
                rolls.append(Window(ctx.workload, roll.since, time.monotonic()))
                assert code == 0, f"a process that drained ended with {code}"
                await faults.restarted(server)
        await ctx.level()
        await asyncio.sleep(window_seconds)  # who came back early would be counted as reconnecting
        ctx.go_home()
        await asyncio.sleep(0.2)
        await ctx.level()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    failed = sum(count for status, count in statuses.items() if status >= 500)
    ctx.figure("HTTP 5xx while rolling", failed, "", bar="N9", aim=0, floor=0)
    assert statuses[200] > 20, f"hardly anything was asked by HTTP: {statuses}"
    everybody_was_told(ctx, rolls, window_seconds)


async def asked(server: Server, statuses: Counter[int]) -> None:
    """Asks one process by HTTP, over and over; a refused connection counts as nothing, since a balancer asks another by then."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> int:
        try:
            with opener.open(server.url + "/ping", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    while True:
        with contextlib.suppress(OSError):
            statuses[await asyncio.to_thread(ask)] += 1
        await asyncio.sleep(0.05)


def everybody_was_told(ctx: Context, rolls: list[Window], seconds: float) -> None:
    codes = [code for roll in rolls for code in roll.lost()]
    assert codes, "no socket was closed by a rolling deploy"
    share = codes.count(1012) / len(codes)
    ctx.figure("clients that see 1012", share, "share", bar="N9", aim=0.99, floor=0.95, more_is_better=True)
    peaks = []
    for roll in rolls:
        # Everybody is told when to come again: at the latest a drain's length after the last was told to go. Who knocks at the
        # process that goes is refused, and no load: without a balancer half of the clients of this suite do.
        back = [t for t in ctx.workload.figures.opened if roll.since <= t < roll.until + seconds]
        peak = max((sum(1 for other in back if one <= other < one + 1) for one in back), default=0)
        peaks.append(peak / max(1.0, 3 * len(roll.lost()) / seconds))
    # A small number of sockets falls unevenly by chance: more than twice the aim is what must not happen.
    ctx.figure("reconnects in any second, of 3N/D", max(peaks), "times", bar="N9", aim=1, floor=2.5)
