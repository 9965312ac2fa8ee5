"""What people tried on purpose: I11 (a msg_id used again with another text), I13 (reading back what was acked)."""

from collections import defaultdict
from collections.abc import Callable

from tests.reliability.checker.acts import Remove
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import Sends
from tests.reliability.checker.shapes import ReadBack, Reuse
from tests.reliability.checker.slices import Findings

UNANSWERED = {"internal", "unavailable", "rate_limited", "slow_mode"}
"""Codes that leave it open what the answer would be."""


class Probes(Reader):
    """Judges the records `reuse` and `read_back`."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends) -> None:
        self._evidence, self._found, self._sends = evidence, found, sends
        self.reused_texts: set[tuple[int, str, str]] = set()
        """(author, msg_id, hash) of what was tried: somebody did send it."""
        self._reused: list[tuple[int, int, Reuse]] = []
        self._missed: list[tuple[int, int, ReadBack]] = []
        self._removals: dict[tuple[int, int], list[Remove]] = defaultdict(list)
        for one in evidence.of_admin(Remove):
            self._removals[one.room, one.user].append(one)

    def handlers(self, client: Client) -> dict[type, Callable]:
        def reuse(at: int, record: Reuse) -> None:
            self._reused.append((at, client.user, record))
            self.reused_texts.add((client.user, record.msg_id, record.hash))

        def read_back(at: int, record: ReadBack) -> None:
            if record.found is False and not self._evidence.is_lost(record.t):
                self._missed.append((at, client.user, record))

        return {Reuse: reuse, ReadBack: read_back}

    def finish(self) -> None:
        for probe in self._reused:
            self._judge_reuse(*probe)
        for probe in self._missed:
            self._judge_read_back(*probe)

    def _judge_reuse(self, at: int, user: int, record: Reuse) -> None:
        sent = self._sends.sent.get((user, record.msg_id))
        if sent and sent.forgotten and not sent.acks:
            return  # the server was made to forget the first use
        first = sent.acks[0].at if sent and sent.acks else None
        if record.code not in UNANSWERED | {"conflict"}:
            answer = f"the error {record.code}" if record.code else "an ack"
            self._found.add("I11", f"msg_id {record.msg_id} with another text got {answer}, not conflict", first, at)
            return
        for row in self._evidence.dump.by_msg_id.get((user, record.msg_id), []):
            if row.hash == record.hash and not (sent and record.hash in self._sends.texts(row, sent)):
                sentence = f"msg_id {record.msg_id} with another text got {record.code}, and its row has that text"
                self._found.add("I11", sentence, first, at, row)

    def _judge_read_back(self, at: int, user: int, record: ReadBack) -> None:
        sent = self._sends.sent.get((user, record.msg_id))
        if sent is None or not sent.acks:
            return  # acked in a time that was meant to be forgotten
        ack = sent.acks[0]
        for removal in self._removals[record.room, user]:
            # An ack of a repetition may come long after the message, and after a removal that hid it.
            if removal.begun <= record.t and (removal.acked is None or removal.acked >= sent.asked):
                return  # who was removed meanwhile need not find it
        sentence = f"message {ack.id} was acked, and a history read {record.t - ack.t:.3f} s later did not hold it"
        self._found.add("I13", sentence, ack.at, at)
