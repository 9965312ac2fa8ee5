"""Invitations: links that let their holder into a workspace, or into one room of it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, touch
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Invitation, Membership, Role, Room, Workspace
from rooms.permissions import acting_role, require_moderator, require_open, require_role
from rooms.querysets import MODERATING_ROLES
from rooms.services.ends import check_end
from rooms.services.places import enter, require_not_banned
from rooms.services.workspaces import admit

MAX_USES = 10_000


def create_invitation(
    actor: User,
    workspace: Workspace,
    *,
    room: Room | None = None,
    role: str = Role.MEMBER,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
) -> Invitation:
    """Make a link into the workspace (its moderators may), or into `room` of it (those who moderate the room may).

    Who comes gets `role` in the workspace, `guest` or `member`, and never less than they have. A room's moderator who
    has no such right in the workspace invites guests only. Raises PermissionDenied, or ValidationError naming the fields.
    """
    _require_inviter(actor, workspace, room, role)
    _check(role, expires_at, max_uses)
    invitation = Invitation.objects.create(
        workspace=workspace, room=room, role=role, created_by=actor, expires_at=expires_at, max_uses=max_uses
    )
    audit(actor, "invitation.created", invitation, workspace=workspace.pk, room=room and room.pk, role=role)
    return invitation


def revoke_invitation(actor: User, invitation: Invitation) -> None:
    """End an invitation; one that was revoked stays so. Raises PermissionDenied for who may not look after it."""
    if invitation.room is not None:
        require_moderator(actor, invitation.room)
    else:
        require_role(actor, invitation.workspace, *MODERATING_ROLES)
    if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit(actor, "invitation.revoked", invitation)


def accept_invitation(user: User, code: str) -> Invitation:
    """Let `user` in by the invitation of this code: into its workspace, and into its room where it names one.

    Who is there already uses nothing up. Raises Invitation.DoesNotExist for a code that opens nothing (unknown,
    expired, used up or revoked: it cannot be told which), PermissionDenied for who is banned and for an archived room.
    """
    invitation = Invitation.objects.usable().select_related("workspace", "room").get(code=code)
    room = invitation.room
    log = lock(room) if room else None
    _membership, changed = admit(user, invitation.workspace, role=invitation.role)
    entering = room is not None and not _is_member(user, room)
    if not changed and not entering:
        return invitation
    # One statement decides: of twenty at once, a link for one lets in one.
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        raise Invitation.DoesNotExist
    if room is not None and log is not None and entering:
        require_open(room)
        require_not_banned(room, user, actor=user)
        enter(room, log, user, actor=user, event="joined")
        broadcasts.places_changed(user.pk, touch(user.pk), rooms=[room.pk])
    else:
        broadcasts.workspaces_changed(user.pk, touch(user.pk))
    return invitation


def _require_inviter(actor: User, workspace: Workspace, room: Room | None, role: str) -> None:
    in_workspace = acting_role(actor, workspace)
    if room is None:
        require_role(actor, workspace, *MODERATING_ROLES)
    else:
        require_open(room)
        require_moderator(actor, room)
        if role != Role.GUEST and in_workspace not in MODERATING_ROLES:
            raise PermissionDenied(
                _("A room's moderators invite guests; members are invited by those who moderate the workspace.")
            )


def _is_member(user: User, room: Room) -> bool:
    return Membership.objects.filter(user=user, room=room).exists()


def _check(role: str, expires_at: datetime | None, max_uses: int | None) -> None:
    if role not in (Role.GUEST, Role.MEMBER):
        raise ValidationError({"role": _("Expected one of: guest, member.")})
    check_end(expires_at)
    if max_uses is not None and not 1 <= max_uses <= MAX_USES:
        raise ValidationError({"max_uses": _("Expected a number from 1 to %(most)d.") % {"most": MAX_USES}})
