"""One batch of an import, in one transaction under the locks of its rooms. Called through `commit`, as every service."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import F

from accounts.models import Notify, User
from messaging import mentions, search
from messaging.importing import statements
from messaging.importing.numbering import Draft, Numbering
from messaging.importing.places import Root, Threads, Topic, require_importable
from messaging.models import Mention, Message
from messaging.services import statements as posting
from rooms.locks import lock_many
from rooms.models import Ban, Membership, Room, RoomLog, Workspace, WorkspaceMembership
from rooms.querysets import FULL_ROLES


def write_batch(workspace: Workspace, threads: Threads, drafts: Sequence[Draft]) -> tuple[int, dict[Topic, Root]]:
    """Write those of `drafts` that are not known yet; how many, and the roots among them.

    Publishes nothing: each hub's sweep finds the new heads within two seconds, and lets clients load what they show. Raises
    PermissionDenied for a room that is archived or not public any more.
    """
    logs = lock_many({draft.room for draft in drafts})
    for room in Room.objects.filter(pk__in=logs):
        require_importable(room)
    before = statements.known([(draft.author, draft.msg_id) for draft in drafts])
    drafts = [draft for draft in drafts if (draft.author, draft.msg_id) not in before]
    return _Batch(workspace, logs, drafts).write(threads) if drafts else (0, {})


def settle(room_ids: Sequence[int]) -> None:
    """Nothing is unread for those who never could sign in, as everybody whom an import made. The last step of an import."""
    lock_many(room_ids)
    statements.settle_marks(room_ids)


class _Batch:
    def __init__(self, workspace: Workspace, logs: dict[int, RoomLog], drafts: Sequence[Draft]) -> None:
        self.workspace, self.logs, self.drafts = workspace, logs, drafts
        self.posted_before = {room: log.posted for room, log in logs.items()}
        self.authors = {draft.author for draft in drafts}
        named = {pk for draft in drafts for pk in draft.named.values()}
        members = Membership.objects.filter(room__in=logs, user__in=self.authors | named)
        self.members = set(members.values_list("room_id", "user_id"))
        self.full = self._full_members(self.authors | named)

    def _full_members(self, users: set[int]) -> set[int]:
        # Locked, as for every joining: nobody comes into a room while they are removed from its workspace.
        places = WorkspaceMembership.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        able = places.filter(workspace=self.workspace, user__in=users, user__is_active=True, role__in=FULL_ROLES)
        return set(able.values_list("user_id", flat=True))

    def write(self, threads: Threads) -> tuple[int, dict[Topic, Root]]:
        numbering = Numbering(self.logs, threads.living({draft.topic for draft in self.drafts}))
        readers = {room: self.full | {user for place, user in self.members if place == room} for room in self.logs}
        for draft in self.drafts:
            numbering.add(draft, readers[draft.room])
        statements.give_ids(numbering.messages)
        statements.insert(numbering.first())
        statements.insert(numbering.then())
        search.add(numbering.messages)
        statements.grow_roots(numbering.grown)
        posting.save_logs({room: [log.last_seq, log.head, log.posted] for room, log in self.logs.items()})
        Mention.objects.bulk_create([row for one in numbering.messages for row in mentions.rows_for(one)])
        self._move_people(numbering.messages)
        return len(self.drafts), {topic: Root(one.pk, one.seq) for topic, one in numbering.new_roots.items()}

    def _move_people(self, messages: Sequence[Message]) -> None:
        """Marks first, so that who joins now is not counted twice; then the authors who were not members; then everybody's version."""
        moved = statements.keep_caught_up(self.logs.values(), self.posted_before)
        written = Counter((one.room_id, one.author_id) for one in messages)
        statements.count_own(written, {room: log.last_seq for room, log in self.logs.items()})
        joined = self._joining(messages)
        Membership.objects.bulk_create(joined)
        statements.count_members(Counter(one.room_id for one in joined))
        _touch(moved | {one.user_id for one in joined})

    def _joining(self, messages: Sequence[Message]) -> list[Membership]:
        """Places for the authors who have none: as if they had joined by the first message of theirs that is here."""
        firsts: dict[tuple[int, int], Message] = {}
        for one in messages:
            firsts.setdefault((one.room_id, one.author_id), one)
        new = {place: one for place, one in firsts.items() if place not in self.members and place[1] in self.full}
        users = {user for _room, user in new}
        banned = Ban.objects.in_force().filter(room__in=self.logs, user__in=users) if new else Ban.objects.none()
        kept_out = set(banned.values_list("room_id", "user_id"))
        hears_all = set(User.objects.filter(pk__in=users, notify=Notify.ALL).values_list("pk", flat=True))
        return [
            _membership(one, self.logs[one.room_id], hears_all=place[1] in hears_all)
            for place, one in new.items()
            if place not in kept_out
        ]


def _touch(users: set[int]) -> None:
    """As `accounts.services.touch_all`, in two statements: nobody is told, the sweep finds the new versions."""
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=users).order_by("pk")
    User.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(user_seq=F("user_seq") + 1)


def _membership(first: Message, log: RoomLog, *, hears_all: bool) -> Membership:
    return Membership(
        room_id=first.room_id,
        user_id=first.author_id,
        hears_all=hears_all,
        joined_seq=first.seq,
        joined_event_seq=first.created_event_seq,
        joined_at=first.created_at,
        last_read_seq=log.last_seq,
        read_posted=log.posted,
        receipt_seq=log.last_seq,
    )
