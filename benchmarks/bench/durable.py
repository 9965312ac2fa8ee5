"""B6, B7 and the ramp of messages: how soon, and how often, something said is kept and told."""

from typing import Any

from benchmarks.bench.house import Crowd
from benchmarks.bench.results import Row, costs, cpu, milliseconds, totals, troubles
from benchmarks.bench.run import FREE, Contestant, Run, best_window, product

SIZES = (("Chatsite, two workers, PostgreSQL", "postgresql", 2), ("Chatsite, SQLite", "sqlite", 1))
WINDOWS = (16, 64, 160, 400)
"""Messages under way over sockets, one of a person; each server is measured with the number at which it is fastest."""
POST = {"path": "/api/v1/rooms/{room}/messages/", "post": True, "bearer": True, "spacing": 0.1}
"""A message by the API; one person's lie apart as the limits ask."""


def b6(run: Run) -> None:
    """Latency: from sending to the ack, and to the last of the 50 that hear it."""
    people, rate = run.pick((20, 20), (1000, 100))
    for name, database, workers in SIZES[: run.pick(1, 2)]:
        crowd = Crowd(people, rooms=max(1, people // 50))
        with product(run, crowd, FREE, name=name, database=database, workers=workers) as found:
            found.generator.connect(people)
            row = run.row("B6", name, f"{people:,} people in rooms of {people // crowd.rooms}, {rate} messages/s")
            for _repeat in range(run.repeats):
                done = found.generator.talk(found.served.uses, rate=rate, **_times(run, 2))
                row.add(**milliseconds(done, "ack", "p50", "p99", "p999"))
                row.add(**milliseconds(done, "last", "p50", "p99", "p999"))
                row.add(**costs(done, per=max(1, done["acked"])))
                row.notes += troubles(done)
            run.told(row)


def b7(run: Run) -> None:
    """Throughput: over sockets, over HTTP, and both at once; in 64 rooms and in one."""
    for rooms in run.pick((64,), (64, 1)):
        people = run.pick(64, 640 if rooms > 1 else 100)
        for name, database, workers in SIZES:
            crowd = Crowd(people, rooms=rooms)
            with product(run, crowd, FREE, name=name, database=database, workers=workers) as found:
                found.generator.connect(people)
                window = best_window(run, found, WINDOWS, "acked")
                for what in ("sockets", "HTTP", "both at once") if rooms > 1 else ("sockets",):
                    case = f"{rooms} room{'s' if rooms > 1 else ''}, {people} people, {what}"
                    row = run.row("B7", name, case)
                    for _repeat in range(run.repeats):
                        _throughput(run, found, row, what, window)
                    row.notes.append(f"{window} messages under way")
                    run.told(row)


def _throughput(run: Run, found: Contestant, row: Row, what: str, window: int) -> None:
    command: dict[str, Any] = _times(run, 1)
    if what != "HTTP":
        command["window"] = window
    if what != "sockets":
        command["asking"] = [POST | {"lines": run.pick(4, 32)}]
    done = found.generator.talk(found.served.uses, **command)
    acked = done["acked"] / done["seconds"]
    posts = done["asked"][0]["done"] / done["seconds"] if done["asked"] else 0.0
    if what != "HTTP":
        row.add(**{"acked messages/s": acked}, **milliseconds(done, "ack"))
    if what != "sockets":
        row.add(**{"posts/s": posts})
        row.add(**{f"post {share}, ms": done["asked"][0]["times"].get(share) for share in ("p50", "p99")})
        row.notes += statuses(done["asked"][0])
    row.add(**costs(done, per=max(1.0, (acked + posts) * done["seconds"])))
    row.add(**{"deliveries/s": done["deliveries"] / done["seconds"]})
    spent = cpu(done, "generator")
    row.add(**{"generator, cores": None if spent is None else spent / done["seconds"]})
    row.notes += troubles(done)


def statuses(asked: dict[str, Any]) -> list[str]:
    """Answers that are no success, in words."""
    return [f"{count} answers {status}" for status, count in asked["statuses"].items() if status[0] != "2"]


def _times(run: Run, longer: float) -> dict[str, float]:
    return {"warmup": run.pick(0.2, 1.0), "seconds": run.seconds * longer}


# --- the ramp ---


def ramp(run: Run) -> None:
    """More and more messages a second, until the server does not keep up: the knee."""
    people = run.pick(64, 1280)
    for name, database, workers in SIZES[: run.pick(1, 2)]:
        with product(run, Crowd(people, rooms=64), FREE, name=name, database=database, workers=workers) as found:
            found.generator.connect(people)
            steps = run.ramps.setdefault(f"messages/s over sockets: {name}", [])
            rate = run.pick(20.0, 100.0)
            while len(steps) < run.pick(2, 30):
                done = found.generator.talk(found.served.uses, rate=rate, **_times(run, 1))
                steps.append(step(rate, done, done["acked"] / done["seconds"], done["ack"], done["begun"]))
                if is_over(steps[-1]):
                    break
                rate *= 1.3


def step(asked: float, done: dict[str, Any], reached: float, times: dict[str, float], begun: int) -> dict[str, float]:
    """One step: what was asked for, what came of it, what it took."""
    failed = begun - reached * done["seconds"]
    found = {"asked/s": asked, "done/s": reached, "p50, ms": times.get("p50", 0.0), "p99, ms": times.get("p99", 0.0)}
    found["errors, share"] = max(0.0, sum(done["codes"].values()) + done["unanswered"]) / max(1, begun)
    found["not done in time, share"] = max(0.0, failed / max(1, begun))
    return found | {name: value for name, value in totals(done).items() if value is not None}


def is_over(last: dict[str, float]) -> bool:
    """Beyond the knee: a tenth is not done in time, or a second is not enough for one of a hundred."""
    return last["not done in time, share"] > 0.1 or last["p99, ms"] > 1000
