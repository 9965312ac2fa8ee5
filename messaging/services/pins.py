"""Pins: messages that a room keeps in sight."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import broadcasts, clock
from messaging.models import Message
from messaging.services.finding import Held, held, require_living
from rooms.models import Room
from rooms.permissions import may_moderate

MAX_PINS = 100
"""Pins of one room: a room where everything is pinned keeps nothing in sight."""


def pin_message(actor: User, message_id: int) -> int:
    """Pin the message; one that is pinned stays so, without a number. Returns its `event_seq`.

    Raises PermissionDenied for who does not moderate the room (in a direct one anyone may) and for a system message, Conflict for a
    deleted message, ValidationError for a 101st pin, Message.DoesNotExist for who may not see it.
    """
    with held(actor, message_id, as_moderator=True) as place:
        _require_pinner(actor, place)
        if place.message.pinned_at:
            return place.message.event_seq
        if Message.objects.filter(room=place.room, pinned_at__isnull=False).count() >= MAX_PINS:
            raise ValidationError(
                _("A room has at most %(limit)d pins. Take one off first.") % {"limit": MAX_PINS},
            )
        return _set(place, actor, pinned=True)


def unpin_message(actor: User, message_id: int) -> int:
    """Take the pin off again; where there is none, nothing changes. Returns the message's `event_seq`. Raises as pinning does."""
    with held(actor, message_id, as_moderator=True) as place:
        _require_pinner(actor, place)
        return _set(place, actor, pinned=False) if place.message.pinned_at else place.message.event_seq


def _require_pinner(actor: User, place: Held) -> None:
    if place.room.kind != Room.Kind.DIRECT and not may_moderate(actor, place.room):
        raise PermissionDenied(_("Only the room's moderators can pin a message."))
    require_living(place.message)


def _set(place: Held, actor: User, *, pinned: bool) -> int:
    place.message.pinned_at = clock.now() if pinned else None
    place.touch()
    place.message.save(update_fields=["pinned_at", "event_seq"])
    broadcasts.message_pinned(place.message, by=actor.pk)
    return place.message.event_seq
