"""Finding a message to act on, through the viewer, and under its room's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.compiled import Compiled
from chatsite.cursors import prepared_cursor
from chatsite.realtime.errors import Conflict
from messaging.models import Message
from rooms.locks import lock
from rooms.models import Membership, Room, RoomLog
from rooms.permissions import may_moderate


@dataclass(slots=True)
class Held:
    """A message under its room's lock, with the room's numbers."""

    message: Message
    room: Room
    log: RoomLog
    membership: Membership | None

    def touch(self) -> int:
        """Take the next number of the room for a change of the message; the caller saves the message."""
        self.log.head += 1
        with prepared_cursor() as cursor:
            cursor.execute("UPDATE rooms_roomlog SET head = %s WHERE room_id = %s", [self.log.head, self.room.pk])
        self.message.event_seq = self.log.head
        return self.log.head


def visible(user: User | AnonymousUser, message_id: int) -> Message:
    """The message for `user` to read.

    Raises Message.DoesNotExist where they may not, or there is none: the two cannot be told apart; PermissionDenied in a public room that
    they see and whose history begins with joining.
    """
    if user.is_authenticated:
        found = _readable.first(user.pk, message_id)
    else:
        found = Message.objects.wire().visible_to(user).filter(pk=message_id).first()
    if found is None:
        row = Message.objects.filter(pk=message_id).values_list("room", flat=True).first()
        if (
            row
            and not Membership.objects.of(user).filter(room=row).exists()
            and Room.objects.visible_to(user).filter(pk=row).exists()
        ):
            raise PermissionDenied(_("Join this room to read it."))
        raise Message.DoesNotExist(_("There is no such message."))
    return found


@contextmanager
def held(actor: User, message_id: int, *, as_moderator: bool = False) -> Iterator[Held]:
    """The message `message_id` for `actor` to change, locked, as `Held`.

    Raises Message.DoesNotExist where they may not see it, PermissionDenied where they are no member, or the room is read only, or it is
    a system message. With `as_moderator` a moderator of the workspace need not be a member.
    """
    room = _room_of.first(actor.pk, message_id)
    if room is None:
        raise Message.DoesNotExist(_("There is no such message."))
    log = lock(room)
    message = _message.first(message_id)
    if message is None:
        raise Message.DoesNotExist(_("There is no such message."))
    membership = _place.first(actor.pk, room.pk)
    reads = room.history == Room.History.SHARED  # without being a member: what one may not read, one does not moderate
    if membership is None and not (as_moderator and reads and may_moderate(actor, room)):
        raise PermissionDenied(_("Join this room to do that."))
    if membership and room.history == Room.History.JOINED and message.seq < membership.joined_seq:
        raise Message.DoesNotExist(_("There is no such message."))
    if room.is_archived:
        raise PermissionDenied(_("This room is archived: it can be read, not written to."))
    if message.is_system:
        raise PermissionDenied(_("This message cannot be changed."))
    yield Held(message, room, log, membership)


_readable = Compiled(lambda user, message: Message.objects.wire().visible_to(User(pk=user)).filter(pk=message))
_room_of = Compiled(lambda user, message: Room.objects.visible_to(User(pk=user)).filter(messages=message))
_message = Compiled(lambda message: Message.objects.wire().filter(pk=message))
_place = Compiled(lambda user, room: Membership.objects.of(User(pk=user)).filter(room=room))


def require_living(message: Message) -> None:
    """Raises Conflict for a deleted message: any act on it but deleting it again."""
    if message.is_deleted:
        raise Conflict(_("This message was deleted."))
