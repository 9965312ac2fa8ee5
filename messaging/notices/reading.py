"""One's notifications: those that one may see now, and that they were read."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block, User
from accounts.services import touch, touch_all
from chatsite.compiled import Compiled
from messaging.models import Message, Notification
from messaging.notices import broadcasts

COUNTED = 100
"""More unread ones than this are not counted."""
AT_ONCE = 100
"""Ids that one request may name."""
KEPT_READ, KEPT = timedelta(days=30), timedelta(days=180)


@dataclass(slots=True, frozen=True)
class Reading:
    """What is left unread, up to 100, and the version of it."""

    unread: int
    user_seq: int

    def wire(self) -> dict:
        """As the API answers."""
        return asdict(self)


def visible_to(user: User) -> QuerySet[Notification]:
    """The notifications of `user` about what they may read now, not from whom they block."""
    readable = Message.objects.visible_to(user).filter(pk=OuterRef("message"), deleted_at=None)
    blocked = Block.objects.filter(user=user, blocked=OuterRef("message__author"))
    return Notification.objects.filter(Exists(readable), ~Exists(blocked), user=user)


def unread_of(user: User) -> int:
    """How many of them are unread; COUNTED stands for as many or more."""
    return visible_to(user).filter(read_at=None)[:COUNTED].count()


def mark_read(user: User, *, ids: Iterable[int] | None = None, before: int | None = None, origin: str = "") -> Reading:
    """Mark as read those with `ids`, or all older than the one with the id `before`, or all. Others' and unknown ids change nothing.

    Raises ValidationError where both are given, or too many ids.
    """
    rows = Notification.objects.filter(user=user, read_at=None)
    if ids is not None:
        ids = list(ids)
        if before is not None:
            raise ValidationError({"before": _("Give only one of ids and before.")})
        if len(ids) > AT_ONCE:
            raise ValidationError({"ids": _("Expected at most %(most)d of them.") % {"most": AT_ONCE}})
        rows = rows.filter(pk__in=ids)
    elif before is not None:
        rows = rows.filter(pk__lt=before)
    if rows.update(read_at=timezone.now()):
        user_seq = touch(user.pk)
        broadcasts.notifications_changed(user.pk, user_seq, origin=origin)
    else:
        user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user.pk)
    return Reading(unread_of(user), user_seq)


def read_in_room(user_id: int, room_id: int, seq: int) -> bool:
    """Somebody has read their room up to `seq`: what they were told of that is read, too. Whether there was any; the caller tells."""
    found = _unread_in_room(user_id, room_id, seq)
    # Most often there is none, and then nothing is written.
    return bool(found) and bool(Notification.objects.filter(pk__in=found, read_at=None).update(read_at=timezone.now()))


_unread_in_room = Compiled(
    lambda user, room, seq: Notification.objects.filter(
        user=user, room=room, read_at=None, message__seq__lte=seq
    ).values_list("pk", flat=True)
)


def read_everything(user_id: int) -> bool:
    """Somebody has read everything. Whether there was any; the caller tells."""
    return bool(Notification.objects.filter(user=user_id, read_at=None).update(read_at=timezone.now()))


def drop_of(message: Message) -> None:
    """The message is gone, and so is what people were told of it. Under the room's lock, which delivery waits for."""
    rows = Notification.objects.filter(message=message)
    users = list(rows.values_list("user_id", flat=True))
    if users:
        rows.delete()
        for user, user_seq in touch_all(users).items():
            broadcasts.notifications_changed(user, user_seq)


def forget_old() -> None:
    """What was read a month ago, or told half a year ago, goes. Not in one transaction, and nobody is told."""
    now = timezone.now()
    old = Notification.objects.filter(Q(read_at__lt=now - KEPT_READ) | Q(created_at__lt=now - KEPT))
    while ids := list(old.values_list("pk", flat=True)[:1000]):
        Notification.objects.filter(pk__in=ids).delete()
