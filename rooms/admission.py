"""What accounts ask of rooms: who may come in, where people are, what it does to rooms when somebody goes."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.ports import Role as HintRole
from accounts.services import touch
from rooms import broadcasts, services
from rooms.models import Invitation, Membership, Role, Room, Workspace, WorkspaceMembership
from rooms.permissions import RANK, hint_role
from rooms.querysets import MANAGING_ROLES


class ByRegistrationRule:
    """`accounts.ports.Admission`: REGISTRATION is `open` (into the one workspace), `invite` or `closed`."""

    def may_register(self, code: str) -> None:
        if settings.REGISTRATION == "closed" or not services.installation().is_set_up:
            raise PermissionDenied(_("Registration is closed."))
        if code:
            if not Invitation.objects.usable().filter(code=code).exists():
                raise PermissionDenied(_("This invitation is not valid any more."))
        elif settings.REGISTRATION == "invite":
            raise PermissionDenied(_("Registration needs an invitation."))

    def admitted(self, user: User, code: str) -> None:
        self.may_register(code)
        if code:
            try:
                services.accept_invitation(user, code)
            except Invitation.DoesNotExist:
                # Somebody used it up between the question and now.
                raise PermissionDenied(_("This invitation is not valid any more.")) from None
        else:
            services.admit(user, Workspace.objects.earliest("pk"))
            broadcasts.workspaces_changed(user.pk, touch(user.pk))


class Departure:
    """`accounts.ports.Erasure`: memberships and messages of a deactivated person stay."""

    def deactivated(self, user: User) -> None:
        owned = WorkspaceMembership.objects.filter(user=user, role=Role.OWNER).values_list("workspace", flat=True)
        owners = WorkspaceMembership.objects.filter(workspace__in=list(owned), role=Role.OWNER)
        # All owners are locked: two who go at once must not both find the other.
        rows = list(owners.select_for_update(no_key=True).order_by("pk"))
        active = set(
            User.objects.filter(pk__in={row.user_id for row in rows} - {user.pk}, is_active=True).values_list(
                "pk", flat=True
            )
        )
        kept = {row.workspace_id for row in rows if row.user_id in active}
        if set(owned) - kept:
            raise PermissionDenied(_("A workspace needs an owner: make somebody else one first."))


class InRooms:
    """`accounts.ports.Places`."""

    def places(self, user_id: int) -> list[int]:
        return list(Membership.objects.filter(user=user_id).order_by("room").values_list("room_id", flat=True))

    def role_of(self, user_id: int) -> HintRole:
        return hint_role(user_id)

    def people_visible_to(self, user: User, workspace: int | None = None) -> QuerySet[User]:
        places = WorkspaceMembership.objects.visible_to(user).filter(user=OuterRef("pk"))
        if workspace is not None:
            return User.objects.filter(Exists(places.filter(workspace=workspace)))
        talks = Room.objects.of_member(user).filter(kind=Room.Kind.DIRECT)
        fellows = Membership.objects.filter(room__in=talks, user=OuterRef("pk"))
        return User.objects.filter(Q(pk=user.pk) | Exists(places) | Exists(fellows))

    def people_moderated_by(self, user: User) -> QuerySet[User]:
        moderated = Workspace.objects.moderated_by(user)
        return User.objects.filter(
            Exists(WorkspaceMembership.objects.filter(user=OuterRef("pk"), workspace__in=moderated))
        )

    def level_chosen(self, user_id: int, level: str) -> None:
        services.align_levels(user_id, level)

    def administers(self, actor: User, user: User) -> bool:
        own = dict(actor.workspace_memberships.values_list("workspace", "role"))
        theirs = dict(user.workspace_memberships.values_list("workspace", "role"))
        return bool(theirs) and all(
            own.get(place) in MANAGING_ROLES and RANK[own[place]] >= RANK[role] for place, role in theirs.items()
        )
