"""Workspaces, rooms and who is in them, for moderators: looking at rows, and acting through the services alone.

Nothing is edited in forms: they would bypass the services, and their transaction would hold back the news of a change.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatsite import errors
from chatsite.read_only import ReadOnlyAdmin
from chatsite.realtime.commit import commit
from rooms import services
from rooms.ban_forms import KEEP, OtherEndField
from rooms.forms import EndsField
from rooms.models import Ban, Invitation, Membership, Room, Workspace, WorkspaceMembership


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class BanTermsForm(ReasonForm):
    """What an act asks for where it may be a ban."""

    expires_at = EndsField(label=_("A ban lasts"), initial="")


class OtherTermsForm(ReasonForm):
    """What an act asks for where a ban is to have other terms."""

    expires_at = OtherEndField(label=_("End"))


class ThroughServices(ReadOnlyAdmin):
    """A list of what the moderator sees (a superuser: all of it), with acts that are services."""

    action_form = ReasonForm
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = self.model.objects.all()
        return rows if request.user.is_superuser else rows.filter(pk__in=rows.visible_to(request.user).values("pk"))

    def act(self, request: HttpRequest, rows: QuerySet, done: Any, service: Callable, *parts: str, **said: Any) -> None:
        """Call `service(moderator, part of the row, ...)` for each row by itself; one that is refused stops no other."""
        for row in rows:
            described, pk = str(row), row.pk
            try:
                commit(service, request.user, *[getattr(row, part) if part else row for part in parts], **said)
            except Exception as error:
                refusal = errors.describe(error)
                if refusal.code == "internal":
                    raise
                self.message_user(request, f"{described}: {refusal.sentence}", messages.ERROR)
            else:
                row.pk = pk  # a service that deleted the row took it away
                self.log_change(request, row, f"{done} {said.get('reason', '')}".strip())
                self.message_user(request, f"{described}: {done}", messages.SUCCESS)


def reason(request: HttpRequest) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "")[:500]}


def terms(request: HttpRequest) -> dict[str, Any]:
    """Reason and end of a ban. Raises ValidationError for an end that was not offered."""
    return {**reason(request), "expires_at": EndsField().clean(request.POST.get("expires_at", ""))}


@admin.register(Workspace)
class WorkspaceAdmin(ThroughServices):
    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(WorkspaceMembership)
class WorkspaceMembershipAdmin(ThroughServices):
    list_display = ("user", "workspace", "role", "joined_at")
    list_filter = ("role",)
    list_select_related = ("user", "workspace")
    search_fields = ("user__username", "user__display_name")
    actions = ["remove", "ban"]
    action_form = BanTermsForm

    @admin.action(description=_("Remove from the workspace and all its rooms"))
    def remove(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("removed"), services.remove_from_workspace, "workspace", "user", **reason(request))

    @admin.action(description=_("Ban from the workspace and all its rooms"))
    def ban(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("banned"), services.ban_from_workspace, "workspace", "user", **terms(request))


UNTOLD = {"name", "topic", "slug", "direct_key"}
"""Of a private room."""


@admin.register(Room)
class RoomAdmin(ThroughServices):
    """Of private rooms neither name nor topic is shown, nor can they be searched for; direct conversations are not here at all."""

    list_display = ("__str__", "workspace", "kind", "members_count", "archived_at", "created_at")
    list_filter = ("kind", "workspace")
    list_select_related = ("workspace",)
    search_fields = ("name", "topic")
    fields = (
        "workspace",
        "kind",
        "history",
        "threads",
        "open_to_web",
        "slow_mode_seconds",
        "members_count",
        "created_at",
        "archived_at",
    )
    actions = ["archive", "unarchive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(kind=Room.Kind.DIRECT)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        found = queryset.filter(kind=Room.Kind.PUBLIC) if search_term else queryset
        return super().get_search_results(request, found, search_term)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whoever may filter by a name letter by letter may read it."""
        return lookup.partition("__")[0] not in UNTOLD and super().lookup_allowed(lookup, value, request)

    @admin.action(description=_("Archive"))
    def archive(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("archived"), services.archive_room, "")

    @admin.action(description=_("Open again"))
    def unarchive(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("opened again"), services.unarchive_room, "")


@admin.register(Membership)
class MembershipAdmin(ThroughServices):
    list_display = ("user", "room", "role", "joined_at")
    list_filter = ("role",)
    list_select_related = ("user", "room")
    search_fields = ("user__username", "user__display_name")
    fields = ("user", "room", "role", "joined_at", "joined_seq")
    actions = ["remove", "ban", "make_moderator", "make_member"]
    action_form = BanTermsForm

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Who talks directly with whom is nobody's list."""
        return super().get_queryset(request).exclude(room__kind=Room.Kind.DIRECT)

    @admin.action(description=_("Remove from the room"))
    def remove(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("removed"), services.remove_member, "room", "user", **reason(request))

    @admin.action(description=_("Ban from the room"))
    def ban(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("banned"), services.ban_from_room, "room", "user", **terms(request))

    @admin.action(description=_("Make moderator of the room"))
    def make_moderator(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("is a moderator"), services.change_member_role, "room", "user", role="moderator")

    @admin.action(description=_("Make ordinary member of the room"))
    def make_member(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("is a member"), services.change_member_role, "room", "user", role="member")


@admin.register(Ban)
class BanAdmin(ThroughServices):
    list_display = ("user", "workspace", "room", "by", "reason", "created_at", "expires_at")
    list_select_related = ("user", "workspace", "room", "by")
    search_fields = ("user__username", "user__display_name")
    actions = ["change_terms", "lift"]
    action_form = OtherTermsForm

    @admin.action(description=_("Change reason and end"))
    def change_terms(self, request: HttpRequest, rows: QuerySet) -> None:
        """What is left blank stays as each of them has it."""
        end = OtherEndField().clean(request.POST.get("expires_at", KEEP))
        for ban in rows:
            said = {
                "reason": reason(request)["reason"] or ban.reason,
                "expires_at": ban.expires_at if end == KEEP else end,
            }
            self.act(request, rows.filter(pk=ban.pk), _("changed"), services.change_ban, "", **said)

    @admin.action(description=_("Lift"))
    def lift(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows.filter(room=None), _("lifted"), services.unban_from_workspace, "", **reason(request))
        self.act(request, rows.exclude(room=None), _("lifted"), services.unban, "", **reason(request))


@admin.register(Invitation)
class InvitationAdmin(ThroughServices):
    list_display = ("id", "workspace", "room", "role", "created_by", "created_at", "expires_at", "uses", "revoked_at")
    list_select_related = ("workspace", "room", "created_by")
    exclude = ("code",)
    actions = ["revoke"]

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("revoked"), services.revoke_invitation, "")
