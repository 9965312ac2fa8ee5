"""What people find who look for it by REST: I9 (a search or a file that they may not have), I6 (another content), I13 (what was acked is found)."""

from collections.abc import Callable
from functools import partial

from tests.reliability.checker.access import Access
from tests.reliability.checker.errands import File, Search, Upload
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import Sends
from tests.reliability.checker.slices import Findings

OK, NOT_FOUND = 200, 404


class Looking(Reader):
    """Judges the records `search` and `file`, once all logs are read: what is looked for may be of anybody."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends, access: Access) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found
        self._sends, self._access = sends, access
        self._hashes: dict[int, str] = {}
        self._searches: list[tuple[int, Client, Search]] = []
        self._files: list[tuple[int, Client, File]] = []

    def handlers(self, client: Client) -> dict[type, Callable]:
        def keep(kept: list, at: int, record: Search | File) -> None:
            if not self._evidence.is_lost(record.t):
                kept.append((at, client, record))

        def upload(at: int, record: Upload) -> None:
            self._hashes[record.attachment] = record.hash

        return {Search: partial(keep, self._searches), File: partial(keep, self._files), Upload: upload}

    def finish(self) -> None:
        for at, client, record in self._searches:
            self._judge_search(at, client, record)
        for at, client, record in self._files:
            self._judge_file(at, client, record)

    def _judge_search(self, at: int, client: Client, record: Search) -> None:
        for one in record.found:
            self._require_right(f"found seq {one.seq}", at, client, record, one.room, one.id)
        if all(one.id != record.message for one in record.found) and self._must_see(client, record):
            sentence = f"{client.name} searched for a word of message {record.message}, and did not find it"
            self._found.add("I13", sentence, at, self._dump.by_id.get(record.message))

    def _judge_file(self, at: int, client: Client, record: File) -> None:
        if record.status == OK:
            self._require_right("got a file", at, client, record, record.room, record.message)
            known = None if self._evidence.lost else self._hashes.get(record.attachment)
            if known and record.hash and record.hash != known:
                self._found.add("I6", f"{client.name} got another file than was sent: {record.attachment}", at)
        elif record.status == NOT_FOUND and self._must_see(client, record):
            sentence = f"{client.name} may have file {record.attachment}, and did not find it"
            self._found.add("I13", sentence, at, self._dump.by_id.get(record.message))

    def _require_right(
        self, what: str, at: int, client: Client, record: Search | File, room: int, message: int
    ) -> None:
        row = self._dump.by_id.get(message)
        if self._access.is_shut_out(room, client.user, record.begun, record.t):
            self._found.add("I9", f"{client.name} {what} of room {room}, and was no member", at, row)
        elif row and not self._access.shows(room, client.user, row.seq, record.begun):
            self._found.add("I9", f"{client.name} {what} of room {room}, from before they joined", at, row)
        elif self._was_deleted(message, record.begun):
            self._found.add("I9", f"{client.name} {what} of room {room}, whose message was deleted", at, row)

    def _was_deleted(self, message: int, before: float) -> bool:
        changes = self._sends.changes.get(message, ())
        return any(one.cmd == "message.delete" and one.acked is not None and one.acked < before for one in changes)

    def _must_see(self, client: Client, record: Search | File) -> bool:
        """Whether they were in the room all the time, since before it was said, and nobody touched the message."""
        row, room = self._dump.by_id.get(record.message), record.room
        if row is None or any(one.cmd in CHANGING for one in self._sends.changes.get(row.id, ())):
            return False
        if room not in self._dump.rooms or self._dump.rooms[room].kind == "direct":
            return False  # it may be hidden
        if not self._access.shows(room, client.user, row.seq, record.begun):
            return False
        is_inside = self._access.is_inside(room, client.user, record.begun, record.t)
        return is_inside and self._access.span_of(room, client.user, row.seq) is not None


CHANGING = {"message.edit", "message.delete"}
