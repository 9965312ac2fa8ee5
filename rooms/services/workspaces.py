"""Workspaces: their name, who belongs to them in which role, and who may not come back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import clean_line
from accounts.services import audit, touch
from rooms import banned, broadcasts
from rooms.locks import lock_many
from rooms.models import Ban, Invitation, Membership, Role, Workspace, WorkspaceMembership
from rooms.permissions import RANK, require_above, require_role
from rooms.querysets import MANAGING_ROLES, MODERATING_ROLES
from rooms.services.bans import write_ban
from rooms.services.places import part


def create_workspace(actor: User, *, name: str) -> Workspace:
    """Make another workspace, with `actor` as its owner. Raises PermissionDenied unless they manage one already (or are a superuser)."""
    if not actor.is_superuser and not Workspace.objects.managed_by(actor).exists():
        raise PermissionDenied(_("Only admins of a workspace may make another one."))
    workspace = Workspace(name=clean_line(name))
    workspace.full_clean()
    workspace.save()
    WorkspaceMembership.objects.create(workspace=workspace, user=actor, role=Role.OWNER)
    audit(actor, "workspace.created", workspace)
    broadcasts.workspaces_changed(actor.pk, touch(actor.pk))
    return workspace


def rename_workspace(actor: User, workspace: Workspace, *, name: str) -> Workspace:
    """Give the workspace another name. Raises PermissionDenied for who is no admin, ValidationError for a name that cannot be."""
    require_role(actor, workspace, *MANAGING_ROLES)
    old, workspace.name = workspace.name, clean_line(name)
    workspace.full_clean()
    if workspace.name != old:
        workspace.save(update_fields=["name"])
        audit(actor, "workspace.renamed", workspace)
    return workspace


def admit(
    user: User, workspace: Workspace, *, role: str = Role.MEMBER, actor: User | None = None
) -> tuple[WorkspaceMembership, bool]:
    """Give `user` a place in the workspace, and say whether that changed anything; a role that they have is never lowered.

    `actor` is who brings them (None: they come by themselves, and are told of their ban). Checks bans alone: whether they may come
    in is the caller's question. The caller raises `user_seq` and tells.
    """
    membership, new = WorkspaceMembership.objects.select_for_update(no_key=True).get_or_create(
        workspace=workspace, user=user, defaults={"role": role}
    )
    # Asked behind the wait for the row: it may have been a ban that held it.
    bans = Ban.objects.keeping_out(user, workspace.pk)
    if actor is None:
        banned.refuse(user, bans)
    elif bans.exists():
        raise PermissionDenied(_("Who is banned from this workspace cannot come in."))
    raised = RANK[role] > RANK[membership.role]
    if raised:
        membership.role = role
        membership.save(update_fields=["role"])
    return membership, new or raised


def add_to_workspace(actor: User, workspace: Workspace, user: User, *, role: str = Role.MEMBER) -> WorkspaceMembership:
    """Bring somebody into the workspace; who is there already keeps their role.

    Raises PermissionDenied for who is no admin, for a role above one's own, for a deactivated account and for who is banned.
    """
    own = require_role(actor, workspace, *MANAGING_ROLES)
    _require_grantable(own, role)
    if present := workspace.memberships.filter(user=user).first():
        return present
    if not user.is_active:
        raise PermissionDenied(_("This account is deactivated."))
    membership, _changed = admit(user, workspace, role=role, actor=actor)
    audit(actor, "workspace.member_added", workspace, user=user.pk, role=role)
    broadcasts.workspaces_changed(user.pk, touch(user.pk))
    return membership


def change_role(actor: User, workspace: Workspace, user: User, *, role: str) -> WorkspaceMembership:
    """Give somebody another role in the workspace; the same again changes nothing. A guest keeps the rooms they are in.

    Raises PermissionDenied for who is no admin, where the old or the new role is above one's own, and where it would
    leave no owner; WorkspaceMembership.DoesNotExist for who does not belong to it.
    """
    own = require_role(actor, workspace, *MANAGING_ROLES)
    _require_grantable(own, role)
    membership = _locked(workspace, user)
    old = membership.role
    if RANK[old] > RANK[own]:
        raise PermissionDenied(_("That person's role is above yours."))
    if role == old:
        return membership
    _require_another_owner(workspace, membership)
    membership.role = role
    membership.save(update_fields=["role"])
    if role not in MODERATING_ROLES:
        _revoke_invitations(workspace, user)
    audit(actor, "workspace.role_changed", workspace, user=user.pk, old=old, new=role)
    broadcasts.workspaces_changed(user.pk, touch(user.pk))
    return membership


def remove_from_workspace(actor: User, workspace: Workspace, user: User, *, reason: str = "") -> None:
    """Take somebody out of the workspace and of each of its rooms, archived ones too. Removing oneself is leaving.

    Raises PermissionDenied for who is no moderator, where the other's role is not below one's own, and for the last
    owner; WorkspaceMembership.DoesNotExist for who does not belong to it.
    """
    leaving = user.pk == actor.pk
    own = Role.OWNER.value if leaving else require_role(actor, workspace, *MODERATING_ROLES)
    gone = _take_out(actor, workspace, user, above=own, event="left" if leaving else "removed")
    audit(actor, "workspace.left" if leaving else "workspace.member_removed", workspace, reason=reason, user=user.pk)
    broadcasts.places_changed(user.pk, touch(user.pk), gone=gone)


def ban_from_workspace(
    actor: User, workspace: Workspace, user: User, *, reason: str = "", expires_at: datetime | None = None
) -> Ban:
    """Take somebody out of the workspace and of each of its rooms, and keep them out until `expires_at`, or for good.

    Raises as `remove_from_workspace`; PermissionDenied for oneself.
    """
    if user.pk == actor.pk:
        raise PermissionDenied(_("Nobody bans themselves."))
    own = require_role(actor, workspace, *MODERATING_ROLES)
    gone = _take_out(actor, workspace, user, above=own, event="banned")
    ban = write_ban(actor, user, workspace=workspace, room=None, reason=reason, expires_at=expires_at)
    ends = expires_at and expires_at.isoformat()
    audit(actor, "workspace.banned", workspace, reason=reason, user=user.pk, expires_at=ends)
    broadcasts.places_changed(user.pk, touch(user.pk), gone=gone)
    return ban


def unban_from_workspace(actor: User, ban: Ban, *, reason: str = "") -> None:
    """Let somebody come in again, by an invitation; they are not put back. Raises PermissionDenied for who is no moderator."""
    require_role(actor, ban.workspace, *MODERATING_ROLES)
    ban.delete()
    audit(actor, "workspace.unbanned", ban.workspace, reason=reason, user=ban.user_id)


def _take_out(actor: User, workspace: Workspace, user: User, *, above: str, event: str) -> list[int]:
    """End each membership of `user` in the workspace, with its number; the ids of the rooms."""
    logs = lock_many(_places(workspace, user).values_list("room_id", flat=True))
    place = _locked(workspace, user)
    require_above(above, place.role)
    _require_another_owner(workspace, place)
    memberships = list(_places(workspace, user))
    # Joined while the locks were waited for. With the place locked nobody joins any more; but those logs come out of
    # order, so they are not waited for: one that is taken ends the attempt, and nothing was written.
    late = {membership.room_id for membership in memberships} - set(logs)
    logs |= lock_many(late, nowait=True) if late else {}
    for membership in memberships:
        membership.room.refresh_from_db(fields=["members_count"])
        part(membership, membership.room, logs[membership.room_id], actor=actor, event=event)
    _revoke_invitations(workspace, user)
    place.delete()
    return [membership.room_id for membership in memberships]


def _places(workspace: Workspace, user: User) -> QuerySet[Membership]:
    places = Membership.objects.filter(user=user, room__workspace=workspace)
    return places.select_related("room", "user").order_by("room_id")


def _locked(workspace: Workspace, user: User) -> WorkspaceMembership:
    """The place of `user`, locked together with all owners: two owners who go at once must not both find the other."""
    rows = workspace.memberships.select_for_update(no_key=True).filter(Q(user=user) | Q(role=Role.OWNER)).order_by("pk")
    for row in rows:
        if row.user_id == user.pk:
            return row
    raise WorkspaceMembership.DoesNotExist


def _require_another_owner(workspace: Workspace, membership: WorkspaceMembership) -> None:
    owners = workspace.memberships.filter(role=Role.OWNER, user__is_active=True).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not owners.exists():
        raise PermissionDenied(_("A workspace needs an owner: make somebody else one first."))


def _require_grantable(own: str, role: str) -> None:
    if role not in Role.values:
        raise ValidationError({"role": _("Expected one of: guest, member, moderator, admin, owner.")})
    if RANK[role] > RANK[own]:
        raise PermissionDenied(_("Nobody gives a role above their own."))


def _revoke_invitations(workspace: Workspace, user: User) -> None:
    """What somebody handed out ends with the right to hand it out."""
    theirs = Invitation.objects.filter(workspace=workspace, created_by=user, revoked_at=None)
    theirs.update(revoked_at=timezone.now())
