"""How soon a removal, and the end of a session, reached the sockets of a run (N7, N8)."""

from collections import defaultdict
from pathlib import Path

from tests.faults.figures import Figure, at
from tests.reliability.checker.acts import Fault
from tests.reliability.checker.evidence import Evidence, Rules
from tests.reliability.checker.revocation import Removals, Sessions
from tests.reliability.checker.slices import Findings

AT_ONCE = Rules(revoke_ms=0, revoke_ms_after_kill=0, revoke_ms_without_redis=0)


def revocations(folder: Path, *, by_slow_links: bool = False) -> list[Figure]:
    """The figures of the logs in `folder`; an act behind which no frame came at all took no time. Links that delay have no aim."""
    evidence = Evidence(folder, AT_ONCE)
    found = Findings(evidence.logs)
    readers = {"N7": Removals(evidence, found), "N8": Sessions(evidence, found)}
    for client in evidence.clients:
        table = defaultdict(list)
        for reader in readers.values():
            for kind, handle in reader.handlers(client).items():
                table[kind].append(handle)
        for place, record in evidence.logs.client(client.number) if table else ():
            for handle in table.get(type(record), ()):
                handle(place, record)
    without_redis = any("Redis" in one.kind for one in evidence.of_admin(Fault))
    figures = []
    for bar, what in (
        ("N7", "last frame of the room behind a removal"),
        ("N8", "last frame behind the end of a session"),
    ):
        late = readers[bar].delays
        aim = None if by_slow_links else 5.0 if without_redis else 1.0
        figures.append(Figure("all", f"{what}, p99 of those that had one", at(0.99, late), bar=bar, aim=aim))
        figures.append(Figure("all", f"{what}, latest", max(late, default=0.0), bar=bar, aim=aim))
    return figures
