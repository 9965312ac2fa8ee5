"""The fault matrix: each row an async function that breaks a house under load, and says what it saw."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.context import Context

ROWS: dict[str, "Row"] = {}


@dataclass(frozen=True)
class Row:
    """One row of the matrix, by its number on the reliability page."""

    name: str
    what: str
    run: Callable[[Context], Awaitable[None]]


def row(name: str, what: str) -> Callable[[Callable[[Context], Awaitable[None]]], Callable[[Context], Awaitable[None]]]:
    def register(run: Callable[[Context], Awaitable[None]]) -> Callable[[Context], Awaitable[None]]:
        ROWS[name] = Row(name, what, run)
        return run

    return register


from tests.faults.rows import clocks, database, doorbells, embedded, network, peers, restore, tasks, volume, workers  # noqa: E402, F401 (they register)
