"""F7 to F11: PostgreSQL restarts, is killed, loses its link in COMMIT, hangs, is locked, or has no connection left."""

import asyncio
import contextlib
import time
import urllib.request

import psycopg

from tests.faults import faults
from tests.faults.context import Context, Window, window
from tests.faults.figures import at
from tests.faults.rows import row

UNDER_WAY = 0.5
"""Seconds that an ack may be under way which was written before the database went down."""


@row("F7", "PostgreSQL restarts, fast and immediate")
async def postgres_restarts(ctx: Context) -> None:
    await outages(ctx, {"F7 fast": ctx.times(1, 10), "F7 immediate": ctx.times(1, 10)})


@row("F8", "kill -9 of the postmaster")
async def postgres_killed(ctx: Context) -> None:
    await outages(ctx, {"F8 postmaster": ctx.times(1, 10)})


async def outages(ctx: Context, counts: dict[str, int]) -> None:
    """Each down for some seconds; no ack in between, each error in time, sockets stay, and all goes on soon."""
    down: list[Window] = []
    false, recoveries = 0, []
    for planned in ctx.plan(counts, peace=(1, 2), lasts=(1, 4)):
        await asyncio.sleep(planned.after)
        async with window(ctx) as whole:
            with ctx.fault(planned.kind):
                async with faults.postgres_down(ctx.house, planned.kind.split()[1]), window(ctx) as dead:
                    await asyncio.sleep(planned.lasts)
                ready = time.monotonic()
            recoveries.append(await Window(ctx.workload, ready).first_ack() - ready)
            await ctx.level()
        down.append(whole)
        # The second half of an outage holds no ack that was still under way.
        false += len(Window(ctx.workload, dead.since + UNDER_WAY, dead.until).acked_at())
    errors = [one for outage in down for one in outage.errors()]
    assert errors, "no send met the database down"
    assert {code for code, _took in errors} <= {"unavailable"}, f"other errors than unavailable: {errors[:5]}"
    # That each had its row is the checker's to say (I1); one that is late here was written before, and is one of a busy machine.
    ctx.figure(f"acks that came over {UNDER_WAY} s after it went down", false, "")
    ctx.figure("errors while it is down", len(errors), "")
    ctx.figure("an error takes, p99", at(0.99, [took for _code, took in errors]), bar="N5", aim=2, floor=5)
    ctx.figure("first ack after it is ready, slowest", max(recoveries), bar="N5", aim=5, floor=15)
    kept = 1 - sum(len(outage.lost()) for outage in down) / (len(down) * len(ctx.workload.clients))
    ctx.figure("sockets kept", kept, "share", aim=0.99, floor=0.9, more_is_better=True)


@row("F9", "the link to PostgreSQL is cut in COMMIT: before it arrives, or with its answer")
async def commits_cut(ctx: Context) -> None:
    cut = 0
    counts = {"reply": ctx.times(8, 90), "request": ctx.times(2, 10)}
    for planned in ctx.plan(counts, peace=(0.05, 0.4)):
        await asyncio.sleep(planned.after)
        with ctx.fault("F9", what=planned.kind):
            cut += await faults.commit_cut(ctx.house, planned.kind)
    await ctx.level()
    ctx.figure(
        "COMMITs cut", cut, "", bar="N6", aim=sum(counts.values()), floor=sum(counts.values()), more_is_better=True
    )


@row("F10", "PostgreSQL hangs (SIGSTOP) for 10 s; somebody locks one room for 10 s")
async def postgres_hangs(ctx: Context) -> None:
    lasts, lags = ctx.times(5, 10), []
    watching = asyncio.create_task(loop_lag(ctx, lags))
    async with window(ctx) as before:
        await asyncio.sleep(5)
    for _time in range(ctx.times(1, 3)):
        await hang(ctx, lasts)
        await asyncio.sleep(3)
        await lock_one_room(ctx, lasts, usual=at(0.99, before.acks()))
    watching.cancel()
    ctx.figure("a process's loop lags, p99", at(0.99, lags), aim=0.2, floor=1)


