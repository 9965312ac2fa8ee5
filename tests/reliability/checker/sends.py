"""What people typed, how often it was asked, and what was answered: collected from all logs, for the invariants about writing."""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Ack, Ask, Error, Intend
from tests.reliability.checker.tables import Message

EMPTY = "e3b0c44298fc1c14"
"""The hash of no text."""


class Acked(NamedTuple):
    at: int
    t: float
    room: int | None
    id: int | None
    seq: int | None
    event_seq: int | None
    duplicate: bool


class Sent(Struct):
    """One `msg_id` of an author. `*_at` are places in the logs."""

    user: int
    msg_id: str
    room: int | None
    hash: str | None
    intended_at: int | None = None
    token: bool = False
    """Whether its text is like no other."""
    asked_at: int | None = None
    asked: float = 0.0
    """When it was first asked, seconds."""
    acks: list[Acked] = []
    forgotten: bool = False
    """Whether an ack of it was given in a time that a restore took back."""
    refused_at: int | None = None
    """Where it got a final error."""


class Change(Struct):
    """One edit, deletion or reaction that somebody asked for."""

    cmd: str
    msg_id: str
    at: int
    hash: str | None
    event_seq: int | None = None
    """Once it was acked."""
    acked: float | None = None
    """When, seconds."""
    refused: bool = False


class Sends(Reader):
    """All of it, by author and `msg_id`, and by message."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.sent: dict[tuple[int, str], Sent] = {}
        self.orders: dict[tuple[int, int], list[Sent]] = defaultdict(list)
        """What was typed into a room on a device, in order."""
        self.changes: dict[int, list[Change]] = defaultdict(list)
        self.last_change = 0.0
        """When the last change was acked, seconds."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        device = Device(self, client, self._evidence)
        return {Intend: device.intend, Ask: device.ask, Ack: device.ack, Error: device.error}

    def texts(self, row: Message, sent: Sent) -> set[str | None]:
        """The hashes that a row may have in the end: its last acked edit's, or one whose answer nobody saw, else as it was typed."""
        edits = [change for change in self.changes.get(row.id, ()) if change.cmd == "message.edit"]
        open_texts = {edit.hash for edit in edits if edit.event_seq is None and not edit.refused}
        acked = [edit for edit in edits if edit.event_seq is not None]
        last = max((edit.event_seq for edit in acked), default=0)
        return open_texts | ({edit.hash for edit in acked if edit.event_seq == last} or {sent.hash})

    def of(self, user: int, msg_id: str, room: int | None) -> Sent:
        """What is known of it, from now on."""
        key = (user, msg_id)
        if key not in self.sent:
            self.sent[key] = Sent(user, msg_id, room, None)
        return self.sent[key]


class Device:
    """One client's log is read into `sends`."""

    def __init__(self, sends: Sends, client: Client, evidence: Evidence) -> None:
        self._sends, self._client, self._evidence = sends, client, evidence
        self._open: dict[str, Change] = {}
        """Changes without an answer so far, by `msg_id`."""

    def intend(self, at: int, record: Intend) -> None:
        sent = self._sends.of(self._client.user, record.msg_id, record.room)
        sent.hash, sent.token, sent.intended_at = record.hash, record.token is not None, at
        self._sends.orders[self._client.number, record.room].append(sent)

    def ask(self, at: int, record: Ask) -> None:
        if record.cmd == "message.send":
            sent = self._sends.of(self._client.user, record.msg_id, record.room)
            if sent.asked_at is None:
                sent.asked_at, sent.asked = at, record.t
            sent.hash = sent.hash or record.hash
        elif record.message is not None and record.msg_id not in self._open:
            change = self._open[record.msg_id] = Change(record.cmd, record.msg_id, at, record.hash)
            self._sends.changes[record.message].append(change)

    def ack(self, at: int, record: Ack) -> None:
        is_lost = self._evidence.is_lost(record.t)
        if record.cmd == "message.send":
            sent = self._sends.of(self._client.user, record.msg_id, record.room)
            sent.forgotten = sent.forgotten or is_lost
            if is_lost:
                return
            told = (record.room, record.id, record.seq, record.event_seq, record.duplicate)
            sent.acks.append(Acked(at, record.t, *told))
        else:
            change = self._open.pop(record.msg_id, None)
            if change is None or is_lost:
                return
            change.event_seq, change.acked, change.at = record.event_seq, record.t, at
        self._sends.last_change = max(self._sends.last_change, record.t)

    def error(self, at: int, record: Error) -> None:
        if record.cmd == "message.send":
            if record.final:
                self._sends.of(self._client.user, record.msg_id, record.room).refused_at = at
        elif (change := self._open.pop(record.msg_id, None)) and record.final:
            change.refused = True
