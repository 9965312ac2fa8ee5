"""`python -m tests.reliability --base URL`: a load of people on a server of the chat protocol, and what of the invariants did not hold."""

import argparse
import asyncio
import dataclasses
import getpass
import os
import random
import shlex
import sys
import tempfile
from pathlib import Path

from tests.reliability.checker import Rules, check, explain, summary
from tests.reliability.figures import Figures
from tests.reliability.plan import Load
from tests.reliability.target import PublicTarget
from tests.reliability.workload import Workload

SHARES = (0.5, 0.95, 0.99)


def read_arguments(words: list[str]) -> argparse.Namespace:
    """Every number of Load is an option, too: `--rate 60`."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument(
        "--base", action="append", required=True, metavar="URL", help="where it listens; once for each worker"
    )
    parser.add_argument(
        "--seed", type=int, help="the same seed is the same schedule of intentions (default: a new one)"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default: 60)")
    parser.add_argument(
        "--quiet", type=float, default=5.0, help="seconds after which everybody has everything (default: 5)"
    )
    parser.add_argument("--folder", type=Path, help="an empty folder for the logs (default: a new one)")
    parser.add_argument(
        "--owner",
        default="",
        help="somebody who may invite, where registration asks for that; the password is read from RELIABILITY_PASSWORD,"
        " else from standard input",
    )
    load = parser.add_argument_group("the load", "events a second over all, and shares of the sends; see plan.py")
    for field in dataclasses.fields(Load):
        if isinstance(field.default, bool):
            load.add_argument(f"--{field.name.replace('_', '-')}", action="store_true")
        else:
            load.add_argument(
                f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default, metavar="N"
            )
    return parser.parse_args(words)


def password() -> str:
    """The owner's, which is never in the arguments: other people of the machine see those."""
    if "RELIABILITY_PASSWORD" in os.environ:
        return os.environ["RELIABILITY_PASSWORD"]
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


async def run(asked: argparse.Namespace, folder: Path, seed: int) -> Workload:
    """The whole run; its logs are in `folder` afterwards."""
    load = Load(**{field.name: getattr(asked, field.name) for field in dataclasses.fields(Load)})
    target = PublicTarget([base.rstrip("/") for base in asked.base], asked.owner, password() if asked.owner else "")
    command = shlex.join(["python", "-m", "tests.reliability", *sys.argv[1:]])
    workload = Workload(
        target, folder, seed, load, command=command if asked.seed is not None else f"{command} --seed {seed}"
    )
    await workload.settle()
    await workload.start()
    await asyncio.sleep(asked.seconds)
    await workload.stop()
    await workload.close(asked.quiet)
    return workload


def measured(figures: Figures) -> list[str]:
    """What was measured, in milliseconds."""
    told = {
        "acks, from each try": [took for _at, took in figures.ack_times],
        "acks, from Enter": [took for _at, took in figures.waits],
        "deliveries": [took for _at, took in figures.deliveries],
        "back in sync": figures.away,
    }
    return [f"{what}: {spread(values)}" for what, values in told.items() if values]


def spread(values: list[float]) -> str:
    ordered = sorted(values)
    shares = [f"p{round(share * 100)} {ordered[int(share * len(ordered))] * 1000:.0f}" for share in SHARES]
    return f"{len(ordered)}: {', '.join(shares)}, max {ordered[-1] * 1000:.0f} ms"


def main() -> int:
    """0 where everything held, 1 where something did not."""
    asked = read_arguments(sys.argv[1:])
    seed = random.randrange(2**32) if asked.seed is None else asked.seed
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="reliability-"))
    print(f"seed {seed}, logs in {folder}", flush=True)
    workload = asyncio.run(run(asked, folder, seed))
    violations = check(folder, Rules(quiet=asked.quiet))
    print("\n".join(measured(workload.figures)))
    print("\n".join(f"{name}: {value}" for name, value in summary(folder, len(violations)).items()))
    print(explain(violations, folder) if violations else "Everything held.")
    return bool(violations)


if __name__ == "__main__":
    sys.exit(main())
