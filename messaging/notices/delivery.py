"""Telling people of messages: a row for each person and message, and a word to their devices."""

from collections.abc import Iterable
from itertools import batched

from accounts.services import touch_all
from chatsite.compiled import Compiled
from chatsite.realtime.commit import commit
from messaging import clock
from messaging.models import Message, Notification
from messaging.notices import broadcasts, recipients
from rooms.locks import lock
from rooms.models import Room

AT_ONCE = 100
"""People in one transaction: it holds the lock of their room, where others want to write."""


def deliver(message_ids: Iterable[int]) -> None:
    """Tell all whom these messages are for, each person and message in a transaction with what decides it. Raises Unavailable."""
    for message in _messages(*message_ids):
        for users in batched(recipients.candidates(message), AT_ONCE, strict=False):
            commit(tell, message.pk, users)


def tell(message_id: int, users: Iterable[int]) -> list[Notification]:
    """Tell those of `users` whom the message is for, who have not been told and have not read it. Returns the new rows.

    Under the room's lock: who is removed, and what is deleted, before or after is so for this, too.
    """
    users = list(users)
    room = _room_of.first(message_id)
    if room is None:
        return []
    lock(room)
    message, now = _message.first(message_id), clock.now()
    already = set(_already(message_id, *users))
    told = [one for one in recipients.told(message, room, users, now) if one.user not in already]
    rows = Notification.objects.bulk_create(
        Notification(user_id=one.user, message=message, room=room, kind=one.kind, created_at=now) for one in told
    )
    versions = touch_all(one.user for one in told)
    for one, row in zip(told, rows, strict=True):
        broadcasts.notifications_changed(one.user, versions[one.user])
        if not one.silently:
            broadcasts.notified(row, as_member=one.as_member and room.kind != Room.Kind.DIRECT)
    return rows


_messages = Compiled(lambda *pks: Message.objects.select_related("room").filter(pk__in=pks).order_by("pk"))
_message = Compiled(lambda pk: Message.objects.filter(pk=pk))
_room_of = Compiled(lambda message: Room.objects.filter(messages=message))
_already = Compiled(
    lambda message, *users: Notification.objects.filter(message=message, user__in=users).values_list(
        "user_id", flat=True
    )
)
