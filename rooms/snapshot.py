"""A person's rooms at one moment, in the same few queries however many there are."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from chatsite.realtime.source import Snapshot
from rooms import ports, wire
from rooms.models import Membership


def rooms_of(user_id: int) -> Snapshot:
    """The rooms of `user_id` as `hello` and `rooms` state them. Raises User.DoesNotExist.

    `user_seq` is read first: what changes meanwhile is told once too often, never too seldom.
    """
    user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user_id)
    memberships = Membership.objects.filter(user=user_id).with_room().order_by("room_id")
    return Snapshot(user_seq, stated(user_id, memberships))


def some_rooms_of(user_id: int, room_ids: Iterable[int]) -> Snapshot:
    """As `rooms_of`, of those among `room_ids` that are theirs: what `rooms.changed` states."""
    user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user_id)
    memberships = Membership.objects.filter(user=user_id, room__in=list(room_ids)).with_room().order_by("room_id")
    return Snapshot(user_seq, stated(user_id, memberships))


def stated(user_id: int, memberships: Iterable[Membership]) -> list[dict[str, Any]]:
    """The rooms of these memberships of `user_id` (read `with_room()`), shared and personal members; one more query, for the mentions."""
    memberships = list(memberships)
    ends = {m.room_id: (m.last_read_seq, m.room.log.last_seq) for m in memberships}
    behind = {room: (mark, end) for room, (mark, end) in ends.items() if mark < end}
    mentions = ports.counts().mentions(user_id, behind) if behind else {}
    return [
        wire.shared(m.room, m.room.log) | wire.personal(m, m.room.log, mentions.get(m.room_id, 0)) for m in memberships
    ]
