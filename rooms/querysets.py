"""The query vocabulary of rooms: everything is reached through the viewer, so that a stranger gets "not found"."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from rooms.models import Room

MANAGING_ROLES = ("admin", "owner")
MODERATING_ROLES = ("moderator", "admin", "owner")
FULL_ROLES = ("member", "moderator", "admin", "owner")


class WorkspaceQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Workspaces that `user` belongs to."""
        return self.filter(memberships__user=user)

    def moderated_by(self, user: "User") -> Self:
        """Workspaces in which `user` moderates."""
        return self.filter(memberships__user=user, memberships__role__in=MODERATING_ROLES)

    def managed_by(self, user: "User") -> Self:
        """Workspaces of which `user` is an admin or an owner."""
        return self.filter(memberships__user=user, memberships__role__in=MANAGING_ROLES)


class WorkspaceMembershipQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Places in the workspaces that `user` belongs to; a guest sees their own and those of people in their rooms."""
        from rooms.models import Membership, WorkspaceMembership

        mine = WorkspaceMembership.objects.filter(workspace=OuterRef("workspace"), user=user)
        fellow = Membership.objects.filter(
            user=OuterRef("user"), room__workspace=OuterRef("workspace"), room__memberships__user=user
        )
        guest = Q(Exists(mine), Q(user=user) | Q(Exists(fellow)))
        return self.filter(Exists(mine.filter(role__in=FULL_ROLES)) | guest)

    def moderating(self, room: "Room") -> Self:
        """Places of those who moderate `room`, by their role in its workspace or by one in the room. A private one only those who are in it."""
        from rooms.models import Membership

        inside = Membership.objects.filter(room=room, user=OuterRef("user"))
        by_workspace = Q(role__in=MODERATING_ROLES) & (Q() if room.kind == "public" else Q(Exists(inside)))
        by_room = Q(Exists(inside.filter(role="moderator")), role__in=FULL_ROLES)
        return self.filter(by_workspace | by_room, workspace=room.workspace_id)


class RoomQuerySet(models.QuerySet):
    def of_member(self, user: "User") -> Self:
        """Rooms that `user` is a member of, and sees."""
        return self.filter(memberships__user=user, memberships__is_hidden=False)

    def known_to(self, user: "User") -> Self:
        """Rooms that `user` knows by belonging: their own, and the public ones of workspaces where they are no guest and not banned from the room."""
        return self.filter(_known_to(user))

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rooms whose existence `user` may know: those known to them, and those open to the web where they are not banned."""
        if not user.is_authenticated:
            return self.filter(OPEN_TO_WEB)
        return self.filter(_known_to(user) | _open_to(user))

    def readable_by(self, user: "User | OuterRef") -> Self:
        """Rooms that `user` may read from the first message on without being a member: public ones whose history is shared."""
        return self.filter(_known_to(user) | _open_to(user), kind="public", history="shared")

    def discoverable_by(self, user: "User") -> Self:
        """Public rooms that `user` may join: not archived, not theirs yet."""
        return self.known_to(user).filter(kind="public", archived_at=None).exclude(memberships__user=user)

    def moderated_by(self, user: "User") -> Self:
        """Rooms that `user` sees and moderates, by a role of their own there or by one in the workspace."""
        from rooms.models import Membership, WorkspaceMembership

        in_workspace = WorkspaceMembership.objects.filter(workspace=OuterRef("workspace"), user=user)
        room_moderator = Membership.objects.filter(room=OuterRef("pk"), user=user, role="moderator")
        return self.known_to(user).filter(
            Exists(in_workspace.filter(role__in=MODERATING_ROLES))
            | Q(Exists(in_workspace.filter(role__in=FULL_ROLES)), Exists(room_moderator))
        )


OPEN_TO_WEB = Q(kind="public", history="shared", open_to_web=True)
"""Rooms that everybody may read, without an account, too."""


def _known_to(user: "User | OuterRef") -> Q:
    from rooms.models import Ban, Membership, WorkspaceMembership

    mine = Membership.objects.of(user).filter(room=OuterRef("pk"))
    full_member = WorkspaceMembership.objects.filter(workspace=OuterRef("workspace"), user=user, role__in=FULL_ROLES)
    banned = Ban.objects.in_force().filter(room=OuterRef("pk"), user=user)
    return Q(Exists(mine)) | Q(Exists(full_member), ~Exists(banned), kind="public")


def _open_to(user: "User | OuterRef") -> Q:
    from rooms.models import Ban

    here = Q(room=OuterRef("pk")) | Q(room=None, workspace=OuterRef("workspace"))
    return OPEN_TO_WEB & ~Q(Exists(Ban.objects.in_force().filter(here, user=user)))


class MembershipQuerySet(models.QuerySet):
    def of(self, user: "User | AnonymousUser | OuterRef | int") -> Self:
        """Places that `user` has: one in a direct room that they hid is none until its next message. Who is not signed in has none."""
        if not getattr(user, "is_authenticated", True):
            return self.none()
        return self.filter(user=user, is_hidden=False)

    def visible_to(self, user: "User") -> Self:
        """Places in rooms that `user` knows by belonging: of a room open to the web nobody else is told who is in it."""
        from rooms.models import Room

        return self.filter(room__in=Room.objects.known_to(user))

    def shown(self) -> Self:
        """With the person, in the same SELECT; in the order in which they came."""
        return self.select_related("user").order_by("pk")


class InvitationQuerySet(models.QuerySet):
    def usable(self) -> Self:
        """Invitations that still open a door now."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            Q(max_uses=None) | Q(uses__lt=F("max_uses")),
            revoked_at=None,
        )

    def visible_to(self, user: "User") -> Self:
        """Invitations that `user` may look after: those into what they moderate."""
        from rooms.models import Room, Workspace

        return self.filter(
            Q(room=None, workspace__in=Workspace.objects.moderated_by(user))
            | Q(room__in=Room.objects.moderated_by(user))
        )


class BanQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Bans that hold now."""
        # By the database's clock: the query is compiled once where pages ask it.
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

    def keeping_out(self, user: "User", workspace_id: int | None, room: "Room | None" = None) -> Self:
        """Bans that keep `user` out of a workspace, or out of `room` of it."""
        places = Q(room=None) if room is None else Q(room=None) | Q(room=room)
        return self.in_force().filter(places, workspace=workspace_id, user=user)

    def visible_to(self, user: "User") -> Self:
        """Bans that `user` may look after: those from what they moderate."""
        from rooms.models import Room, Workspace

        return self.filter(
            Q(room=None, workspace__in=Workspace.objects.moderated_by(user))
            | Q(room__in=Room.objects.moderated_by(user))
        )
