"""What a run of the matrix came to, as docs/reliability.md says it."""

import os
import platform
import subprocess
from collections import Counter, defaultdict
from datetime import UTC, datetime

from tests.faults.figures import Figure, shown
from tests.faults.matrix import RUNS
from tests.faults.rows import ROWS
from tests.faults.runs import Outcome
from tests.reliability.checker.summary import statement

QUARTER = 0.25

BARS = {
    "N1": "acked messages lost, doubled, reordered or seen by a non-member",
    "N3": "kill -9 of a process: back in sync",
    "N4": "Redis down or stopped",
    "N5": "PostgreSQL restarts",
    "N6": "COMMIT cut",
    "N7": "removal from a room",
    "N8": "the end of a session",
    "N9": "rolling deploy",
    "N10": "cost of a resume",
    "N11": "slow readers",
    "N12": "half-open TCP",
    "N13": "slowloris, 1,000 connections",
    "N15": "herd of 2,000",
    "N16": "oversized and invalid frames",
}
BY_INVARIANT = {"N1": [f"I{n}" for n in range(1, 18)], "N5": ["I1"], "N6": ["I1", "I2", "I3"]}
COUNTED = {"N1": "violations of I1 to I17", "N5": "false acks (I1)", "N6": "lost or doubled (I1 to I3)"}
"""Bars that the checker answers: over all runs."""
ELSEWHERE = {
    "N2": "Planted bugs that the checker finds: `tests/faults/test_planted.py`, in every run of the tests.",
    "N14": "Idle connections: a benchmark of its own, not run here.",
}

INTRODUCTION = """\
Written by `bin/reliability`; do not edit. `tests/reliability/README.md` says what must hold (I1 to I17), `tests/faults/rows/` how each fault
is made. An aim counts as reached at the precision with which a figure is shown."""

NOT_SHOWN = """\
- **Power loss.** `kill -9` ends processes, not the machine: what the kernel holds is still written. PostgreSQL runs with `fsync=on` and SQLite
  with `synchronous=FULL`, but no power was cut.
- **Several machines.** Everything runs on one, over loopback: no clock of another machine, no switch that drops packets.
- **Uploads** on a full disk, and PostgreSQL's own disk full (F24).
- **Idle connections by the ten thousand** (F19, N14) and floods of valid sends (F15) are benchmarks.
"""


