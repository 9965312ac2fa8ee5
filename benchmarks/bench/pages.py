"""B9 and the ramp of pages: what a person who is signed in waits for."""

from typing import Any

from benchmarks.bench.durable import POST, is_over, statuses, step
from benchmarks.bench.house import Crowd
from benchmarks.bench.past import WORDS
from benchmarks.bench.results import costs, troubles
from benchmarks.bench.run import FREE, Run, product

ROOMS, EACH = 40, 20
"""Everybody is in twenty rooms, which their sidebar shows."""
READ_SPACING = 0.2
"""Seconds between two reads of one person by the limits (READS_PER_SECOND); the room's page is not limited."""
LINES = 16
FIRST_ROOM = 1
"""The id of the room in which so much was said: databases are new."""


def b9(run: Run) -> None:
    """Pages and API: the room page, history at any depth, search, a post."""
    deep = run.pick(300, 1_000_000)
    with _pages(run, deep) as found:
        for what, asking in _kinds(run, deep).items():
            row = run.row("B9", found.name, what)
            for _repeat in range(run.repeats):
                done = found.generator.talk(
                    found.served.uses, warmup=run.pick(0.5, 3.0), seconds=run.seconds, asking=[dict(asking)]
                )
                asked = done["asked"][0]
                row.add(**{"requests/s": asked["done"] / done["seconds"]})
                row.add(**{f"{share}, ms": asked["times"].get(share) for share in ("p50", "p99")})
                row.add(**costs(done, per=max(1, asked["done"])))
                row.add(**{"kB each": asked["bytes"] / max(1, asked["done"]) / 1000})
                row.notes += statuses(asked) + troubles(done)
            run.told(row)


def ramp(run: Run) -> None:
    """More and more requests of the room page a second, until the server does not keep up."""
    with _pages(run, 300) as found:
        steps = run.ramps.setdefault(f"room pages/s: {found.name}", [])
        rate = run.pick(5.0, 20.0)
        while len(steps) < run.pick(2, 30):
            asking = {"path": "/rooms/{room}/", "lines": run.pick(4, 64), "rate": rate}
            done = found.generator.talk(found.served.uses, warmup=1.0, seconds=run.seconds, asking=[asking])
            asked = done["asked"][0]
            steps.append(
                step(rate, done, asked["done"] / done["seconds"], asked["times"], asked["begun"] + asked["unsent"])
            )
            if is_over(steps[-1]):
                break
            rate *= 1.3


def _pages(run: Run, deep: int) -> Any:
    crowd = Crowd(run.pick(40, 1000), rooms=ROOMS, each=EACH, said=max(60, run.messages // ROOMS), deep=deep)
    return product(run, crowd, FREE, name="Chatsite, two workers, PostgreSQL", workers=2)


def _kinds(run: Run, deep: int) -> dict[str, dict[str, Any]]:
    """What is asked for, by its title."""
    lines = run.pick(4, LINES)
    read = {"lines": lines, "spacing": READ_SPACING}
    messages = f"{max(60, run.messages // ROOMS) * (ROOMS - 1):,} messages"
    deep_room = read | {"path": "/rooms/{room}/messages/?before={number}", "room": FIRST_ROOM}
    return {
        "room page": {"path": "/rooms/{room}/", "lines": lines},
        "history, its beginning": deep_room | {"low": 55, "high": 200},
        f"history, its end, at {deep:,}": deep_room | {"low": deep - 100, "high": deep},
        f"search in {messages}": read | {"path": "/api/v1/search/?q={word}", "bearer": True, "words": WORDS},
        "post": POST | {"lines": lines},
    }
