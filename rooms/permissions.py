"""Who may do what with rooms and workspaces: each rule has its one home here.

A superuser counts as an owner where something is moderated, since the admin is theirs; what they *see* elsewhere is
decided by `visible_to` alone.
"""

from typing import Literal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.compiled import Compiled
from rooms.models import Membership, Role, Room, RoomRole, Workspace, WorkspaceMembership
from rooms.querysets import FULL_ROLES, MANAGING_ROLES, MODERATING_ROLES

RANK = {role: rank for rank, role in enumerate(("", *Role.values))}
"""Higher is mightier; "" is nobody's role."""


def workspace_role(user: User, workspace: Workspace | int | None) -> str:
    """The role of `user` in a workspace; "" for who does not belong to it."""
    if workspace is None:
        return ""
    return _role.first(user.pk, workspace if isinstance(workspace, int) else workspace.pk) or ""


_role = Compiled(
    lambda user, workspace: WorkspaceMembership.objects.filter(user=user, workspace=workspace).values_list(
        "role", flat=True
    )
)


def acting_role(user: User, workspace: Workspace | int | None) -> str:
    """The role with which `user` moderates there: their own, or an owner's for a superuser."""
    return Role.OWNER.value if user.is_superuser else workspace_role(user, workspace)


def hint_role(user: User | int) -> Literal["guest", "user", "admin"]:
    """`guest`, `user` or `admin`, by the highest role anywhere: a hint for clients, which no check relies on."""
    roles = set(WorkspaceMembership.objects.filter(user=user).values_list("role", flat=True))
    if roles & set(MANAGING_ROLES):
        return "admin"
    return "user" if roles & set(FULL_ROLES) else "guest"


def may_moderate(user: User, room: Room) -> bool:
    """Whether `user` moderates `room`: one of its own moderators, or one of the workspace who sees it. Guests never do."""
    if room.kind == Room.Kind.DIRECT:
        return False
    if user.is_superuser:
        return True
    role = workspace_role(user, room.workspace_id)
    if role in MODERATING_ROLES and room.kind == Room.Kind.PUBLIC:
        return True
    membership = Membership.objects.filter(user=user, room=room).first()
    return membership is not None and moderates(role, membership.role)


def moderates(workspace_role: str | None, room_role: str) -> bool:
    """Whether a member of a room with these roles moderates it."""
    return workspace_role in MODERATING_ROLES or (workspace_role == Role.MEMBER and room_role == RoomRole.MODERATOR)


def require_moderator(user: User, room: Room) -> None:
    if not may_moderate(user, room):
        raise PermissionDenied(_("Only the room's moderators may do that."))


def require_open(room: Room) -> None:
    """An archived room is read only, and the people of a direct room never change."""
    if room.is_archived:
        raise PermissionDenied(_("This room is archived: it can be read, but not changed."))
    if room.kind == Room.Kind.DIRECT:
        raise PermissionDenied(_("A direct conversation cannot be changed."))


def require_role(user: User, workspace: Workspace | int, *allowed: str) -> str:
    """The acting role of `user`, which must be one of `allowed`."""
    role = acting_role(user, workspace)
    if role not in allowed:
        raise PermissionDenied(_("Your role in this workspace does not allow that."))
    return role


def require_above(role: str, other: str) -> None:
    """Who removes or bans must stand above the other; owners may do it to owners."""
    if RANK[other] >= RANK[role] and role != Role.OWNER:
        raise PermissionDenied(_("That person's role is not below yours."))
