"""One run of the benchmarks: its size, what it found, and who takes part."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.bench import peers
from benchmarks.bench.generator import Generator
from benchmarks.bench.house import Crowd, House, Served
from benchmarks.bench.processes import halves
from benchmarks.bench.results import Row

APART, FREE = "apart", "free"
"""Server and generator pinned to cores of their own; or both on all cores."""


@dataclass
class Run:
    """What is measured and how long. `quick` only shows that it works."""

    house: House
    quick: bool = False
    repeats: int = 5
    seconds: float = 5.0
    only_product: bool = False
    sockets: list[int] = field(default_factory=list)
    layouts: tuple[str, ...] = (APART, FREE)
    messages: int = 100_000
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    calibration: dict[str, float] = field(default_factory=dict)
    ramps: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def pick[T](self, quick: T, full: T) -> T:
        return quick if self.quick else full

    def row(self, bench: str, who: str, case: str) -> Row:
        """A new row of results."""
        self.rows.append(Row(bench, who, case))
        return self.rows[-1]

    def told(self, row: Row) -> None:
        """Says a finished row on standard output."""
        figures = ", ".join(f"{name} {row.median(name):,.4g}" for name in row.figures)
        notes = f"  ({'; '.join(sorted(set(row.notes)))})" if row.notes else ""
        say(f"{row.bench} {row.who}, {row.case}: {figures}{notes}")

    def cores(self, layout: str) -> tuple[set[int] | None, set[int] | None]:
        """Those of a server and of the generator."""
        return halves() if layout == APART else (None, None)

    def peers(self, *, slow: bool = True) -> list[peers.Peer]:
        """The peers on this machine; without `slow`, those only that bear thousands of sockets."""
        if self.only_product:
            return []
        found, self.missing = peers.installed(self.house)
        return [peer for peer in found if slow or not peer.is_slow]


@dataclass
class Contestant:
    """Somebody who is measured: their server, and a generator that speaks to it."""

    name: str
    served: Served
    generator: Generator


@contextlib.contextmanager
def contestant(served: Served, cores: set[int] | None, name: str, **spoken: object) -> Iterator[Contestant]:
    """A generator for `served`."""
    generator = Generator(cores)
    served.families["generator"] = generator.process.pid
    try:
        generator.meet(served.people, served.port, **spoken)  # type: ignore[arg-type]
        yield Contestant(name, served, generator)
    finally:
        generator.stop()


BEATS = 30.0
"""Seconds between two pings of one socket, as the protocol has it."""


@contextlib.contextmanager
def product(
    run: Run,
    crowd: Crowd,
    layout: str = FREE,
    *,
    name: str = "Chatsite",
    database: str = "postgresql",
    workers: int = 1,
    dialect: str = "chat",
) -> Iterator[Contestant]:
    """Chatsite and its generator, in JSON (`chat`) or Protocol Buffers (`proto`)."""
    its, ours = run.cores(layout)
    with (
        run.house.product(crowd, database=database, workers=workers, cores=its) as served,
        contestant(served, ours, name, dialect=dialect, beats=BEATS) as found,
    ):
        yield found


@contextlib.contextmanager
def peer(run: Run, which: peers.Peer, crowd: Crowd, layout: str) -> Iterator[Contestant]:
    """A peer and its generator."""
    its, ours = run.cores(layout)
    with (
        peers.running(run.house, which, crowd, its) as served,
        contestant(served, ours, which.name, dialect=which.dialect, path=which.path) as found,
    ):
        yield found


def best_window(run: Run, found: Contestant, windows: tuple[int, ...], counted: str) -> int:
    """Of `windows`, ascending, the one with the most `counted` (deliveries, acked), up to where something is refused. A quick run takes
    the first."""
    best, most = windows[0], 0
    for window in windows[: run.pick(1, len(windows))]:
        done = found.generator.talk(window=window, warmup=0.5, seconds=run.pick(0.3, 1.5))
        if most and done["codes"]:
            break
        if done[counted] > most:
            best, most = window, done[counted]
    return best


def say(text: str) -> None:
    print(text, flush=True)
