"""The database in the end, arranged for questions."""

from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

import msgspec

from tests.reliability.checker.tables import Dumped, Log, Member, Message

NEVER = 1 << 63
"""Beyond every number."""
OPENS = {"room_created", "joined", "added"}
CLOSES = {"left", "removed", "banned"}


class Span(msgspec.Struct):
    """One membership, from the number of joining to that of its end, which lies outside."""

    start: int
    joined_seq: int
    opened: Message | None
    end: int = NEVER
    closed: Message | None = None


class Dump:
    """dump.json. Raises FileNotFoundError, and msgspec.DecodeError where it is not as the README says."""

    def __init__(self, path: Path) -> None:
        read = msgspec.json.decode(path.read_bytes(), type=Dumped)
        self.epoch = read.epoch
        self.rooms: dict[int, Log] = read.rooms
        self.messages = sorted(read.messages, key=lambda message: (message.room, message.seq, message.id))
        self.members: dict[tuple[int, int], Member] = {(one.room, one.user): one for one in read.members}
        self.by_seq: dict[int, dict[int, Message]] = {room: {} for room in self.rooms}
        self.by_number: dict[int, dict[int, Message]] = {room: {} for room in self.rooms}
        """By room and the number of its latest change."""
        self.by_id: dict[int, Message] = {}
        self.by_msg_id: dict[tuple[int, str], list[Message]] = {}
        self.threads: dict[int, list[Message]] = defaultdict(list)
        """By their root's id, the replies."""
        self._ordinary: dict[int, list[int]] = defaultdict(list)
        self._own: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._histories: dict[int, set[str]] = {room: {log.history} for room, log in self.rooms.items()}
        self._kinds: dict[int, set[str]] = {room: {log.kind} for room, log in self.rooms.items()}
        self.spans: dict[tuple[int, int], list[Span]] = defaultdict(list)
        """Who was a member when, by room and user."""
        for message in self.messages:
            self._take(message)
        self._read_memberships()

    # --- what a room shows ---

    def hides(self, room: int) -> bool:
        """Whether members saw only what came after their joining, all the time."""
        return self._histories.get(room) == {"joined"}

    def may_hide(self, room: int) -> bool:
        """Whether that was so for at least a time."""
        return "joined" in self._histories.get(room, ())

    def is_open(self, room: int) -> bool:
        """Whether everybody of the workspace could read it, for at least a time."""
        return "public" in self._kinds.get(room, ()) and "shared" in self._histories.get(room, ())

    def first_visible(self, room: int, user: int) -> int:
        """The first `seq` that a member sees in the end."""
        member = self.members.get((room, user))
        return (member.joined_seq or 1) if member and self.rooms[room].history == "joined" else 1

    def last_own(self, room: int, user: int) -> int:
        """The seq of the last message that somebody wrote; 0 where there is none."""
        return (self._own.get((room, user)) or [0])[-1]

    # --- recounting ---

    def unread(self, room: int, user: int, mark: int, end: int) -> int:
        """How many ordinary messages of others lie after `mark`, up to `end`."""
        counted = 0
        for seqs, sign in ((self._ordinary.get(room, []), 1), (self._own.get((room, user), []), -1)):
            counted += sign * (bisect_right(seqs, end) - bisect_right(seqs, mark))
        return counted

    def mentions(self, room: int, user: int, mark: int) -> int:
        """How many messages of others after `mark` name `user`."""
        rows, last = self.by_seq[room], self.rooms[room].last_seq
        after = (rows[seq] for seq in range(mark + 1, last + 1) if seq in rows)
        return sum(not row.deleted and row.author != user and row.names(user) for row in after)

    # --- reading ---

    def _take(self, message: Message) -> None:
        self.by_seq[message.room].setdefault(message.seq, message)
        self.by_number[message.room].setdefault(message.event_seq, message)
        self.by_id[message.id] = message
        if message.msg_id and message.author is not None:
            self.by_msg_id.setdefault((message.author, message.msg_id), []).append(message)
        if message.root:
            self.threads[message.root].append(message)
        if message.kind == "message":
            self._ordinary[message.room].append(message.seq)
            if message.author is not None:
                self._own[message.room, message.author].append(message.seq)

    def _read_memberships(self) -> None:
        """From the system messages, which never change: their number is that of what they tell of."""
        told = [message for message in self.messages if message.system]
        for message in sorted(told, key=lambda message: (message.room, message.event_seq)):
            event, old = message.system["event"], message.system.get("old")
            spans = self.spans[message.room, message.system.get("user", message.author)]
            if event in OPENS:
                spans.append(Span(message.event_seq, message.seq, message))
            elif event in CLOSES and spans:
                spans[-1].end, spans[-1].closed = message.event_seq, message
            elif event == "history_changed" and old:
                self._histories[message.room].add(old)
            elif event == "kind_changed" and old:
                self._kinds[message.room].add(old)
        for key, member in self.members.items():  # of direct rooms, and of what no system message tells
            if not self.spans[key] or self.spans[key][-1].end != NEVER:
                self.spans[key].append(Span(member.joined_event_seq, member.joined_seq or 1, None))
