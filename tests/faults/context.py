"""What a row of the fault matrix is given, and how it says what it saw."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.figures import Figure
from tests.faults.house import House
from tests.faults.schedule import Planned, plan
from tests.reliability.protocol import is_final
from tests.reliability.workload import Workload

ENDED_ON_PURPOSE = {1000, 4401}
"""Close codes of sockets that were closed, or whose session was ended, by the people themselves."""


@dataclass
class Context:
    """A running house under a running workload. `full` asks for as many repeats as the page has, else few.

    A row breaks things inside `fault` and notes what it measured by `figure`.
    """

    house: House
    workload: Workload
    folder: Path
    seed: int
    full: bool = False
    row: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    figures: list[Figure] = field(default_factory=list)

    @property
    def chance(self) -> random.Random:
        return random.Random(f"{self.seed}/{self.row}/chance")

    @property
    def rooms(self) -> list[int]:
        """The rooms that people talk in, by id."""
        return [place.id for place in self.workload.settled.places]

    def times(self, few: int, full: int) -> int:
        return full if self.full else few

    def plan(
        self, counts: Mapping[str, int], *, peace: tuple[float, float], lasts: tuple[float, float] = (0, 0)
    ) -> list[Planned]:
        """This row's own schedule from the run's seed."""
        return plan(self.seed, self.row, counts, peace=peace, lasts=lasts)

    @contextlib.contextmanager
    def fault(self, kind: str, **detail: object) -> Iterator[None]:
        """Counts one fault, and writes its beginning and end into the admin log."""
        self.faults[kind] += 1
        self.workload.note("fault", kind=kind, phase="begin", detail=detail)
        try:
            yield
        finally:
            self.workload.note("fault", kind=kind, phase="end", detail=detail)

    def figure(self, what: str, value: float, unit: str = "s", **more: object) -> Figure:
        """Notes a figure (see Figure); the run fails at its end where a floor is missed."""
        found = Figure(self.row, what, value, unit, **more)
        self.figures.append(found)
        return found

    async def level(self, seconds: float = 60) -> None:
        """Returns once everybody is connected and holds what they were told of; fails after `seconds`."""
        await self.workload.all_level(seconds)

    def go_home(self) -> None:
        """Everybody comes back to the process where they began: a kill drives all of them to the others."""
        for client in self.workload.clients:
            client.go_home()


@dataclass
class Window:
    """What the workload met between two moments."""

    workload: Workload
    since: float = 0.0
    until: float = float("inf")

    def acks(self) -> list[float]:
        """Of the sends that began in it, the seconds until each ack."""
        return [took for began, took in self.workload.ack_times if self.since <= began < self.until]

    def acked_at(self) -> list[float]:
        """When acks came in it."""
        return [began + took for began, took in self.workload.ack_times if self.since <= began + took < self.until]

    def errors(self) -> list[tuple[str, float]]:
        """Code and seconds of the errors that sends met in it, but for what is refused for good (to who is no member any more)."""
        return [
            (code, took)
            for t, code, took in self.workload.errors
            if self.since <= t < self.until and not is_final(code)
        ]

    def deliveries(self) -> list[float]:
        """Of the sampled sends that began in it, the seconds until others heard of each."""
        return [took for began, took in self.workload.deliveries if self.since <= began < self.until]

    def lost(self, base: str | None = None) -> list[int | None]:
        """The close codes (None: none came) of the sockets that were lost in it, at one base or all, but for one's own goodbyes."""
        return [
            code
            for t, code, where in self.workload.figures.lost
            if self.since <= t < self.until and base in (None, where) and code not in ENDED_ON_PURPOSE
        ]

    async def first_ack(self, seconds: float = 30) -> float:
        """When the first ack came in it; waits for one, and fails after `seconds`."""
        while not (acked := self.acked_at()):
            assert time.monotonic() < self.since + seconds, f"no ack in {seconds} s"
            await asyncio.sleep(0.02)
        return min(acked)


@contextlib.asynccontextmanager
async def window(ctx: Context) -> AsyncIterator[Window]:
    """The time of its `async with`."""
    found = Window(ctx.workload, time.monotonic())
    yield found
    found.until = time.monotonic()
