"""Numbers and order: I3 (no gap), I7 (an outbox keeps its order), I8 (an order that agrees with time)."""

from collections import defaultdict

from tests.reliability.checker.dump import Dump
from tests.reliability.checker.evidence import Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import Acked, Sends, Sent
from tests.reliability.checker.slices import Findings
from tests.reliability.checker.tables import Message


class Numbers(Reader):
    """I3: a room's seqs are 1 to `last_seq`, each change has a number of its own, and the highest is `head`."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._dump, self._found = evidence.dump, found

    def finish(self) -> None:
        by_room: dict[int, list[Message]] = defaultdict(list)
        for row in self._dump.messages:
            by_room[row.room].append(row)
        for room, log in self._dump.rooms.items():
            self._require_seqs(room, by_room[room], log.last_seq)
            self._require_numbers(room, by_room[room], log.head)

    def _require_seqs(self, room: int, rows: list[Message], last_seq: int) -> None:
        before = None
        for expected, row in enumerate(rows, 1):
            if row.seq != expected:
                sentence = f"room {room}: seq {row.seq} stands where {expected} should"
                self._found.add("I3", sentence, before, row)
                return
            before = row
        if len(rows) != last_seq:
            self._found.add("I3", f"room {room}: its last seq is {len(rows)}, and last_seq says {last_seq}", before)

    def _require_numbers(self, room: int, rows: list[Message], head: int) -> None:
        for row in rows:
            if (other := self._dump.by_number[room][row.event_seq]) is not row:
                self._found.add("I3", f"room {room}: two messages have the number {row.event_seq}", other, row)
        last = max(rows, key=lambda row: row.event_seq, default=None)
        highest = last.event_seq if last else 0
        if highest != head:
            self._found.add("I3", f"room {room}: its highest number is {highest}, and head says {head}", last)


class Order(Reader):
    """I7 and I8, by the seqs that messages have in the end; what has no row is I1's."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends) -> None:
        self._dump, self._found, self._sends = evidence.dump, found, sends

    def finish(self) -> None:
        for (_client, room), typed in self._sends.orders.items():
            self._require_outbox_order(room, typed)
        by_room: dict[int, list[Sent]] = defaultdict(list)
        for sent in self._sends.sent.values():
            if sent.room is not None:
                by_room[sent.room].append(sent)
        for room, sents in by_room.items():
            self._require_real_time(room, sents)

    def _require_outbox_order(self, room: int, typed: list[Sent]) -> None:
        before: tuple[Sent, Message] | None = None
        for sent in typed:
            row = _row(self._dump, sent)
            if row is None:
                continue
            if before and before[1].seq > row.seq:
                sentence = f"room {room}: seq {row.seq} was typed behind seq {before[1].seq} on the same device"
                self._found.add("I7", sentence, before[0].intended_at, sent.intended_at, before[1], row)
            before = (sent, row)

    def _require_real_time(self, room: int, sents: list[Sent]) -> None:
        there = [(sent, row) for sent in sents if (row := _row(self._dump, sent))]
        acks = sorted(((sent.acks[0], row.seq) for sent, row in there if sent.acks), key=lambda one: one[0].t)
        highest: tuple[Acked | None, int] = (None, 0)
        at = 0
        for sent, row in sorted(there, key=lambda one: one[0].asked):
            while at < len(acks) and acks[at][0].t < sent.asked:
                highest, at = max(highest, acks[at], key=lambda one: one[1]), at + 1
            ack, seq = highest
            if ack and row.seq < seq:
                sentence = f"room {room}: seq {row.seq} was first asked for after seq {seq} had been acked"
                self._found.add("I8", sentence, ack.at, sent.asked_at, row)


def _row(dump: Dump, sent: Sent) -> Message | None:
    """The message that something sent became."""
    rows = dump.by_msg_id.get((sent.user, sent.msg_id))
    return rows[0] if rows else None
