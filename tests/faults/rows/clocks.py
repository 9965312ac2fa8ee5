"""F22: one process's wall clock is wrong, and steps back."""

import asyncio
import shutil
import struct
import subprocess
from datetime import datetime
from pathlib import Path

from tests.faults.context import Context, window
from tests.faults.figures import at
from tests.faults.house import House
from tests.faults.rows import row
from tests.reliability import rest
from tests.services import Missing

SEEN = 0.2
"""Seconds until all of a process's threads have looked at the clock again."""


def skewed(house: House) -> dict[str, str]:
    """The environment of a process whose clock `set_clock` sets. Raises Missing where there is no C compiler."""
    if not shutil.which("cc"):
        raise Missing("There is no C compiler (Debian: gcc) to build the wrong clock with.")
    library, offset = house.folder / "clock.so", house.folder / "clock"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
    offset.write_bytes(struct.pack("q", -300))
    return {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(offset)}


async def set_clock(house: House, seconds: int) -> None:
    """The process's clock is `seconds` beside the truth from now on."""
    with (house.folder / "clock").open("r+b") as file:  # in place: the process has it mapped
        file.write(struct.pack("q", seconds))
    await asyncio.sleep(SEEN)


@row("F22", "clock skew: one process 5 min behind, then ahead, then stepping back 1 h")
async def clock_is_wrong(ctx: Context) -> None:
    for skew in (-300, 300, -3600):
        with ctx.fault("F22 clock", seconds=skew):
            await set_clock(ctx.house, skew)
            async with window(ctx) as seen:
                await asyncio.sleep(ctx.times(8, 30))
        acked, refused = seen.acks(), seen.errors()
        assert len(acked) > 50, f"the sends are stuck at a skew of {skew} s"
        assert not refused, f"a skew of {skew} s made errors: {refused[:5]}"
        ctx.figure(f"ack at a skew of {skew} s, p99", at(0.99, acked), floor=3)
        ctx.figure(f"sockets lost at a skew of {skew} s", len(seen.lost()), "", aim=0, floor=0)
    await tokens_have_leeway(ctx)
    await set_clock(ctx.house, 0)
    dump = await ctx.house.dump()
    ctx.figure("messages over 1 s older than the one before", jumps(dump["messages"]), "", aim=0)


async def tokens_have_leeway(ctx: Context) -> None:
    """A token that was made this moment is refused where it is far in the future, and taken within the leeway of 10 s."""
    for skew, wanted in ((-3600, 401), (-8, 200)):
        await set_clock(ctx.house, skew)
        account = await ctx.house.make_user(f"clock{-skew}", at=0)
        found = await status(ctx.house.servers[-1].url, account.token)
        assert found == wanted, f"a token from {-skew} s ahead is answered with {found}, not {wanted}"


async def status(base: str, token: str) -> int:
    try:
        await rest.call(base, "GET", "users/me/", token=token)
    except rest.Problem as problem:
        return problem.status
    return 200


def jumps(messages: list[dict]) -> int:
    """How many messages of a room say that they are older than the one before, by more than a second."""
    last: dict[int, float] = {}
    count = 0
    for message in messages:
        moment = datetime.fromisoformat(message["created_at"]).timestamp()
        count += moment < last.get(message["room"], 0.0) - 1
        last[message["room"]] = moment
    return count
