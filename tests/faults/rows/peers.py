"""F12, F13, F16 to F18: peers who are hostile or gone (`tests/faults/hostile/`), beside a small load, with the settings as they are served."""

import functools
from collections.abc import Awaitable, Callable

from tests.faults.context import Context
from tests.faults.hostile.half_open import half_open
from tests.faults.hostile.invalid import invalid_frames
from tests.faults.hostile.oversized import oversized
from tests.faults.hostile.slow_readers import slow_readers
from tests.faults.hostile.slowloris import slowloris
from tests.faults.rows import row

type Attack = Callable[..., Awaitable[dict[str, float]]]

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


async def suffer(ctx: Context, name: str, attack: Attack) -> None:
    with ctx.fault(name):
        found = await attack(ctx.house.servers, ctx.chance, ctx.times(0.1, 1.0))
    for what, value in found.items():
        known = BARS.get(f"{ctx.row} {what}", BARS.get(what, {"unit": "" if what in COUNTS else "s"}))
        ctx.figure(what, value, **known)


def attacked(name: str, what: str, kind: str, attack: Attack) -> None:
    """Makes an attack a row of the matrix."""
    row(name, what)(functools.partial(suffer, name=f"{name} {kind}", attack=attack))


attacked("F12", "100 sockets stop reading while 10,000 messages flow", "slow readers", slow_readers)
attacked("F13", "half-open TCP: peers that are gone without a word", "half-open", half_open)
attacked("F16", "floods of invalid frames", "invalid frames", invalid_frames)
attacked("F17", "oversized frames and requests", "oversized", oversized)
attacked("F18", "1,000 connections that send no request, or nothing behind it", "slowloris", slowloris)
