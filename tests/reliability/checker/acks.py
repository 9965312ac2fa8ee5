"""What an answer promises: I1 (an ack has its row), I2 (nothing is twice), I12 (a final error has none)."""

from collections.abc import Iterator

from tests.reliability.checker.evidence import Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import EMPTY, Acked, Sends, Sent
from tests.reliability.checker.slices import Findings
from tests.reliability.checker.tables import Message


class Acks(Reader):
    """Compares what was answered to writing with the database in the end."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends) -> None:
        self._dump, self._found, self._sends = evidence.dump, found, sends

    def finish(self) -> None:
        for sent in self._sends.sent.values():
            rows = self._dump.by_msg_id.get((sent.user, sent.msg_id), [])
            if sent.acks:
                self._require_row(sent, sent.acks[0], rows)
                self._require_one_answer(sent)
            if len(rows) > 1:
                sentence = f"msg_id {sent.msg_id} of user {sent.user} has {len(rows)} rows"
                self._found.add("I2", sentence, sent.intended_at, *rows[:4])
            if sent.refused_at is not None and rows:
                sentence = f"msg_id {sent.msg_id} got a final error, and is message {rows[0].id} all the same"
                self._found.add("I12", sentence, sent.asked_at, sent.refused_at, rows[0])
        self._require_changes()
        self._require_one_row_per_intent()

    # --- I1 ---

    def _require_row(self, sent: Sent, ack: Acked, rows: list[Message]) -> None:
        if not rows:
            other = self._dump.by_id.get(ack.id)
            what = f"which is another's: {other.msg_id}" if other else "which is not there"
            sentence = f"msg_id {sent.msg_id} was acked as message {ack.id}, {what}; it has no row"
            self._found.add("I1", sentence, sent.intended_at, ack.at, other)
            return
        row = next((one for one in rows if one.id == ack.id), rows[0])
        if differing := list(self._differences(sent, ack, row)):
            sentence = f"msg_id {sent.msg_id} was acked, and its row says otherwise: {', '.join(differing)}"
            self._found.add("I1", sentence, sent.intended_at, ack.at, row)

    def _differences(self, sent: Sent, ack: Acked, row: Message) -> Iterator[str]:
        for name in ("id", "seq", "room"):
            if getattr(ack, name) != getattr(row, name):
                yield f"{name} {getattr(ack, name)}, not {getattr(row, name)}"
        if sent.room != row.room:
            yield f"it was written in room {sent.room}, and is in {row.room}"
        if row.event_seq < (ack.event_seq or 0):
            yield f"event_seq {ack.event_seq}, beyond {row.event_seq}"
        if row.deleted and row.hash != EMPTY:
            yield "it is deleted, and has a text"
        if not row.deleted and sent.hash and row.hash not in self._sends.texts(row, sent):
            yield f"the text has hash {row.hash}"

    def _require_changes(self) -> None:
        """An acked edit, deletion or reaction is there, too. (An edit's text is looked at with its message.)"""
        for message, changes in self._sends.changes.items():
            acked = [change for change in changes if change.event_seq is not None]
            row = self._dump.by_id.get(message)
            for change in acked:
                if row is None:
                    self._found.add("I1", f"{change.cmd} of message {message} was acked, which is not there", change.at)
                elif row.event_seq < change.event_seq:
                    sentence = f"{change.cmd} was acked with number {change.event_seq}; the row is at {row.event_seq}"
                    self._found.add("I1", sentence, change.at, row)
                elif change.cmd == "message.delete" and not row.deleted:
                    self._found.add("I1", f"the deletion of message {message} was acked; it lives", change.at, row)

    # --- I2 ---

    def _require_one_answer(self, sent: Sent) -> None:
        first, *later = sent.acks
        for ack in later:
            if ack[2:6] != first[2:6]:
                sentence = f"two acks of msg_id {sent.msg_id} differ in room, id, seq or event_seq"
                self._found.add("I2", sentence, sent.intended_at, first.at, ack.at)
            elif not ack.duplicate:
                sentence = f"a later ack of msg_id {sent.msg_id} does not say that it is a duplicate"
                self._found.add("I2", sentence, sent.intended_at, first.at, ack.at)

    def _require_one_row_per_intent(self) -> None:
        typed = {sent.hash: sent for sent in self._sends.sent.values() if sent.token}
        first: dict[str, Message] = {}
        for row in self._dump.messages:
            if row.hash not in typed:
                continue
            other = first.setdefault(row.hash, row)
            if other is not row and other.msg_id != row.msg_id:
                sentence = f"what user {row.author} typed once is two messages: {other.id} and {row.id}"
                self._found.add("I2", sentence, typed[row.hash].intended_at, other, row)
