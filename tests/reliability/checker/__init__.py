"""The checker: from the logs of a run and the database in the end, what of I1 to I17 did not hold.

It believes nothing but `docs/protocol.md`, and reads every log once, from the first line to the last.
"""

from pathlib import Path

from tests.reliability.checker.access import Access
from tests.reliability.checker.acks import Acks
from tests.reliability.checker.counts import Counts
from tests.reliability.checker.delivery import Delivery
from tests.reliability.checker.drafts import Begun
from tests.reliability.checker.ends import Ends
from tests.reliability.checker.evidence import Evidence, Rules
from tests.reliability.checker.frames import Frames
from tests.reliability.checker.hiding import Hiding
from tests.reliability.checker.looking import Looking
from tests.reliability.checker.marks import Marks
from tests.reliability.checker.notices import SideEffects
from tests.reliability.checker.order import Numbers, Order
from tests.reliability.checker.probes import Probes
from tests.reliability.checker.revocation import LateNotices, Removals, Sessions
from tests.reliability.checker.secrecy import Secrecy
from tests.reliability.checker.sends import Sends
from tests.reliability.checker.slices import Findings, Violation, explain
from tests.reliability.checker.summary import summary

__all__ = ["Rules", "Violation", "check", "explain", "summary"]


def check(folder: Path, rules: Rules = Rules()) -> list[Violation]:  # noqa: B008 (it is frozen)
    """Every violation, by invariant and then in the order of the logs. Raises Unreadable for logs that are not as the README says."""
    evidence = Evidence(folder, rules)
    found = Findings(evidence.logs)
    sends, access, marks = Sends(evidence), Access(evidence), Marks(evidence)
    probes = Probes(evidence, found, sends)
    readers = [
        sends,
        Acks(evidence, found, sends),
        Numbers(evidence, found),
        Frames(evidence, found),
        Delivery(evidence, found, sends, probes),
        Order(evidence, found, sends),
        Secrecy(evidence, found),
        Removals(evidence, found),
        Sessions(evidence, found),
        LateNotices(evidence, found),
        probes,
        Ends(evidence, found),
        Counts(evidence, found),
        Hiding(evidence, found, sends),
        Looking(evidence, found, sends, access),
        marks,
        SideEffects(evidence, found, sends, access, marks),
        Begun(evidence, found, access),
    ]
    for client in evidence.clients:
        table: dict[type, list] = {}
        for reader in readers:
            for kind, handle in reader.handlers(client).items():
                table.setdefault(kind, []).append(handle)
        for at, record in evidence.logs.client(client.number):
            for handle in table.get(type(record), ()):
                handle(at, record)
    for reader in readers:
        reader.finish()
    return found.in_order()
