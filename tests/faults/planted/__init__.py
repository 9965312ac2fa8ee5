"""Bugs planted on purpose, each a small function that patches the product in a process of its own: what the checker must find.

`python -m tests.faults.planted BUG [arguments of chatsite.serve]` serves as `chatsite.serve` does, with that bug. They exist in the suite alone.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """`plant` patches this process, once Django is set up and the database is migrated; `found_by` are invariants that must find it."""

    name: str
    found_by: frozenset[str]
    what: str
    plant: Callable[[], None]


BUGS: dict[str, Bug] = {}


def found_by(*invariants: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function that plants a bug known by its own name; its docstring says what is wrong then."""

    def register(plant: Callable[[], None]) -> Callable[[], None]:
        BUGS[plant.__name__] = Bug(plant.__name__, frozenset(invariants), (plant.__doc__ or "").strip(), plant)
        return plant

    return register


def program(bug: str) -> tuple[str, ...]:
    """What `Server.program` is to be; without a `bug` the product itself."""
    return ("tests.faults.planted", bug) if bug else ("chatsite.serve",)
