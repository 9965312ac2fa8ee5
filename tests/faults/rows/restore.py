"""F26: an older dump is restored, and everybody begins anew."""

import asyncio
import subprocess
import time

from tests.faults.context import Context
from tests.faults.rows import row
from tests.services import program

PLACES = "/usr/lib/postgresql/*/bin"


@row("F26", "an older dump is restored, with a new epoch")
async def dump_restored(ctx: Context) -> None:
    house, dump = ctx.house, ctx.house.folder / "dump"
    backs = []
    for planned in ctx.plan({"F26 restore": ctx.times(1, 3)}, peace=(2, 3), lasts=(3, 6)):
        await asyncio.sleep(planned.after)
        dumped_at = time.monotonic()
        await asyncio.to_thread(run, ctx, "pg_dump", "--format=custom", "--file", str(dump))
        await asyncio.sleep(planned.lasts)
        with ctx.fault(planned.kind):
            for server in house.servers:
                server.kill9()
            await asyncio.to_thread(house.sql, "DROP SCHEMA public CASCADE")
            await asyncio.to_thread(house.sql, "CREATE SCHEMA public")
            await asyncio.to_thread(run, ctx, "pg_restore", "--exit-on-error", str(dump), "--dbname", "postgres")
            epoch = (await asyncio.to_thread(house.servers[0].manage, "new_epoch")).strip()
            ctx.workload.note("epoch", epoch=epoch, dumped_at=dumped_at)
            await asyncio.gather(*(asyncio.to_thread(server.start) for server in house.servers))
        began = time.monotonic()
        await ctx.level()
        backs.append(time.monotonic() - began)
    ctx.figure("everybody has begun anew, slowest", max(backs), aim=10, floor=40)


def run(ctx: Context, name: str, *arguments: str) -> None:
    """A program of PostgreSQL's on the house's database. Raises Missing where this machine has it not."""
    reached = ["--host", "127.0.0.1", "--port", str(ctx.house.postgres.port), "--username", "chat"]
    reached += ["postgres"] if name == "pg_dump" else []
    done = subprocess.run([program(name, PLACES), *arguments, *reached], capture_output=True, text=True)
    assert done.returncode == 0, f"{name} failed: {done.stderr}"
