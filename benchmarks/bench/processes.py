"""What families of processes use: CPU seconds, memory, bytes written to the disk. All from /proc."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MB = 1_000_000


@dataclass(frozen=True)
class Use:
    """Of one family at one moment: CPU in seconds since its start, resident memory in bytes, and bytes written to the disk."""

    cpu: float
    memory: int
    written: int


def family(pid: int) -> list[int]:
    """`pid` and all that came from it and lives, parents first."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def use(pid: int) -> Use:
    """What the family of `pid` uses. The time of children that ended is their parent's."""
    members = [member for member in map(_member, family(pid)) if member]
    return Use(*(sum(values) for values in zip(*members, strict=True))) if members else Use(0.0, 0, 0)


def _member(pid: int) -> tuple[float, int, int] | None:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS, _resident(pid), _written(pid)
    return None


def _resident(pid: int) -> int:
    """Proportional, since PostgreSQL's processes share most of what they hold."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _written(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/io").read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
    return 0


def halves() -> tuple[set[int], set[int]]:
    """The cores of a server and of the generator; all for both where there is one only."""
    cores = sorted(os.sched_getaffinity(0))
    middle = len(cores) // 2
    return (set(cores[:middle]), set(cores[middle:])) if middle else (set(cores), set(cores))


@contextlib.contextmanager
def on(cores: set[int] | None) -> Iterator[None]:
    """What is started in it runs on `cores`; None: on all."""
    before = os.sched_getaffinity(0)
    if cores:
        os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
