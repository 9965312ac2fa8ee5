"""Bans from rooms, and the terms of all bans. Who is banned from a workspace, and let in again, is in `workspaces.py`."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, touch
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Ban, Role, Room, Workspace
from rooms.permissions import RANK, acting_role, require_moderator, require_open, require_role, workspace_role
from rooms.querysets import MODERATING_ROLES
from rooms.services.ends import check_end
from rooms.services.places import part, require_place_in_workspace


def ban_from_room(actor: User, room: Room, user: User, *, reason: str = "", expires_at: datetime | None = None) -> Ban:
    """Take somebody out of the room, and keep them out until `expires_at`, or for good. A second ban replaces the first.

    Raises PermissionDenied for who does not moderate the room, where the other has a higher role in the workspace, and
    in an archived room; WorkspaceMembership.DoesNotExist for who is not of the workspace.
    """
    log = lock(room)
    require_open(room)
    require_moderator(actor, room)
    require_place_in_workspace(room, user)
    _require_bannable(actor, room, user)
    ban = write_ban(actor, user, workspace=room.workspace, room=room, reason=reason, expires_at=expires_at)
    membership = room.memberships.select_related("user").filter(user=user).first()
    if membership:
        part(membership, room, log, actor=actor, event="banned")
    audit(actor, "room.banned", room, reason=reason, user=user.pk, expires_at=_said(expires_at))
    # Also who was no member hears of it: they may be watching the room.
    broadcasts.places_changed(user.pk, touch(user.pk), gone=[room.pk] if membership else [])
    return ban


def unban(actor: User, ban: Ban, *, reason: str = "") -> None:
    """Lift the ban from a room; who was banned is not put back. Raises PermissionDenied for who does not moderate the room."""
    room = ban.room
    if room is None:
        raise Room.DoesNotExist
    lock(room)
    require_open(room)
    require_moderator(actor, room)
    ban.delete()
    audit(actor, "room.unbanned", room, reason=reason, user=ban.user_id)
    broadcasts.places_changed(ban.user_id, touch(ban.user_id))


def change_ban(actor: User, ban: Ban, *, reason: str, expires_at: datetime | None) -> Ban:
    """Give a ban that holds another reason and another end (None: none), without letting anybody in. The same again changes nothing.

    Raises PermissionDenied for who may not lift it, ValidationError as `ban_from_room`, Ban.DoesNotExist where it was lifted or is over.
    """
    if ban.room is None:
        require_role(actor, ban.workspace, *MODERATING_ROLES)
    else:
        lock(ban.room)
        require_open(ban.room)
        require_moderator(actor, ban.room)
    found = Ban.objects.in_force().select_for_update(no_key=True).get(pk=ban.pk)
    was = found.reason, found.expires_at
    if was == (reason, expires_at):
        return found
    check_end(expires_at)
    found.reason, found.expires_at = reason, expires_at
    found.clean_fields(exclude=["workspace", "room", "user", "by", "expires_at"])
    found.save(update_fields=["reason", "expires_at"])
    kind, place = ("workspace", ban.workspace) if ban.room is None else ("room", ban.room)
    ends = {"expires_at": _said(expires_at), "was": _said(was[1])}
    audit(actor, f"{kind}.ban_changed", place, reason=reason, user=ban.user_id, **ends)
    return found


def write_ban(
    actor: User, user: User, *, workspace: Workspace | None, room: Room | None, reason: str, expires_at: datetime | None
) -> Ban:
    """The row of a ban. Raises ValidationError for an end that is over, or a reason that is too long."""
    check_end(expires_at)
    ban = Ban(workspace=workspace, room=room, user=user, by=actor, reason=reason, expires_at=expires_at)
    ban.clean_fields(exclude=["workspace", "room", "user", "by", "expires_at"])
    values = {"by": actor, "reason": ban.reason, "expires_at": expires_at, "created_at": timezone.now()}
    return Ban.objects.update_or_create(workspace=workspace, room=room, user=user, defaults=values)[0]


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _require_bannable(actor: User, room: Room, user: User) -> None:
    if user.pk == actor.pk:
        raise PermissionDenied(_("Nobody bans themselves."))
    theirs = workspace_role(user, room.workspace_id)
    if RANK[theirs] > max(RANK[acting_role(actor, room.workspace_id)], RANK[Role.MEMBER]):
        raise PermissionDenied(_("That person's role is above yours."))
