"""`bin/reliability`: the fault matrix, in the CI's size or in full, and its report."""

import argparse
import asyncio
import dataclasses
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults import report
from tests.faults.matrix import IN_ALL, RUNS, TOGETHER, VOLUME
from tests.faults.runs import Outcome, Run, as_json, from_json, perform
from tests.services import ROOT, Missing


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/reliability", description="Breaks Chatsite, and checks what it kept.")
    parser.add_argument("--full", action="store_true", help="everything, within the hour, and docs/reliability.md")
    parser.add_argument("--every", action="store_true", help="every row, in the CI's size, and docs/reliability.md")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="of all schedules and loads")
    parser.add_argument("--run", action="append", default=[], choices=[run.name for run in RUNS], metavar="NAME")
    parser.add_argument("--row", action="append", default=[], metavar="F3", help="the runs that hold these rows")
    parser.add_argument(
        "--logs",
        type=Path,
        help="folder for logs and results (a temporary one); what is done there with this seed is kept",
    )
    parser.add_argument("--list", action="store_true", help="what there is")
    return parser.parse_args()


def chosen(options: argparse.Namespace) -> list[Run]:
    """The runs asked for by name or row, else those of the size."""
    if options.run or options.row:
        found = [run for run in RUNS if run.name in options.run or set(run.rows) & set(options.row)]
        if missing := set(options.row) - {row for run in RUNS for row in run.rows}:
            sys.exit(f"There is no row {', '.join(sorted(missing))}; --list shows those there are.")
        return found
    return [run for run in RUNS if options.full or options.every or run.is_quick]


async def go(runs: list[Run], options: argparse.Namespace, logs: Path) -> list[Outcome]:
    beside = [run for run in runs if run.name in TOGETHER]
    done: list[Outcome] = []
    for run in runs:
        if run not in beside:
            done.append(await one(completed(run, done, full=options.full), options, logs))
        elif run is beside[0]:
            done += await asyncio.gather(*(one(other, options, logs) for other in beside))
        if runs == RUNS:
            page = report.page(done, options.seed, full=options.full)
            (ROOT / "docs/reliability.md").write_text(page)
    return done


def completed(run: Run, done: list[Outcome], *, full: bool) -> Run:
    """The volume run makes up what is missing of all the messages."""
    if full and run.name == VOLUME:
        return dataclasses.replace(run, acks=max(0, IN_ALL - sum(outcome.acked for outcome in done)))
    return run


async def one(run: Run, options: argparse.Namespace, logs: Path) -> Outcome:
    """Does one run, unless its result is there already."""
    result = logs / f"{run.name}.json"
    if result.exists() and (known := from_json(json.loads(result.read_text()))).seed == options.seed:
        return known
    try:
        outcome = await perform(run, options.seed, logs / run.name, full=options.full, say=say)
    except Missing as missing:
        return Outcome(run.name, options.seed, failure=f"not run: {missing}")
    for figure in outcome.figures:
        say(f"    {figure.sentence}")
    for complaint in outcome.complaints:
        say(f"  FAILED {complaint}")
    if not outcome.complaints:
        shutil.rmtree(logs / run.name, ignore_errors=True)  # the logs of a full run are gigabytes
    result.write_text(json.dumps(as_json(outcome), indent=1))
    return outcome


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    options = parse()
    if options.list:
        for run in RUNS:
            say(f"{run.name}{'' if run.is_quick else ' (full only)'}: {', '.join(run.rows)}")
        return
    logs = options.logs or Path(tempfile.mkdtemp(prefix="reliability-"))
    say(f"seed {options.seed}, logs in {logs}")
    logs.mkdir(parents=True, exist_ok=True)
    outcomes = asyncio.run(go(chosen(options), options, logs))
    say(report.summary(outcomes))
    sys.exit(any(outcome.complaints for outcome in outcomes))


if __name__ == "__main__":
    main()