async def hang(ctx: Context, lasts: float) -> None:
    async with window(ctx) as whole:
        with ctx.fault("F10 hangs"):
            async with faults.postgres_stopped(ctx.house), window(ctx) as hung:
                await asyncio.sleep(lasts)
        await Window(ctx.workload, time.monotonic()).first_ack()
        await ctx.level()
    errors = whole.errors()
    assert {code for code, _took in errors} == {"unavailable"}, f"{len(errors)} errors: {errors[:5]}"
    slow = at(0.99, [took for _code, took in errors])
    ctx.figure("an error takes while it hangs, p99", slow, bar="N5", aim=2, floor=5)
    false = Window(ctx.workload, hung.since + UNDER_WAY, hung.until).acked_at()
    ctx.figure(f"acks that came over {UNDER_WAY} s after it hung", len(false), "", aim=0, floor=3)
    ctx.figure("sockets lost while it hangs", len(whole.lost()), "", aim=0, floor=0)


async def lock_one_room(ctx: Context, lasts: float, usual: float) -> None:
    room = ctx.chance.choice(ctx.rooms)
    numbered = "SELECT head FROM rooms_roomlog WHERE room_id = %s"
    with ctx.fault("F10 lock", room=room):
        async with faults.rooms_locked(ctx.house, [room]):
            before = await asyncio.to_thread(ctx.house.sql, numbered, room)
            async with window(ctx) as locked:
                await asyncio.sleep(lasts)
            assert before == await asyncio.to_thread(ctx.house.sql, numbered, room), "a locked room went on"
    await ctx.level()
    errors = [took for code, took in locked.errors() if code == "unavailable"]
    assert errors, "no send met the lock"
    ctx.figure("an error takes in a locked room, p99", at(0.99, errors), aim=2, floor=5)
    # Those of the locked room came late, after its end; the others must not notice.
    quick = [took for took in locked.acks() if took < lasts / 2]
    assert len(quick) > 50, f"only {len(quick)} acks in the other rooms"
    ctx.figure("acks in other rooms, p99", at(0.99, quick), floor=1.5)
    times = at(0.99, quick) / max(0.025, usual)
    ctx.figure("acks in other rooms, p99, of the usual", times, "times", aim=2, floor=20)


async def loop_lag(ctx: Context, lags: list[float]) -> None:
    """How long /health takes, which touches nothing: the loop's lag, and a little."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(url: str) -> float:
        began = time.monotonic()
        with opener.open(url + "/health", timeout=10):
            return time.monotonic() - began

    while True:
        for server in ctx.house.servers:
            with contextlib.suppress(OSError):
                lags.append(await asyncio.to_thread(ask, server.url))
        await asyncio.sleep(0.1)


@row("F11", "four connections for everything, and somebody holds on to them")
async def pool_exhausted(ctx: Context) -> None:
    """Half the rooms are locked, so that their writers hold the connections; then all is let go."""
    rooms = ctx.rooms
    for planned in ctx.plan({"F11": ctx.times(1, 5)}, peace=(2, 3), lasts=(4, 6)):
        await asyncio.sleep(planned.after)
        async with window(ctx) as held:
            with ctx.fault("F11"):
                async with faults.rooms_locked(ctx.house, rooms[: len(rooms) // 2]):
                    await asyncio.sleep(planned.lasts)
        freed = time.monotonic()
        first = await Window(ctx.workload, freed).first_ack()
        await ctx.level()
        errors = held.errors()
        assert errors and {code for code, _took in errors} <= {"unavailable"}, f"{len(errors)} errors: {errors[:5]}"
        ctx.figure("an error takes with no connection left, p99", at(0.99, [s for _c, s in errors]), aim=2, floor=5)
        ctx.figure("first ack once they are free", first - freed, aim=2, floor=10)
    left = await asyncio.to_thread(lambda: connections_of(ctx))
    ctx.figure("connections of the processes to PostgreSQL", left, "", floor=4 * len(ctx.house.servers) + 4)


def connections_of(ctx: Context) -> int:
    with psycopg.connect(ctx.house.postgres.url) as connection:
        counted = "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        return connection.execute(counted).fetchone()[0]
