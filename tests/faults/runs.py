"""Which rows share a house and a workload, in either size; and how one such run is done."""

import asyncio
import dataclasses
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.context import Context, window
from tests.faults.figures import Figure, spread
from tests.faults.house import House
from tests.faults.revocations import revocations
from tests.faults.rows import ROWS
from tests.reliability.checker import Rules, check, explain
from tests.reliability.workload import Load, Workload

PEACE_BEFORE = 3.0
"""Seconds of load before the first fault."""
QUIET = 10.0
"""Seconds after the last by which everybody must be level; more than the page's 5, on a machine that is busy."""
RULES = Rules(quiet=QUIET, revoke_ms=3000, revoke_ms_after_kill=6000, revoke_ms_without_redis=8000)
"""With slack for such a machine, too; how long it took stands among the figures, beside the page's aims."""


@dataclass(frozen=True)
class Run:
    """Some rows, one after the other, in one house (its arguments) under one workload (its Load's)."""

    name: str
    rows: tuple[str, ...]
    house: dict[str, Any] = field(default_factory=dict)
    load: dict[str, Any] = field(default_factory=dict)
    full_load: dict[str, Any] = field(default_factory=dict)
    """What of the load differs in a full run."""
    is_quick: bool = True
    """Whether it belongs to the CI's subset, too."""
    acks: int = 0
    """Its load goes on until so many messages were acked."""


@dataclass
class Outcome:
    """What a run came to."""

    run: str
    seed: int
    seconds: float = 0.0
    acked: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    figures: list[Figure] = field(default_factory=list)
    violations: Counter[str] = field(default_factory=Counter)
    """How many, by invariant."""
    told: str = ""
    """What `explain` says of the violations."""
    traces: list[str] = field(default_factory=list)
    failure: str = ""
    """Why a row, or the end, was not as it should be."""

    @property
    def complaints(self) -> list[str]:
        """Everything because of which the run failed."""
        found = [self.failure] if self.failure else []
        found += [self.told] if self.violations else []
        found += [f"The server met what nobody expected: {trace}" for trace in self.traces[:3]]
        return found + [figure.sentence for figure in self.figures if not figure.reaches(figure.floor)]


async def perform(run: Run, seed: int, folder: Path, *, full: bool, say: Callable[[str], None] = print) -> Outcome:
    """Does one run, with its logs in `folder`, and checks it. Raises services.Missing where a program is not on this machine."""
    began, outcome = time.monotonic(), Outcome(run.name, seed)
    command = f"bin/reliability {'--full ' if full else ''}--seed {seed} --run {run.name}"
    house = House(**run.house, seed=seed)
    try:
        await house.open()
        workload = Workload(house, folder, seed, Load(**run.load | (run.full_load if full else {})), command=command)
        ctx = Context(house, workload, folder, seed, full, faults=outcome.faults, figures=outcome.figures)
        await live_through(run, ctx, outcome, say)
        outcome.traces, outcome.acked = house.traces(), workload.acked
    finally:
        await house.close()
    if (folder / "dump.json").exists():
        violations = await asyncio.to_thread(check, folder, RULES)
        outcome.figures += await asyncio.to_thread(revocations, folder, by_slow_links=bool(house.links))
        outcome.violations = Counter(violation.invariant for violation in violations)
        outcome.told = explain(violations, folder) if violations else ""
    outcome.seconds = time.monotonic() - began
    say(f"{run.name}: {outcome.acked} acked, {outcome.faults.total()} faults, {outcome.seconds:.0f} s, seed {seed}")
    return outcome


async def live_through(run: Run, ctx: Context, outcome: Outcome, say: Callable[[str], None]) -> None:
    workload = ctx.workload
    await workload.settle()
    await workload.start()
    try:
        await asyncio.sleep(PEACE_BEFORE)
        for name in run.rows:
            ctx.row = name
            async with window(ctx) as seen:
                await ROWS[name].run(ctx)
            say(
                f"  {name}, {seen.until - seen.since:.0f} s: acks {spread(seen.acks())}; faults so far {dict(ctx.faults)}"
            )
        await enough(workload, run.acks)
    except Exception as error:  # noqa: BLE001 (the end is lived through all the same, and the other runs are done)
        outcome.failure = f"{ctx.row}: {error!r} (seed {ctx.seed})"
    try:
        await workload.stop()
        await workload.close(QUIET)
    except AssertionError as error:
        outcome.failure = outcome.failure or f"the end: {error} (seed {ctx.seed})"


async def enough(workload: Workload, acks: int) -> None:
    """Returns once `acks` messages were acked; fails where they come at less than a fifth of the rate that was meant."""
    end = time.monotonic() + 5 * max(0, acks - workload.acked) / workload.load.rate
    while workload.acked < acks:
        assert time.monotonic() < end, f"only {workload.acked} of {acks} messages were acked"
        await asyncio.sleep(0.2)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """All of it; `from_json` reads it back."""
    kept = {one.name: getattr(outcome, one.name) for one in dataclasses.fields(outcome)}
    return kept | {"figures": [dataclasses.asdict(figure) for figure in outcome.figures]}


def from_json(kept: dict[str, Any]) -> Outcome:
    figures = [Figure(**figure) for figure in kept["figures"]]
    counters = {name: Counter(kept[name]) for name in ("faults", "violations")}
    return Outcome(**kept | {"figures": figures} | counters)
