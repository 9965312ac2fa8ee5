"""I17: a text that a device has begun, and that was acked, is not lost: whoever wrote over it had seen it, and in the end the last one is there."""

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from tests.reliability.checker.access import Access
from tests.reliability.checker.errands import Draft, Drafts
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.slices import Findings

OK = 200


class Begun(Reader):
    """Versions order the drafts of a person and room, whichever device wrote them."""

    def __init__(self, evidence: Evidence, found: Findings, access: Access) -> None:
        self._evidence, self._found, self._access = evidence, found, access
        self._written: dict[tuple[int, int], list[tuple[int, Client, Draft]]] = defaultdict(list)
        """By user and room."""
        self._held: dict[int, tuple[int, Client, Drafts]] = {}

    def handlers(self, client: Client) -> dict[type, Callable]:
        def draft(at: int, record: Draft) -> None:
            if not self._evidence.is_lost(record.t):
                self._written[client.user, record.room].append((at, client, record))

        def drafts(at: int, record: Drafts) -> None:
            self._held.setdefault(client.user, (at, client, record))

        return {Draft: draft, Drafts: drafts}

    def finish(self) -> None:
        for (user, room), written in self._written.items():
            acked = sorted(
                (one for one in written if one[2].version is not None), key=lambda one: (one[2].version, one[0])
            )
            self._require_chain(user, room, acked)
            self._require_last(user, room, acked, written)
        for user, (at, client, record) in self._held.items():
            self._require_own(user, at, client, record)

    def _require_chain(self, user: int, room: int, acked: list[tuple[int, Client, Draft]]) -> None:
        """Whoever lost the room meanwhile may have lost what they had begun there."""
        for (first_at, _first, before), (at, client, record) in pairwise(acked):
            is_inside = self._access.is_inside(room, user, before.begun, record.t)
            if is_inside and (record.knew or 0) < (before.version or 0):
                sentence = (
                    f"{client.name} wrote version {record.version} of the draft in room {room} and knew {record.knew}: "
                    f"version {before.version} is lost"
                )
                self._found.add("I17", sentence, first_at, at)

    def _require_last(self, user: int, room: int, acked: list, written: list) -> None:
        """Where nobody left the room meanwhile, and no answer is missing, the last version is there."""
        if not acked or user not in self._held or self._evidence.lost:
            return
        last_at, client, last = acked[-1]
        at, _client, held = self._held[user]
        if any(one.status == 0 and one.t > last.begun for _at, _by, one in written):
            return
        member = self._evidence.dump.members.get((room, user))
        if member is None or member.hidden is not False or not self._access.is_inside(room, user, last.begun, held.t):
            return
        there = next((one for one in held.drafts if one.room == room), None)
        if there is None or (there.version, there.hash) != (last.version, last.hash):
            what = "is not there in the end" if there is None else f"is version {there.version} in the end"
            self._found.add("I17", f"the draft of {client.name} in room {room} {what}", last_at, at)

    def _require_own(self, user: int, at: int, client: Client, record: Drafts) -> None:
        """I9: nobody is shown what somebody else has begun."""
        for one in () if self._evidence.lost else record.drafts:
            if all(other.hash != one.hash for _at, _by, other in self._written.get((user, one.room), ())):
                self._found.add("I9", f"{client.name} is shown a draft in room {one.room} that they never began", at)
