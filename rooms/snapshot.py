"""A person's rooms at one moment, in the same few queries however many there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import User
from accounts.wire import author
from chatsite.compiled import Compiled
from chatsite.realtime.source import Snapshot
from rooms import ports, wire
from rooms.models import Membership, Room


class Place(NamedTuple):
    """A room of somebody's, its log, and their place in it: what is stated of the three, read as one row without an object of a model."""

    pk: int
    workspace_id: int | None
    slug: str | None
    name: str
    topic: str
    kind: str
    history: str
    threads: str
    open_to_web: bool
    archived_at: datetime | None
    slow_mode_seconds: int
    members_count: int
    head: int
    last_seq: int
    posted: int
    role: str
    joined_seq: int
    joined_event_seq: int
    notify: str | None
    last_read_seq: int
    read_posted: int
    own_after: int

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


OF_LOG = {"head", "last_seq", "posted"}
OF_MEMBERSHIP = {"role", "joined_seq", "joined_event_seq", "notify", "last_read_seq", "read_posted", "own_after"}
COLUMNS = [
    name if name in OF_MEMBERSHIP else f"room__log__{name}" if name in OF_LOG else f"room__{name}"
    for name in Place._fields
]


def _places(user: int) -> Any:
    return Membership.objects.of(user).order_by("room_id").values_list(*COLUMNS)


_version = Compiled(lambda user: User.objects.filter(pk=user).values_list("user_seq", "do_not_disturb"))
_all = Compiled(_places)
_people = Compiled(
    lambda user: (
        Membership.objects.filter(
            room__in=Membership.objects.of(user).filter(room__kind=Room.Kind.DIRECT).values("room")
        )
        .select_related("user")
        .order_by("user_id")
    )
)


def rooms_of(user_id: int) -> Snapshot:
    """The rooms of `user_id` as `hello` and `rooms` state them. Raises User.DoesNotExist.

    `user_seq` is read first: what changes meanwhile is told once too often, never too seldom.
    """
    found = _version.first(user_id)
    if found is None:
        raise User.DoesNotExist
    user_seq, do_not_disturb = found
    return Snapshot(user_seq, all_rooms_of(user_id), do_not_disturb)


def all_rooms_of(user_id: int) -> list[dict[str, Any]]:
    """The rooms of `user_id` alone, shared and personal members: what a page shows of them."""
    places = [Place._make(row) for row in _all(user_id)]
    is_with_people = any(place.kind == Room.Kind.DIRECT for place in places)
    return _stated(user_id, places, _gathered(_people(user_id)) if is_with_people else {})


def some_rooms_of(user_id: int, room_ids: Iterable[int]) -> Snapshot:
    """As `rooms_of`, of those among `room_ids` that are theirs: what `rooms.changed` states."""
    user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user_id)
    return Snapshot(user_seq, stated(user_id, room_ids))


def stated(user_id: int, room_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Those among `room_ids` that are rooms of `user_id`, shared and personal members."""
    places = [Place._make(row) for row in _places(user_id).filter(room__in=list(room_ids))]
    return _stated(user_id, places, people_in(places))


def people_in(rooms: Iterable[Room | Place]) -> dict[int, list[dict[str, Any]]]:
    """The people of the direct rooms among `rooms`, by room and by ascending id, as authors; no query where there is none."""
    direct = [room.pk for room in rooms if room.kind == Room.Kind.DIRECT]
    if not direct:
        return {}
    return _gathered(Membership.objects.filter(room__in=direct).select_related("user").order_by("user_id"))


def _stated(user_id: int, places: list[Place], people: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One query more at most: for the mentions."""
    behind = {one.pk: (one.last_read_seq, one.last_seq) for one in places if one.last_read_seq < one.last_seq}
    mentions = ports.counts().mentions(user_id, behind) if behind else {}
    return [
        wire.shared(one, one, people.get(one.pk, ())) | wire.personal(one, one, mentions.get(one.pk, 0))
        for one in places
    ]


def _gathered(places: Iterable[Membership]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for place in places:
        found.setdefault(place.room_id, []).append(author(place.user))
    return found
