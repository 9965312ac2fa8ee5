"""Looking at a room without being in it, and what one shows of oneself while one writes."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import broadcasts
from rooms import services as rooms
from rooms import wire
from rooms.models import Membership, Room
from rooms.snapshot import some_rooms_of

TYPING_UP_TO = 100
"""In larger rooms nobody is shown who is typing."""


def look_at(user: User, room_id: int) -> dict:
    """The room as `hello` states it, for a member or for who may read all of it.

    The right and the head are read by one SELECT. Raises Room.DoesNotExist where they may not know of it, PermissionDenied in a room that
    only its members read.
    """
    if mine := some_rooms_of(user.pk, [room_id]).rooms:
        return mine[0]
    room = Room.objects.readable_by(user).select_related("log").filter(pk=room_id).first()
    if room is None:
        Room.objects.visible_to(user).get(pk=room_id)
        raise PermissionDenied(_("Join this room to read it."))
    return wire.shared(room, room.log) | wire.watching(room.log)


def show_typing(user: User, room_id: int, *, active: bool) -> None:
    """Let the others in the room know that `user` is typing, or stopped; dropped in rooms of over TYPING_UP_TO.

    Raises as posting does: Room.DoesNotExist where they may not know of it, PermissionDenied where they may not write.
    """
    place = Membership.objects.of(user).select_related("room").filter(room=room_id).first()
    if place is None:
        Room.objects.visible_to(user).get(pk=room_id)
        raise PermissionDenied(_("Join this room to write in it."))
    if place.room.is_archived:
        raise PermissionDenied(_("This room is archived: it can be read, not written to."))
    if place.room.kind == Room.Kind.DIRECT:
        rooms.require_heard(user, room_id)
    if place.room.members_count <= TYPING_UP_TO:
        broadcasts.typing(user.pk, room_id, active=active)