def summary(outcomes: list[Outcome]) -> str:
    """In a few lines, for who watches."""
    faults, acked = all_faults(outcomes), sum(outcome.acked for outcome in outcomes)
    violations = sum(outcome.violations.total() for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    lines = [
        f"{acked:,} messages acked, {faults.total()} faults of {len(faults)} kinds, {seconds:.0f} s of runs",
        statement(acked, violations),
        largest(faults),
    ]
    failed = [outcome.run for outcome in outcomes if outcome.complaints]
    return "\n".join([*lines, f"FAILED: {', '.join(failed)}" if failed else "Nothing failed."])


def all_faults(outcomes: list[Outcome]) -> Counter[str]:
    return Counter({kind: count for kind, count in sum((o.faults for o in outcomes), Counter()).items() if count})


def largest(faults: Counter[str]) -> str:
    if not faults:
        return "No faults."
    [(kind, count)] = faults.most_common(1)
    return f"The most frequent kind is {kind}: {count} of {faults.total()}, {shown(count / faults.total(), 'share')}"


def page(outcomes: list[Outcome], seed: int, *, full: bool = True) -> str:
    """docs/reliability.md."""
    faults, acked = all_faults(outcomes), sum(outcome.acked for outcome in outcomes)
    violations = sum((outcome.violations for outcome in outcomes), Counter())
    parts = [
        "# Reliability: what was shown",
        INTRODUCTION,
        run_line(seed, sum(outcome.seconds for outcome in outcomes), full=full),
        f"**{statement(acked, violations.total())}.** {faults.total()} faults of {len(faults)} kinds. {largest(faults)}.",
        *bars(outcomes, violations),
        *rows(outcomes),
        "## Faults\n\n| fault | times |\n| --- | --- |\n"
        + "\n".join(f"| {kind} | {count} |" for kind, count in sorted(faults.items())),
        *complaints(outcomes),
        *not_run(outcomes),
        f"## What could not be shown\n\n{NOT_SHOWN}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def run_line(seed: int, seconds: float, *, full: bool) -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True)
    what = f" at {done.stdout.strip()}" if done.returncode == 0 else ""
    size = "In full" if full else "**In the CI's size**, which repeats less (`--full` is the size of the aims)"
    return (
        f"{size}, on {datetime.now(UTC):%Y-%m-%d}{what}, seed {seed}, {seconds / 60:.0f} minutes of runs (some side by side), on one machine"
        f" with {os.cpu_count()} cores that did everything: clients, processes, PostgreSQL and Redis. Python {platform.python_version()}."
        f" The same again: `bin/reliability {'--full' if full else '--every'} --seed {seed}`."
    )


def bars(outcomes: list[Outcome], violations: Counter[str]) -> list[str]:
    """The figures that have a number on the reliability page, beside their aims."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for figure in (figure for outcome in outcomes for figure in outcome.figures if figure.bar):
        found[figure.bar].append(figure)
    lines = ["| | measured | value | aim | reached |", "| --- | --- | --- | --- | --- |"]
    for bar, title in BARS.items():
        if bar in BY_INVARIANT:
            count = sum(violations[invariant] for invariant in BY_INVARIANT[bar])
            lines.append(f"| **{bar}** {title} | {COUNTED[bar]} | {count} | 0 | {'**no**' if count else 'yes'} |")
        for n, figure in enumerate(worst(found[bar])):
            name = f"**{bar}** {title}" if n == 0 and bar not in BY_INVARIANT else ""
            reached = "" if figure.aim is None else "yes" if figure.reaches(figure.aim) else "**no**"
            aim = "" if figure.aim is None else shown(figure.aim, figure.unit)
            value = shown(figure.value, figure.unit)
            lines.append(f"| {name} | {figure.row}: {figure.what} | {value} | {aim} | {reached} |")
    elsewhere = "\n".join(f"- {bar}: {where}" for bar, where in ELSEWHERE.items())
    return ["## The bar\n\n" + "\n".join(lines), elsewhere]


def worst(figures: list[Figure]) -> list[Figure]:
    """One of each kind: the one furthest from its aim."""
    kept: dict[tuple[str, str], Figure] = {}
    for figure in figures:
        known = kept.get((figure.row, figure.what))
        if known is None or (figure.value < known.value) == figure.more_is_better:
            kept[figure.row, figure.what] = figure
    return list(kept.values())


def rows(outcomes: list[Outcome]) -> list[str]:
    """Every run with its rows and all their figures."""
    parts = ["## The runs"]
    runs = {run.name: run for run in RUNS}
    for outcome in outcomes:
        done = f"{outcome.acked:,} acked, {outcome.faults.total()} faults, {outcome.violations.total()} violations, {outcome.seconds:.0f} s"
        what = "\n".join(f"- {name}: {ROWS[name].what}" for name in runs[outcome.run].rows)
        measured = "\n".join(f"| {figure.sentence.replace(': ', ' | ', 1)} |" for figure in worst(outcome.figures))
        table = f"\n\n| row | figure |\n| --- | --- |\n{measured}" if measured else ""
        parts.append(f"### {outcome.run}: {done}\n\n{what}{table}")
    return parts


def complaints(outcomes: list[Outcome]) -> list[str]:
    found = [f"- {outcome.run}: {complaint}" for outcome in outcomes for complaint in outcome.complaints]
    return ["## What failed", "\n".join(found)] if found else []


def not_run(outcomes: list[Outcome]) -> list[str]:
    missing = [run.name for run in RUNS if run.name not in {outcome.run for outcome in outcomes}]
    return [f"## What was not run\n\n{', '.join(missing)}"] if missing else []
