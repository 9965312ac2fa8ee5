"""Threads: who follows them, and how far each has read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import touch
from messaging import broadcasts
from messaging.models import Message, ThreadFollower
from messaging.services.finding import visible


@dataclass(slots=True, frozen=True)
class Following:
    """Somebody's place in a thread; `read_seq` is 0 for who never followed it."""

    root: Message
    is_following: bool
    read_seq: int


def follow(replies: Iterable[Message], roots: dict[int, Message]) -> None:
    """Who replies follows, also after they left off; who wrote the root or is named in a reply follows, unless they left off.

    Called while the rooms' logs are locked, for replies alone, in their order: the first of several that make somebody a follower says how
    far they have read. What came before somebody's first reply is read, the reply that names them or answers them is not.
    """
    rows: dict[tuple[int, int], ThreadFollower] = {}
    repliers: set[tuple[int, int]] = set()
    for reply in replies:
        root = roots[reply.thread_root_id]  # type: ignore[index]  # a reply has a root
        rows.setdefault((root.pk, reply.author_id), _row(root, reply.author_id, reply.seq))
        repliers.add((root.pk, reply.author_id))
        for user in {root.author_id, *reply.mentions["users"]}:
            rows.setdefault((root.pk, user), _row(root, user, reply.seq - 1))
    if others := sorted(rows.keys() - repliers):
        ThreadFollower.objects.bulk_create([rows[key] for key in others], ignore_conflicts=True)
    ThreadFollower.objects.bulk_create(
        [rows[key] for key in sorted(repliers)],
        update_conflicts=True,
        unique_fields=["root", "user"],
        update_fields=["is_following"],
    )


def change_following(
    user: User, message_id: int, *, following: bool | None = None, read_seq: int | None = None, origin: str = ""
) -> Following:
    """Follow the thread of the message, or leave off; move one's mark in it to `read_seq`, never back and never beyond its end.

    Whoever may read a thread may follow it. Who follows for the first time has read what is there. A mark without ever having followed is
    not kept. Raises as `place_in_thread`, ValidationError for a negative number.
    """
    if read_seq is not None and read_seq < 0:
        raise ValidationError({"read_seq": _("Expected the number of a message.")})
    root = root_of(user, message_id)
    row = ThreadFollower.objects.select_for_update(no_key=True).filter(root=root, user=user).first()
    before = row and (row.is_following, row.read_seq)
    last = _last_seq(root)
    if row is None and following:
        row = ThreadFollower(root=root, user=user, read_seq=last)
    if row is None:
        return Following(root, False, 0)
    if following is not None:
        row.is_following = following
    if read_seq is not None:
        row.read_seq = max(row.read_seq, min(read_seq, last))
    if (row.is_following, row.read_seq) != before:
        row.save()
        broadcasts.threads_changed(user.pk, touch(user.pk), origin=origin)
    return Following(root, row.is_following, row.read_seq)


def place_in_thread(user: User, message_id: int) -> Following:
    """The place of `user` in the thread of the message.

    Raises as `visible`, and Message.DoesNotExist where its root is hidden from them, PermissionDenied for a system message.
    """
    root = root_of(user, message_id)
    row = ThreadFollower.objects.filter(root=root, user=user).first()
    return Following(root, bool(row and row.is_following), row.read_seq if row else 0)


def root_of(user: User, message_id: int) -> Message:
    """The root of the message's thread, which is the message itself where it answers nothing. Raises as `place_in_thread`."""
    message = visible(user, message_id)
    if message.is_system:
        raise PermissionDenied(_("This cannot be replied to."))
    return visible(user, message.thread_root_id) if message.thread_root_id else message


def _row(root: Message, user: int, read_seq: int) -> ThreadFollower:
    return ThreadFollower(root=root, user_id=user, read_seq=read_seq, is_following=True)


def _last_seq(root: Message) -> int:
    return root.thread.aggregate(last=Max("seq"))["last"] or root.seq
