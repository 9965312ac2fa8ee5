"""Direct rooms: the conversation of a few people, one for each set of them. Nobody comes or goes; each hides it for themselves."""

import hashlib
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts import ports
from accounts.models import Block, User
from accounts.services import touch, touch_all
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Membership, Room, RoomLog, RoomRole, WorkspaceMembership

MAX_OTHERS = 9


def open_direct(actor: User, user_ids: Iterable[int]) -> tuple[Room, bool]:
    """Find or open the conversation of `actor` with exactly these others; with nobody (or oneself): notes to self.

    The second value is whether it is new to them. The others see it with its first message. Of two who open it at once
    one violates the unique key, and `commit` looks again. Raises ValidationError for more than 9 others, User.DoesNotExist
    for whom `actor` does not see, PermissionDenied where one of two blocks the other, for a deactivated account and for
    people who are not all in one workspace.
    """
    ids = sorted({actor.pk, *user_ids})
    if len(ids) > MAX_OTHERS + 1:
        raise ValidationError({"users": _("Expected at most %(most)d others.") % {"most": MAX_OTHERS}})
    room = Room.objects.filter(direct_key=key_of(ids)).first()
    if room is None:
        _require_openable(actor, ids)
        return _open(actor, ids), True
    if sentence := _blocked(_others(actor, room.pk)):
        raise PermissionDenied(sentence)
    return room, _show(actor, room)


def hide_room(actor: User, room: Room) -> None:
    """Put a direct room out of one's sight until its next message: no number; one that is hidden stays so.

    Raises PermissionDenied for a room that is not direct.
    """
    if room.kind != Room.Kind.DIRECT:
        raise PermissionDenied(_("Only a direct conversation can be hidden."))
    log = lock(room)
    if room.memberships.filter(user=actor, is_hidden=False).update(is_hidden=True):
        broadcasts.room_hidden(actor.pk, touch(actor.pk), room.pk, log.head)


def appear(room_ids: Iterable[int]) -> None:
    """Something was said in these direct rooms, which the caller has locked: who did not see them sees them now, and is told."""
    rooms = set(room_ids)
    if not rooms:
        return
    hidden = Membership.objects.filter(room__in=rooms, is_hidden=True)
    found = list(hidden.order_by("room_id", "user_id").values_list("room_id", "user_id"))
    if not found:
        return
    hidden.update(is_hidden=False)
    for user_id, user_seq in touch_all(user_id for _room, user_id in found).items():
        broadcasts.places_changed(user_id, user_seq, rooms=[room for room, user in found if user == user_id])


def require_heard(author: User, room_id: int) -> None:
    """Raises PermissionDenied with the sentence of `why_silent`."""
    if sentence := why_silent(author, room_id):
        raise PermissionDenied(sentence)


def why_silent(author: User, room_id: int) -> str:
    """Why `author` can say nothing in this direct room, "" where they can: one of two blocks the other, or nobody is left to hear it."""
    others = _others(author, room_id)
    if not others:
        return ""  # notes to self
    if sentence := _blocked(others):
        return sentence
    if any(one.is_active and one.is_near for one in others):  # type: ignore[attr-defined]  # by `_towards`
        return ""
    return _("Nobody is left to read it: the others are deactivated, or in no workspace of yours.")


def key_of(ids: Sequence[int]) -> str:
    """`Room.direct_key` of the people with these ids, ascending and each once."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def _require_openable(actor: User, ids: Sequence[int]) -> None:
    others = _towards(actor, ports.people_visible_to(actor).filter(pk__in=ids).exclude(pk=actor.pk))
    if len(others) != len(ids) - 1:
        raise User.DoesNotExist
    if not all(one.is_active for one in others):
        raise PermissionDenied(_("This account is deactivated."))
    if sentence := _blocked(others):
        raise PermissionDenied(sentence)
    together = WorkspaceMembership.objects.filter(user__in=ids).values("workspace").annotate(people=Count("user"))
    if others and not together.filter(people=len(ids)).exists():
        raise PermissionDenied(_("A conversation is among people of one workspace."))


def _open(actor: User, ids: Sequence[int]) -> Room:
    room = Room.objects.create(kind=Room.Kind.DIRECT, direct_key=key_of(ids), created_by=actor, members_count=len(ids))
    RoomLog.objects.create(room=room)
    Membership.objects.bulk_create(
        Membership(
            room=room,
            user_id=pk,
            role=RoomRole.MEMBER,
            joined_seq=0,
            joined_event_seq=0,
            last_read_seq=0,
            read_posted=0,
            receipt_seq=0,
            is_hidden=pk != actor.pk,
        )
        for pk in ids
    )
    broadcasts.places_changed(actor.pk, touch(actor.pk), rooms=[room.pk])
    return room


def _show(actor: User, room: Room) -> bool:
    log = lock(room)
    if not room.memberships.filter(user=actor, is_hidden=True).update(is_hidden=False):
        return False
    broadcasts.places_changed(actor.pk, touch(actor.pk), rooms=[room.pk])
    # Opened by another who has said nothing yet: that it was there already would tell of them.
    return log.last_seq == 0


def _others(viewer: User, room_id: int) -> list[User]:
    """The others of a direct room."""
    return _towards(viewer, User.objects.filter(memberships__room=room_id).exclude(pk=viewer.pk))


def _towards(viewer: User, people: QuerySet[User]) -> list[User]:
    """`people`, with what `viewer` has to do with each: `is_blocked`, `blocks_me`, and `is_near`, in a workspace of theirs."""
    near = WorkspaceMembership.objects.filter(user=OuterRef("pk"), workspace__memberships__user=viewer)
    return list(
        people.annotate(
            is_blocked=Exists(Block.objects.filter(user=viewer, blocked=OuterRef("pk"))),
            blocks_me=Exists(Block.objects.filter(user=OuterRef("pk"), blocked=viewer)),
            is_near=Exists(near),
        )
    )


def _blocked(others: Sequence[User]) -> str:
    """Among two, why they do not talk; "" else: in a larger conversation the page folds what one does not want to see."""
    if len(others) != 1:
        return ""
    if others[0].is_blocked:  # type: ignore[attr-defined]  # by `_towards`
        return _("You blocked this person: unblock them to write to them.")
    return _("This person takes no direct messages from you.") if others[0].blocks_me else ""  # type: ignore[attr-defined]
