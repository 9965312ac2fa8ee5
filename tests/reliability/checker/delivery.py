"""What was delivered: I6 (everybody was told the same, it is what the database has, and somebody sent it), I5 frame by frame."""

from collections import defaultdict
from collections.abc import Callable

from tests.reliability.checker.acts import Add, Remove
from tests.reliability.checker.dump import NEVER
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.probes import Probes
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import EMPTY, Sends
from tests.reliability.checker.shapes import Changes, History, Row
from tests.reliability.checker.slices import Findings, Part
from tests.reliability.checker.tables import Message


class Delivery(Reader):
    """Each content of each message is judged once, when it is first told; whoever tells the same again is only compared with that."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends, probes: Probes) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found
        self._sends, self._probes = sends, probes
        self._told: dict[int, dict[int, tuple[str, int, int]]] = defaultdict(dict)
        """By room and number: state, place and seq of who was told first."""
        self._differing: set[tuple[int, int]] = set()
        self._unexplained: list[tuple[int, int, Row]] = []
        """Texts that nobody was known to have typed when they were read: their author's log may come later."""
        self._typed: dict[str, tuple[int, int, int]] = {}
        """By hash: id, place and seq of the message that was told with that text first."""
        self._doubled: dict[str, tuple[int, int, int]] = {}
        self._last_live: dict[str, tuple[float, int, int]] = {}

    def handlers(self, client: Client) -> dict[type, Callable]:
        def changes(at: int, record: Changes) -> None:
            if not self._concerns(record):
                return
            if record.rows:
                self._rows(at, record.room, record.rows)
            if record.to is not None:
                self._require_whole(client, at, record)
                if record.via == "live":
                    self._last_live[client.name] = (record.t, at, record.room)

        def history(at: int, record: History) -> None:
            if self._concerns(record):
                self._rows(at, record.room, record.rows)

        return {Changes: changes, History: history}

    def finish(self) -> None:
        for at, room, row in self._unexplained:
            if not self._is_explained(row):
                sentence = f"message {row.id} of user {row.author} was told with a text that nobody sent"
                self._found.add("I6", sentence, Part(at, room, (row.seq,)), self._dump.by_seq[room].get(row.seq))
        typed = {sent.hash: sent for sent in self._sends.sent.values() if sent.token}
        for text, (other, at, seq) in self._doubled.items():
            if sent := typed.get(text):
                first, first_at, first_seq = self._typed[text]
                room = self._dump.by_id[first].room if first in self._dump.by_id else sent.room
                sentence = f"what user {sent.user} typed once was told as two messages: {first} and {other}"
                self._found.add(
                    "I2", sentence, sent.intended_at, Part(first_at, room, (first_seq,)), Part(at, room, (seq,))
                )
        self._require_in_time()

    def _concerns(self, record: Changes | History) -> bool:
        """Whether it is of this run's rooms, and of a time that was not taken back."""
        return record.room in self._dump.rooms and not self._evidence.is_lost(record.t)

    # --- I6 ---

    def _rows(self, at: int, room: int, rows: list[Row]) -> None:
        told = self._told[room]
        for row in rows:
            known = told.get(row.event_seq)
            if known is None:
                told[row.event_seq] = (row.state, at, row.seq)
                self._judge(at, room, row)
            elif known[0] != row.state and (room, row.event_seq) not in self._differing:
                self._differing.add((room, row.event_seq))
                sentence = f"room {room}: number {row.event_seq} was told with two contents"
                self._found.add("I6", sentence, Part(known[1], room, (known[2],)), Part(at, room, (row.seq,)))

    def _judge(self, at: int, room: int, row: Row) -> None:
        kept = self._dump.by_seq[room].get(row.seq)
        if differing := self._difference(row, kept):
            sentence = f"room {room}: seq {row.seq} was told, and the database has {differing}"
            self._found.add("I6", sentence, Part(at, room, (row.seq,)), kept)
        elif row.kind == "message":
            if not self._is_explained(row):
                self._unexplained.append((at, room, row))
            first = self._typed.setdefault(row.hash, (row.id, at, row.seq))
            if first[0] != row.id:
                self._doubled.setdefault(row.hash, (row.id, at, row.seq))

    def _difference(self, row: Row, kept: Message | None) -> str:
        if kept is None:
            return "no such message"
        for name in ("id", "author", "kind"):
            if getattr(row, name) != getattr(kept, name):
                return f"another {name}"
        if (row.msg_id or None) != (kept.msg_id or None):
            return "another msg_id"
        if (row.system or None) != (kept.system or None):
            return "another event"
        if row.event_seq > kept.event_seq:
            return f"it at number {kept.event_seq}"
        if row.event_seq == kept.event_seq and (row.hash, row.deleted) != (kept.hash, kept.deleted):
            return "another text under this number"
        return ""

    def _is_explained(self, row: Row) -> bool:
        if row.deleted:
            return row.hash == EMPTY
        sent = self._sends.sent.get((row.author, row.msg_id))
        if sent is None:
            return False
        if row.hash == sent.hash or (row.author, row.msg_id, row.hash) in self._probes.reused_texts:
            return True
        return row.edited and any(edit.hash == row.hash for edit in self._sends.changes.get(row.id, ()))

    # --- I5 ---

    def _require_whole(self, client: Client, at: int, record: Changes) -> None:
        """Whose latest change lies in the range was in its final state by then, and so must be there."""
        room, start, end = record.room, record.start, record.to
        by_number = self._dump.by_number[room]
        if end - start == len(record.rows):
            return
        held = {row.seq for row in record.rows}
        missing = [
            message
            for number in range(start + 1, end + 1)
            if (message := by_number.get(number)) and message.seq not in held
        ]
        first = self._first_visible(client, room, end) if missing else 0
        if lacking := [message for message in missing if message.seq >= first]:
            sentence = f"room {room}: {start} to {end} lacks seq {lacking[0].seq}, whose change has number {lacking[0].event_seq}"
            self._found.add("I5", sentence, Part(at, room), lacking[0])

    def _first_visible(self, client: Client, room: int, number: int) -> int:
        """The first seq that must be shown to a member at `number`; none to whoever is no member."""
        for span in self._dump.spans.get((room, client.user), ()):
            if span.start <= number < span.end:
                return span.joined_seq if self._dump.may_hide(room) else 0
        return 0 if self._dump.is_open(room) else NEVER

    def _require_in_time(self) -> None:
        """No change is delivered later than Rules.quiet seconds behind the last one, or the end of the faults."""
        moved = [one.acked or one.begun for kind in (Add, Remove) for one in self._evidence.of_admin(kind)]
        last = max(self._sends.last_change, self._evidence.quiet_at, *moved, 0.0)
        for name, (t, at, room) in self._last_live.items():
            if t > last + self._evidence.rules.quiet:
                sentence = f"{name} was told a change of room {room} {t - last:.1f} s after the last one was acked"
                self._found.add("I5", sentence, Part(at, room))
