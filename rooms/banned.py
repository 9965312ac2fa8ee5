"""What somebody who is banned is told: why, and until when."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from rooms.models import Ban, Room, WorkspaceMembership
from rooms.querysets import BanQuerySet


def sentence(ban: Ban) -> str:
    """Whence, until when (in the active time zone) and for what reason; to the banned person alone."""
    place = {"name": ban.workspace.name, "until": _until(ban)}
    if ban.room_id is not None:
        said = (
            _("You are banned from this room until %(until)s.")
            if ban.expires_at
            else _("You are banned from this room.")
        )
    else:
        said = (
            _("You are banned from %(name)s until %(until)s.") if ban.expires_at else _("You are banned from %(name)s.")
        )
    reason = _("Reason: %(reason)s") % {"reason": ban.reason} if ban.reason else ""
    return f"{said % place} {reason}".strip()


def longest(bans: BanQuerySet) -> Ban | None:
    """The one among `bans` that holds the longest."""
    found = list(bans.select_related("workspace"))
    return max(found, key=lambda ban: (ban.expires_at is None, ban.expires_at or ban.created_at), default=None)


def refuse(user: User, bans: BanQuerySet) -> None:
    """Raises PermissionDenied with the sentence of the longest of `bans` (of `user`, who asks themselves)."""
    if ban := longest(bans.filter(user=user)):
        raise PermissionDenied(sentence(ban))


def refuse_in_public(user: User, room_id: int) -> None:
    """Raises PermissionDenied where a ban is all that keeps `user` from knowing of a public room: they knew of it before."""
    if not user.is_authenticated:
        return
    mine = WorkspaceMembership.objects.filter(user=user).values("workspace")
    refuse(user, Ban.objects.in_force().filter(room=room_id, room__kind=Room.Kind.PUBLIC, workspace__in=mine))


def _until(ban: Ban) -> str:
    if ban.expires_at is None:
        return ""
    end = timezone.localtime(ban.expires_at)
    # With the zone's name, since a program's person may be anywhere.
    return f"{date_format(end, 'DATETIME_FORMAT')} ({end.tzname()})"
