"""B4, B5: many sockets that do nothing, and all of them coming back at once."""

import http.client
import json
import threading
import time
import uuid
from typing import Any

from benchmarks.bench.house import Crowd
from benchmarks.bench.processes import use
from benchmarks.bench.results import cpu
from benchmarks.bench.run import APART, FREE, Contestant, Run, peer, product

WARM = 100
"""Sockets that come and go before the process at rest is measured."""


def b4(run: Run) -> None:
    """Idle density: what an idle socket costs in memory and CPU, and whether it stays."""
    sockets, seconds = run.pick((40, 1.0), (10_000, 600.0))
    crowd = Crowd(sockets, rooms=max(5, sockets // 50 * 5), each=5)
    with product(run, crowd, APART) as found:
        _idle(run, found, sockets, seconds, f"{sockets:,} sockets in 5 rooms of 50 each, for {seconds:,.0f} s")
    for which in () if run.quick else run.peers(slow=False):
        with peer(run, which, Crowd(sockets, rooms=max(1, sockets // 50)), APART) as found:
            _idle(run, found, sockets, run.pick(1.0, 60.0), f"{sockets:,} sockets in a room of 50, for a minute")


def _idle(run: Run, found: Contestant, sockets: int, seconds: float, case: str) -> None:
    generator, server = found.generator, found.served.families["server"]
    warm = min(WARM, sockets // 2)
    generator.connect(warm)
    generator.ask(do="close")
    generator.ask(do="idle", seconds=run.pick(0.5, 8.0))
    empty = use(server).memory
    row = run.row("B4", found.name, case)
    came = generator.connect(sockets, patience=600)
    row.add(**{"sockets/s coming in": sockets / max(came["seconds"], 1e-3)})
    before = found.served.uses()
    first = generator.ask(do="idle", seconds=min(seconds, run.pick(0.5, 30.0)))
    row.add(**{"kB for each socket": (use(server).memory - empty) / sockets / 1000})
    last = generator.ask(do="idle", seconds=seconds)
    after = found.served.uses()
    spent = cpu({"before": before, "after": after}, "server") or 0.0
    lasted = seconds + min(seconds, run.pick(0.5, 30.0))
    row.add(**{"kB for each socket, at the end": (after["server"].memory - empty) / sockets / 1000})
    row.add(**{"CPU of each socket, us/s": spent / lasted / sockets * 1e6, "memory, MB": after["server"].memory / 1e6})
    row.add(**{"sockets lost": sockets - last["present"]})
    row.notes += [f"{why}: {count}" for told in (first, last) for why, count in told["losses"].items()]
    run.told(row)


def b5(run: Run) -> None:
    """Reconnect storm: kill -9 of all workers, a start, and everybody comes back and syncs."""
    sockets, patience = run.pick((40, 60.0), (5000, 120.0))
    crowd = Crowd(sockets, rooms=max(5, sockets // 50 * 5), each=5)
    row = run.row("B5", "Chatsite, two workers", f"{sockets:,} sockets with 5 rooms each, kill -9 of both workers")
    for _repeat in range(run.pick(1, min(run.repeats, 3))):
        with product(run, crowd, FREE, workers=2) as found:
            came = found.generator.connect(sockets, follow=True, patience=300)
            row.add(**{"sockets/s coming in, in peace": sockets / max(came["seconds"], 1e-3)})
            done, started = _storm(found, patience)
            times = [moment - started for moment in done["in_sync"]]
            for share in (0.5, 0.95, 0.99, 1.0):
                at = max(0, int(share * sockets) - 1)
                row.add(**{f"{share:.0%} in sync after, s": times[at] if at < len(times) else None})
            row.add(**{"not in sync in the end": sockets - len(times), "syncs": done["syncs"]})
            row.notes += [f"{why}: {count}" for why, count in done["losses"].items()]
    run.told(row)


def _storm(found: Contestant, patience: float) -> tuple[dict[str, Any], float]:
    """Kills the server when the generator watches, says something by the API, starts it again; what the generator saw, and when
    the server was started again."""
    server = found.served.server
    assert server
    moments: list[float] = []

    def break_it() -> None:
        server.kill9()
        moments.append(time.monotonic())
        server.start()
        _say_something(found)

    breaker = threading.Thread(target=break_it)
    done = found.generator.ask(do="storm", seconds=patience, told=lambda _event: breaker.start())
    breaker.join()
    found.served.families["server"] = server.pid
    return done, moments[0]


def _say_something(found: Contestant) -> None:
    """One message in each room, so that who comes back later has something to fetch."""
    said: set[int] = set()
    connection = http.client.HTTPConnection("127.0.0.1", found.served.port, timeout=30)
    for person in json.loads(found.served.people.read_text()):
        room = person["rooms"][0]
        if room not in said:
            said.add(room)
            body = json.dumps({"body": "We are back.", "msg_id": str(uuid.uuid4())})
            headers = {"Authorization": f"Bearer {person['token']}", "Content-Type": "application/json"}
            connection.request("POST", f"/api/v1/rooms/{room}/messages/", body, headers)
            connection.getresponse().read()
    connection.close()
