"""Whom a message is for, asked when it is delivered and not when it was posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import Block, Notify, User
from chatsite.compiled import Compiled
from messaging.models import Message, Notification, ThreadFollower
from messaging.notices.quiet import is_quiet
from rooms.models import Membership, Room

Kind = Notification.Kind


@dataclass(slots=True, frozen=True)
class Told:
    """Somebody who is told of a message, and why; `silently` where nothing may pop up; `as_member` of its room."""

    user: int
    kind: Kind
    silently: bool
    as_member: bool


def candidates(message: Message) -> list[int]:
    """Ids of all whom the message may be for, ascending: those whom it names, who hear all, who follow its thread, everybody of a direct room."""
    to_all = message.room.kind == Room.Kind.DIRECT or message.mentions["all"]
    found = {*_members(message.room_id, to_all=to_all), *message.mentions["users"]}
    if message.thread_root_id:
        found.update(_following(message.thread_root_id))
    return sorted(found - {message.author_id})


_members = Compiled(
    lambda room, *, to_all: Membership.objects.filter(room=room, **({} if to_all else {"hears_all": True})).values_list(
        "user_id", flat=True
    )
)
_following = Compiled(
    lambda root: ThreadFollower.objects.filter(root=root, is_following=True).values_list("user_id", flat=True)
)


def told(message: Message, room: Room, users: Iterable[int], now: datetime) -> list[Told]:
    """Who of `users` is told of the message, by ascending id, as everything is at this moment.

    The room's log is locked by the caller, and their places are locked here: who may read it, and who has read it, stays so until the
    transaction ends.
    """
    users = list(users)
    places = {place.user_id: place for place in _places(room.pk, *users)}
    readers = _readers(message, room, users, places)
    if not readers:
        return []
    follows = _followers(message, readers)
    blocking = set(_blocking(message.author_id, *readers))
    found = []
    hearing = readers - blocking - {message.author_id}
    for person in _people(*hearing) if hearing else ():
        kind = _kind(message, room, person, places.get(person.pk), follows)
        if kind:
            found.append(Told(person.pk, kind, is_quiet(person, now), person.pk in places))
    return found


_places = Compiled(
    lambda room, *users: (
        Membership.objects.select_for_update(no_key=True).filter(room=room, user__in=users).order_by("pk")
    )
)
_blocking = Compiled(
    lambda author, *users: Block.objects.filter(user__in=users, blocked=author).values_list("user_id", flat=True)
)
_people = Compiled(lambda *pks: User.objects.filter(pk__in=pks, is_active=True).order_by("pk"))


def _readers(message: Message, room: Room, users: list[int], places: dict[int, Membership]) -> set[int]:
    """Those of `users` who may read the message and have not: as `Message.objects.visible_to`, for many at once."""
    if message.is_deleted or message.is_system:
        return set()
    joined = room.history == Room.History.JOINED
    mine = {
        user
        for user, place in places.items()
        if not place.is_hidden and place.last_read_seq < message.seq and not (joined and message.seq < place.joined_seq)
    }
    others = [user for user in users if user not in places]
    if not others or joined or room.kind != Room.Kind.PUBLIC:
        return mine
    return mine | _onlookers(room, others)


def _onlookers(room: Room, users: list[int]) -> set[int]:
    """Those of `users`, who are no members, to whom the public `room` is open."""
    open_to = Room.objects.readable_by(OuterRef(OuterRef("pk"))).filter(pk=room.pk)
    return set(User.objects.filter(Exists(open_to), pk__in=users).values_list("pk", flat=True))


def _followers(message: Message, users: set[int]) -> dict[int, int]:
    """Of the thread that the message is in, among `users`: how far each has read in it."""
    if not message.thread_root_id:
        return {}
    rows = ThreadFollower.objects.filter(root=message.thread_root_id, user__in=users, is_following=True)
    return dict(rows.values_list("user_id", "read_seq"))


def _kind(message: Message, room: Room, person: User, place: Membership | None, follows: dict[int, int]) -> Kind | None:
    """Why the person is told; None where they want not to be, or have read it where its thread is shown."""
    level = (place and place.notify) or person.notify
    has_read_thread = follows.get(person.pk, 0) >= message.seq
    # Where replies stand in the room itself, to have answered in a thread says nothing of what names one there.
    if level == Notify.NOTHING or (has_read_thread and room.threads == Room.Threads.THREADED):
        return None
    if person.pk in message.mentions["users"]:
        return Kind.MENTION
    if room.kind == Room.Kind.DIRECT:
        return Kind.DIRECT
    if message.mentions["all"] and place:
        return Kind.MENTION
    if person.pk in follows and not has_read_thread:
        return Kind.REPLY
    return Kind.MESSAGE if level == Notify.ALL and place else None
