"""I16: whom a message names, addresses or answers is notified of it, once; nobody who may not read it, and nobody of what they had read."""

from collections import Counter, defaultdict
from collections.abc import Callable

from tests.reliability.checker.access import Access
from tests.reliability.checker.acts import Hidden
from tests.reliability.checker.errands import Did, Notice, Notices, Notified
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.marks import Marks
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.sends import Sends
from tests.reliability.checker.slices import Findings
from tests.reliability.checker.tables import Message

UNTOUCHED = "message.edit", "message.delete"


class SideEffects(Reader):
    """What must be there is judged only where nothing overlaps: a membership that lasts, a message that nobody changed, a mark that never came to it."""

    def __init__(self, evidence: Evidence, found: Findings, sends: Sends, access: Access, marks: Marks) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found
        self._sends, self._access, self._marks = sends, access, marks
        self._lists: dict[int, tuple[int, Client, Notices]] = {}
        """By user, the first list that was fetched."""
        self._told: list[tuple[int, Client, Notified]] = []
        self._hides: dict[tuple[int, int], float] = defaultdict(float)
        """When somebody hid a direct room last: what is said before need not be told behind it."""
        for one in evidence.of_admin(Hidden):
            last = self._hides[one.room, one.user]
            self._hides[one.room, one.user] = max(last, float("inf") if one.acked is None else one.acked)
        self._chosen: set[tuple[int, int]] = set()
        """(root, user) of threads that somebody followed, or did not, on purpose."""

    def handlers(self, client: Client) -> dict[type, Callable]:
        user = client.user

        def notified(at: int, record: Notified) -> None:
            if not self._evidence.is_lost(record.t):
                self._told.append((at, client, record))

        def did(at: int, record: Did) -> None:
            if record.what == "follow":
                self._chosen.add((record.message, user))

        def notices(at: int, record: Notices) -> None:
            self._lists.setdefault(user, (at, client, record))

        return {Notified: notified, Did: did, Notices: notices}

    def finish(self) -> None:
        for at, client, record in self._lists.values():
            self._judge_list(at, client, record)
        for at, client, record in self._told:
            self._judge_told(at, client, record)
        if self._lists and not self._evidence.lost:
            self._require_all()

    # --- none too many ---

    def _judge_list(self, at: int, client: Client, record: Notices) -> None:
        for message, count in Counter(one.message for one in record.items).items():
            if count > 1:
                sentence = f"{client.name} has {count} notifications of message {message}"
                self._found.add("I16", sentence, at, self._dump.by_id.get(message))
        for one in record.items:
            row = self._dump.by_id.get(one.message)
            if row is not None and row.room in self._dump.rooms:
                self._judge_item(at, client, record, one, row)

    def _judge_item(self, at: int, client: Client, record: Notices, one: Notice, row: Message) -> None:
        user = client.user
        if self._access.is_shut_out(row.room, user, record.begun, record.t):
            sentence = f"{client.name} is shown a notification of room {row.room}, and is no member"
            self._found.add("I9", sentence, at, row)
        elif self._was_outside(user, row):
            sentence = f"{client.name} was notified of message {row.id}, and was no member"
            self._found.add("I16", sentence, at, row)
        elif row.author == user:
            self._found.add("I16", f"{client.name} was notified of what they said: message {row.id}", at, row)
        elif not self._is_asked_for(user, row):
            self._found.add("I16", f"{client.name} was notified of message {row.id}, and nothing asks for it", at, row)

    def _was_outside(self, user: int, row: Message) -> bool:
        """Whether they were no member when it was said, and could not read it as anybody can."""
        if self._evidence.lost or self._dump.is_open(row.room):
            return False
        return self._access.span_of(row.room, user, row.seq) is None

    def _is_asked_for(self, user: int, row: Message) -> bool:
        """As the message is now, or as it may have been."""
        if row.edited or row.deleted or self._dump.rooms[row.room].kind == "direct":
            return True
        if row.names(user):
            return True
        root = self._dump.by_id.get(row.root) if row.root else None
        return root is not None and (root.edited or root.deleted or self._may_follow(user, root))

    def _may_follow(self, user: int, root: Message) -> bool:
        if (root.id, user) in self._chosen or root.author == user:
            return True
        replies = self._dump.threads[root.id]
        return any(one.author == user or one.names(user) or one.edited or one.deleted for one in replies)

    def _judge_told(self, at: int, client: Client, record: Notified) -> None:
        """What came by the socket. (How soon it must stop behind a removal, LateNotices says.)"""
        row = self._dump.by_id.get(record.message)
        if row is None:
            return
        if self._access.is_shut_out(record.room, client.user, 0.0, record.t):
            sentence = f"{client.name} was told of message {row.id}, and was never a member of room {record.room}"
            self._found.add("I9", sentence, at, row)
        read_at = self._marks.read_at(record.room, client.user, record.seq)
        if read_at is None or read_at > record.t - self._evidence.rules.quiet:
            return
        # With their place somebody loses their mark: in a public room they may be told of what they read as a member.
        if self._access.is_inside(record.room, client.user, read_at, record.t):
            sentence = f"{client.name} was notified of message {row.id}, which they had read"
            self._found.add("I16", sentence, at, row)

    # --- none too few ---

    def _require_all(self) -> None:
        members: dict[int, set[int]] = defaultdict(set)
        for room, user in self._dump.members:
            members[room].add(user)
        told = {user: {one.message for one in record.items} for user, (_at, _who, record) in self._lists.items()}
        for row in self._dump.messages:
            if row.kind != "message" or row.room not in self._dump.rooms or not self._is_untouched(row):
                continue
            for user, why in self._recipients(row, members[row.room] & told.keys()):
                if user != row.author and row.id not in told[user] and self._must_know(user, row):
                    at, client, _record = self._lists[user]
                    sentence = f"{client.name} was never notified of message {row.id}, {why}"
                    self._found.add("I16", sentence, at, row)

    def _recipients(self, row: Message, members: set[int]) -> list[tuple[int, str]]:
        """Whom of them the rules surely ask to notify, and why."""
        if self._dump.rooms[row.room].kind == "direct":
            return [(user, "which was written to them") for user in members]
        found = {user: "which names them" for user in members if row.names(user)}
        root = self._dump.by_id.get(row.root) if row.root else None
        if root is not None:
            before = (one for one in self._dump.threads[root.id] if one.seq < row.seq)
            for user in {root.author, *(one.author for one in before)} & members:
                if user is not None and (root.id, user) not in self._chosen:
                    found.setdefault(user, "which answers in their thread")
        return list(found.items())

    def _is_untouched(self, row: Message) -> bool:
        return not any(one.cmd in UNTOUCHED for one in self._sends.changes.get(row.id, ()))

    def _must_know(self, user: int, row: Message) -> bool:
        member = self._dump.members.get((row.room, user))
        span = self._access.span_of(row.room, user, row.seq)
        if member is None or span is None or span.closed is not None:
            return False
        sent = self._sends.sent.get((row.author, row.msg_id))
        if sent is None or sent.asked <= self._hides[row.room, user]:
            return False
        mark = max(self._marks.highest(row.room, user), member.last_read_seq or 0)
        # Whoever posts when nothing is unread has read to there.
        return mark < row.seq and (self._dump.last_own(row.room, user) < row.seq or member.last_read_seq is not None)
