"""Threads as lists and pages show them: what a thread is, and what it is to one person. All through what they may see now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.wire import author
from messaging import wire
from messaging.models import Message, ThreadFollower
from rooms.models import Membership, Room

FACES = 3
"""People whom the line under a root shows, the last to speak first."""
LISTED = 100
"""Followers that are named."""
IS_THREAD = Q(replies__gt=0) | (Q(thread_root=None) & ~Q(thread_title=""))
"""Roots that were answered, or given a title."""


@dataclass(slots=True)
class Thread:
    """A thread: its root, its last living reply, who spoke last; and what it is to the person who asks."""

    root: Message
    last_seq: int = 0
    last_at: datetime | None = None
    people: list[User] = field(default_factory=list)
    is_following: bool = False
    read_seq: int = 0
    unread: int = 0

    def wire(self) -> dict[str, Any]:
        """As the API answers."""
        return {
            "root": wire.message(self.root),
            "last_seq": self.last_seq,
            "last_reply_at": wire.moment(self.last_at),
            "people": [author(person) for person in self.people],
            "following": self.is_following,
            "read_seq": self.read_seq,
            "unread": self.unread,
        }


def of_room(user: User, room_id: int) -> QuerySet[Message]:
    """The roots of a room's threads that `user` may read, with what `drawn` asks of them."""
    return _with_ends(Message.objects.visible_to(user).filter(IS_THREAD, room=room_id), user)


def followed_by(user: User) -> QuerySet[Message]:
    """The roots of the threads that `user` follows and may read, of all rooms in which replies gather."""
    followed = ThreadFollower.objects.filter(root=OuterRef("pk"), user=user, is_following=True)
    visible = Message.objects.visible_to(user).filter(Exists(followed), room__threads=Room.Threads.THREADED)
    return _with_ends(visible, user).select_related("author", "room")


def one(user: User, root: Message) -> Thread:
    """The thread of `root`, which `user` may read."""
    return drawn(user, list(_with_ends(Message.objects.filter(pk=root.pk), user)))[0]


def drawn(user: User, roots: Iterable[Message]) -> list[Thread]:
    """The threads of `roots` (of `of_room` or `followed_by`), in the same few queries however many they are."""
    roots = list(roots)
    faces = _faces([root.pk for root in roots])
    mine = ThreadFollower.objects.filter(root__in=[root.pk for root in roots], user=user)
    places = {row.root_id: row for row in mine}
    found = []
    for root in roots:
        place = places.get(root.pk)
        is_following = bool(place and place.is_following)
        found.append(
            Thread(
                root,
                last_seq=root.last_reply_seq or 0,
                last_at=root.last_reply_at,
                people=faces.get(root.pk, []),
                is_following=is_following,
                read_seq=place.read_seq if place else 0,
                unread=root.unread_replies if is_following else 0,
            )
        )
    return found


def lines(roots: Iterable[int]) -> dict[int, Thread]:
    """Of the threads of these roots when they were last answered and by whom: what stands under a root in its room. Three queries at most."""
    roots = list(roots)
    if not roots:
        return {}
    faces = _faces(roots)
    rows = Message.objects.filter(pk__in=roots).annotate(**_end())
    return {row.pk: Thread(row, row.last_reply_seq or 0, row.last_reply_at, faces.get(row.pk, [])) for row in rows}


def unread_by(user: User) -> QuerySet[ThreadFollower]:
    """The followed threads in which something is unread, as rows of their follower."""
    roots = Message.objects.visible_to(user).filter(room__threads=Room.Threads.THREADED)
    unread = _unread_replies(user, root="root", read="read_seq")
    readable = Exists(roots.filter(pk=OuterRef("root")))
    return ThreadFollower.objects.filter(Exists(unread), readable, user=user, is_following=True)


def followers_of(root: Message) -> list[User]:
    """The members of its room who follow the thread: the first hundred."""
    member = Membership.objects.filter(room=root.room_id, user=OuterRef("user"))
    rows = ThreadFollower.objects.filter(Exists(member), root=root, is_following=True, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")[:LISTED]]


def _with_ends(roots: QuerySet[Message], user: User) -> QuerySet[Message]:
    mark = ThreadFollower.objects.filter(root=OuterRef("pk"), user=user).values("read_seq")[:1]
    roots = roots.annotate(read_mark=Coalesce(Subquery(mark), 0, output_field=BigIntegerField()), **_end())
    count = (
        _unread_replies(user, root="pk", read="read_mark")
        .order_by()
        .values("thread_root")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return roots.annotate(
        unread_replies=Coalesce(Subquery(count), 0, output_field=BigIntegerField()),
        # By ids, which grow with time over all rooms; a thread without replies stands where its root does.
        last_said=Coalesce(Subquery(_replies().values("pk")[:1]), "pk", output_field=BigIntegerField()),
    ).select_related("author")


def _end() -> dict[str, Subquery]:
    return {
        "last_reply_seq": Subquery(_replies().values("seq")[:1]),
        "last_reply_at": Subquery(_replies().values("created_at")[:1]),
    }


def _replies() -> QuerySet[Message]:
    return Message.objects.filter(thread_root=OuterRef("pk"), deleted_at=None).order_by("-seq")


def _unread_replies(user: User, *, root: str, read: str) -> QuerySet[Message]:
    """Living replies of others behind the mark."""
    return Message.objects.filter(thread_root=OuterRef(root), seq__gt=OuterRef(read), deleted_at=None).exclude(
        author=user
    )


def _faces(roots: list[int]) -> dict[int, list[User]]:
    if not roots:
        return {}
    spoke: dict[int, dict[int, int]] = {}
    replies = Message.objects.filter(thread_root__in=roots, deleted_at=None)
    said = replies.values_list("thread_root", "author").annotate(last=Max("seq")).order_by()
    for root, person, seq in said:
        spoke.setdefault(root, {})[person] = seq
    shown = {root: sorted(last, key=last.__getitem__, reverse=True)[:FACES] for root, last in spoke.items()}
    people = User.objects.in_bulk({person for found in shown.values() for person in found})
    return {root: [people[person] for person in found] for root, found in shown.items()}
