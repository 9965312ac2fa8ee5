"""Slow mode: in some rooms one person writes one message in so many seconds. Moderators are exempt."""

import math
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext

from accounts.models import User
from chatsite.realtime.errors import SlowMode
from messaging import clock
from messaging.models import Message
from messaging.services import statements
from rooms.models import Membership, Room, RoomLog
from rooms.permissions import may_moderate, moderates

LOOKED_BACK = 500
"""Among so many latest messages that of somebody is looked for whose place does not say when they wrote last: who has left and come again."""


class Turns:
    """Who writes when, in the rooms with slow mode of one batch of posts."""

    def __init__(self) -> None:
        self.taken: dict[tuple[int, int], datetime] = {}

    def take(self, place: statements.Place, last_seq: int) -> None:
        """Let somebody write now, the last of all checks. Raises SlowMode with whole seconds, where it is not their turn yet."""
        if not place.slow_mode_seconds or moderates(place.workspace_role, place.role):
            return
        before = self.taken.get((place.room, place.user)) or place.posted_at
        before = before or _last_written(place.room, place.user, last_seq)
        if wait := _wait(before, place.slow_mode_seconds, place.now):
            raise SlowMode(sentence(wait), retry_after=wait)
        self.taken[place.room, place.user] = place.now

    def write(self) -> None:
        """Keep who wrote when: one statement, and none where no room has slow mode."""
        if self.taken:
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE rooms_membership SET posted_at = %s WHERE room_id = %s AND user_id = %s",
                    [
                        (connection.ops.adapt_datetimefield_value(at), *place)
                        for place, at in sorted(self.taken.items())
                    ],
                )


def wait_in(room: Room, user: User) -> int:
    """After how many seconds `user` may write in `room`; 0 for at once. Costs nothing where the room has no slow mode."""
    if not room.slow_mode_seconds or may_moderate(user, room):
        return 0
    place = Membership.objects.filter(room=room, user=user).values_list("posted_at", flat=True)
    last_seq = RoomLog.objects.values_list("last_seq", flat=True).get(room=room)
    before = place.first() or _last_written(room.pk, user.pk, last_seq)
    return _wait(before, room.slow_mode_seconds, clock.now())


def sentence(wait: int) -> str:
    """What the person is told."""
    return ngettext(
        "This room is in slow mode: you can write again in %(wait)d second.",
        "This room is in slow mode: you can write again in %(wait)d seconds.",
        wait,
    ) % {"wait": wait}


def _wait(before: datetime | None, seconds: int, now: datetime) -> int:
    if before is None:
        return 0
    left = before + timedelta(seconds=seconds) - now
    # No longer than what was set, should the clock have been put back.
    return min(seconds, max(0, math.ceil(left.total_seconds())))


def _last_written(room: int, user: int, last_seq: int) -> datetime | None:
    near = Message.objects.filter(
        room=room, seq__gt=last_seq - LOOKED_BACK, author=user, kind=Message.Kind.MESSAGE
    ).order_by("-seq")
    return near.values_list("created_at", flat=True).first()
