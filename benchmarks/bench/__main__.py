"""`bin/bench`: measures Chatsite beside its peers, in one run, and says what came of it."""

import argparse
import contextlib
import datetime
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import density, durable, fanout, footprint, machine, pages, report
from benchmarks.bench.calibration import calibrate
from benchmarks.bench.house import House
from benchmarks.bench.peers import PEERS
from benchmarks.bench.run import APART, FREE, Run, say
from tests.services import ROOT, Missing

BENCHES = {
    "B1": fanout.b1,
    "B2": fanout.b2,
    "B3": fanout.b3,
    "B4": density.b4,
    "B5": density.b5,
    "B6": durable.b6,
    "B7": durable.b7,
    "B8": fanout.b8,
    "B9": pages.b9,
    "B10": footprint.b10,
    "RAMP": durable.ramp,
    "PAGERAMP": pages.ramp,
}
GO = [
    "golang-go",
    "golang-github-gin-gonic-gin-dev",
    "golang-github-gorilla-websocket-dev",
    "golang-github-centrifugal-centrifuge-dev",
    "golang-github-centrifugal-protocol-dev",
    "golang-github-fzambia-eagle-dev",
    "golang-github-igm-sockjs-go-dev",
    "golang-github-mna-redisc-dev",
]
NODE = {"nodejs": "node", "npm": "npm"}
"""Debian's packages, each by the program that makes it unnecessary."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures Chatsite beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)} (all)")
    parser.add_argument("--quick", action="store_true", help="small and short: only to see that it works")
    parser.add_argument("--only-product", action="store_true", help="no peers, no calibration")
    parser.add_argument("--repeats", type=int, help="of each measurement (5)")
    parser.add_argument("--seconds", type=float, help="of each repeat (5)")
    parser.add_argument("--sockets", type=numbers, default=[], help="of B1 (500,1000,5000)")
    parser.add_argument(
        "--layout", choices=[APART, FREE], help="cores of their own for server and generator, or not (both)"
    )
    parser.add_argument("--messages", type=int, help="that B9 searches in (100000)")
    parser.add_argument("--out", type=Path, help="folder for performance.json, .md and .html (var/bench)")
    parser.add_argument("--keep", action="store_true", help="write the report into docs/, as the one that is kept")
    parser.add_argument("--install", action="store_true", help="install the peers by apt-get and npm, and end")
    asked = parser.parse_args()
    asked.names = [name.upper() for name in asked.names] or list(BENCHES)
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"There is no benchmark {', '.join(sorted(unknown))}; expected some of {', '.join(BENCHES)}.")
    return asked


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def install() -> None:
    """The peers: Go and its libraries from Debian, the rest from npm. Says what it does."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wanted = GO + [name for name, program in NODE.items() if not shutil.which(program)]
    for command, folder in (
        (["apt-get", "update", "-qq"], ROOT),
        (["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], ROOT),
        (["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], PEERS),
    ):
        say(f"{folder.name}: {' '.join(command)}")
        subprocess.run(command, check=True, env=env, cwd=folder)


def main() -> None:
    asked = parse()
    if asked.install:
        install()
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    house = House().open()
    run = Run(
        house,
        quick=asked.quick,
        repeats=asked.repeats or (1 if asked.quick else 5),
        seconds=asked.seconds or (0.5 if asked.quick else 5.0),
        only_product=asked.only_product,
        sockets=asked.sockets,
        layouts=(asked.layout,) if asked.layout else (APART,) if asked.quick else (APART, FREE),
        messages=asked.messages or (500 if asked.quick else 100_000),
    )
    about = machine.about() | {"command": " ".join(["bin/bench", *sys.argv[1:]]), "quick": asked.quick}
    about |= {"date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"), "load before": os.getloadavg()[0]}
    folder = ROOT / "docs" if asked.keep else asked.out or ROOT / "var/bench"
    try:
        if not asked.only_product:
            calibrate(run)
        for name in asked.names:
            say(f"== {name}: {(BENCHES[name].__doc__ or '').splitlines()[0]}")
            with measured(run, name):
                BENCHES[name](run)
            # After each: what a run has found by then is not lost with it.
            page = report.write(run, about | {"load after": os.getloadavg()[0]}, folder, kept=asked.keep)
    except Missing as missing:
        sys.exit(str(missing))
    finally:
        house.close()
    for each in run.missing:
        say(f"not here: {each}")
    say(f"The report is in {page}")


@contextlib.contextmanager
def measured(run: Run, name: str) -> Iterator[None]:
    """A benchmark that fails says so in the report, and leaves the others alone; a quick run is to show that they work."""
    try:
        yield
    except Missing:
        raise
    except Exception as error:
        if run.quick:
            raise
        say(f"{name} FAILED: {error}")
        run.row(name, "Chatsite", "failed").notes.append(str(error))


if __name__ == "__main__":
    main()
