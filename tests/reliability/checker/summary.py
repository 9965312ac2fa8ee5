"""How much a run was, in numbers."""

from collections import Counter
from pathlib import Path
from typing import Any

from tests.reliability.checker import acts, shapes
from tests.reliability.checker.logs import Logs


def summary(folder: Path, failures: int = 0) -> dict[str, Any]:
    """Counts of a run, and what `failures` (violations of any invariant) among so many acked messages says of the rate.

    `acked` and `intents` count messages, `deliveries` rows of `changes` at all clients, `sockets` those that a `hello` came on.
    """
    logs = Logs(folder)
    counts: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for client in logs.clients:
        _count(logs, client, counts, errors)
    faults = Counter(one.kind for _at, one in logs.admin() if isinstance(one, acts.Fault) and one.phase == "begin")
    names = ("acked", "intents", "deliveries", "sockets")
    return {name: counts[name] for name in names} | {
        "errors": dict(sorted(errors.items())),
        "faults": dict(sorted(faults.items())),
        "statement": statement(counts["acked"], failures),
    }


def statement(acked: int, failures: int) -> str:
    """The rule of three: of n independent trials without a failure, a rate of over 3/n is excluded with 95 % confidence."""
    if failures:
        return f"{failures} violations in {acked:,} acked messages"
    if not acked:
        return "no message was acked: nothing is shown"
    return f"0 failures in {acked:,} acked messages: 95 % upper bound {3 / acked:.1e}"


def _count(logs: Logs, client: int, counts: Counter[str], errors: Counter[str]) -> None:
    acked: set[str] = set()
    for _at, record in logs.client(client):
        match record:
            case shapes.Changes():
                counts["deliveries"] += len(record.rows)
            case shapes.Ack(cmd="message.send"):
                acked.add(record.msg_id)
            case shapes.Error():
                errors[record.code] += 1
            case shapes.Intend():
                counts["intents"] += 1
            case shapes.Hello():
                counts["sockets"] += 1
    counts["acked"] += len(acked)
