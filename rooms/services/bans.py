"""Bans from rooms. Those from a workspace are in `workspaces.py`."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, touch
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Ban, Role, Room, Workspace
from rooms.permissions import RANK, acting_role, require_moderator, require_open, workspace_role
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
    audit(actor, "room.banned", room, reason=reason, user=user.pk, expires_at=expires_at and expires_at.isoformat())
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


def write_ban(
    actor: User, user: User, *, workspace: Workspace | None, room: Room | None, reason: str, expires_at: datetime | None
) -> Ban:
    """The row of a ban. Raises ValidationError for an end that is over, or a reason that is too long."""
    check_end(expires_at)
    ban = Ban(workspace=workspace, room=room, user=user, by=actor, reason=reason, expires_at=expires_at)
    ban.clean_fields(exclude=["workspace", "room", "user", "by", "expires_at"])
    values = {"by": actor, "reason": ban.reason, "expires_at": expires_at, "created_at": timezone.now()}
    return Ban.objects.update_or_create(workspace=workspace, room=room, user=user, defaults=values)[0]


def _require_bannable(actor: User, room: Room, user: User) -> None:
    if user.pk == actor.pk:
        raise PermissionDenied(_("Nobody bans themselves."))
    theirs = workspace_role(user, room.workspace_id)
    if RANK[theirs] > max(RANK[acting_role(actor, room.workspace_id)], RANK[Role.MEMBER]):
        raise PermissionDenied(_("That person's role is above yours."))
