"""F12, F13, F16 to F18: peers who are hostile or gone (`tests/faults/hostile/`), beside a small load, with the settings as they are served."""

from collections.abc import Awaitable, Callable

from tests.faults.context import Context
from tests.faults.hostile.half_open import half_open
from tests.faults.hostile.invalid import invalid_frames
from tests.faults.hostile.oversized import oversized
from tests.faults.hostile.slow_readers import slow_readers
from tests.faults.hostile.slowloris import slowloris
from tests.faults.rows import row

BARS: dict[str, dict] = {
    "KiB per stalled socket": {"unit": "KiB", "bar": "N11", "aim": 512, "floor": 1024},
    "F12 closed after": {"bar": "N11", "aim": 60, "floor": 120},
    "freed after, spoken to": {"bar": "N12", "aim": 75, "floor": 120},
    "freed after, left alone": {"bar": "N12", "aim": 75, "floor": 120},
    "handshakes gone after": {"bar": "N13", "aim": 15, "floor": 30},
    "silent sockets gone after": {"bar": "N13", "aim": 75, "floor": 120},
    "legit success": {"unit": "share", "bar": "N13", "aim": 0.999, "floor": 0.99, "more_is_better": True},
    "told after": {"bar": "N16", "aim": 1, "floor": 5},
    "KiB per offender": {"unit": "KiB", "bar": "N16", "aim": 1024, "floor": 2048},
    "log lines a second and socket": {"unit": "", "aim": 1, "floor": 1},
    "healthy sockets lost": {"unit": "", "aim": 0, "floor": 0},
}
"""Figures that have an aim; a row's own name before one that two rows have. Those of times are seconds."""
COUNTS = {"stalled", "events", "half-open", "floods", "offenders", "connections", "legit tries"}


async def suffer(ctx: Context, name: str, attack: Callable[..., Awaitable[dict[str, float]]]) -> None:
    with ctx.fault(name):
        found = await attack(ctx.house.servers, ctx.chance, ctx.times(0.1, 1.0))
    for what, value in found.items():
        known = BARS.get(f"{ctx.row} {what}", BARS.get(what, {"unit": "" if what in COUNTS else "s"}))
        ctx.figure(what, value, **known)


@row("F12", "100 sockets stop reading while 10,000 messages flow")
async def readers_are_slow(ctx: Context) -> None:
    await suffer(ctx, "F12 slow readers", slow_readers)


@row("F13", "half-open TCP: peers that are gone without a word")
async def peers_are_gone(ctx: Context) -> None:
    await suffer(ctx, "F13 half-open", half_open)


@row("F16", "floods of invalid frames")
async def frames_are_invalid(ctx: Context) -> None:
    await suffer(ctx, "F16 invalid frames", invalid_frames)


@row("F17", "oversized frames and requests")
async def frames_are_too_large(ctx: Context) -> None:
    await suffer(ctx, "F17 oversized", oversized)


@row("F18", "1,000 connections that send no request, or nothing behind it")
async def requests_never_come(ctx: Context) -> None:
    await suffer(ctx, "F18 slowloris", slowloris)
