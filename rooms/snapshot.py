"""A person's rooms at one moment, in the same few queries however many there are."""

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.wire import author
from chatsite.realtime.source import Snapshot
from rooms import ports, wire
from rooms.models import Membership, Room


def rooms_of(user_id: int) -> Snapshot:
    """The rooms of `user_id` as `hello` and `rooms` state them. Raises User.DoesNotExist.

    `user_seq` is read first: what changes meanwhile is told once too often, never too seldom.
    """
    user_seq, do_not_disturb = User.objects.values_list("user_seq", "do_not_disturb").get(pk=user_id)
    memberships = Membership.objects.of(user_id).with_room().order_by("room_id")
    return Snapshot(user_seq, stated(user_id, memberships), do_not_disturb)


def some_rooms_of(user_id: int, room_ids: Iterable[int]) -> Snapshot:
    """As `rooms_of`, of those among `room_ids` that are theirs: what `rooms.changed` states."""
    user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user_id)
    memberships = Membership.objects.of(user_id).filter(room__in=list(room_ids)).with_room().order_by("room_id")
    return Snapshot(user_seq, stated(user_id, memberships))


def stated(user_id: int, memberships: Iterable[Membership]) -> list[dict[str, Any]]:
    """The rooms of these memberships of `user_id` (read `with_room()`), shared and personal members.

    Two more queries at most: for the mentions, and for the people of direct rooms.
    """
    memberships = list(memberships)
    ends = {m.room_id: (m.last_read_seq, m.room.log.last_seq) for m in memberships}
    behind = {room: (mark, end) for room, (mark, end) in ends.items() if mark < end}
    mentions = ports.counts().mentions(user_id, behind) if behind else {}
    people = people_in(m.room for m in memberships)
    return [
        wire.shared(m.room, m.room.log, people.get(m.room_id, ()))
        | wire.personal(m, m.room.log, mentions.get(m.room_id, 0))
        for m in memberships
    ]


def people_in(rooms: Iterable[Room]) -> dict[int, list[dict[str, Any]]]:
    """The people of the direct rooms among `rooms`, by room and by ascending id, as authors; no query where there is none."""
    direct = [room.pk for room in rooms if room.kind == Room.Kind.DIRECT]
    found: dict[int, list[dict[str, Any]]] = {}
    if direct:
        for place in Membership.objects.filter(room__in=direct).select_related("user").order_by("user_id"):
            found.setdefault(place.room_id, []).append(author(place.user))
    return found
