"""People and the audit log in the admin: looked at through what the moderator may see, changed by the services alone."""

from collections.abc import Callable

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import ports, services
from accounts.models import AuditEntry, User
from chatsite.read_only import ReadOnlyAdmin
from chatsite.realtime.commit import commit


def change_password(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """Django's own page would sign the person out, and counts no tries."""
    return redirect("account_change_password")


admin.site.password_change = change_password  # type: ignore[method-assign, assignment]

# What these would change goes by pages and services; groups give permissions, and here roles do.
for model in (EmailAddress, EmailConfirmation, Authenticator, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class ThroughVisible(ReadOnlyAdmin):
    """Looked at through `visible_to`."""

    def visible_to(self, user: User) -> QuerySet:
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.visible_to(request.user).order_by(*self.get_ordering(request))  # type: ignore[arg-type]


@admin.register(User)
class UserAdmin(ThroughVisible):
    list_display = ["username", "display_name", "email", "is_active", "is_staff", "is_bot", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff", "is_bot"]
    search_fields = ["username", "display_name", "email"]
    ordering = ["username"]
    fields = [
        "username",
        "display_name",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "is_bot",
        "date_joined",
        "last_login",
        "language",
        "time_zone",
    ]
    actions = ["deactivate", "reactivate", "end_sessions", "let_in", "keep_out"]

    def visible_to(self, user: User) -> QuerySet[User]:
        return User.objects.all() if user.is_superuser else ports.people_moderated_by(user)

    def has_door_permission(self, request: HttpRequest) -> bool:
        """Who decides who enters the admin."""
        return request.user.is_active and request.user.is_superuser

    @admin.action(description=_("Deactivate"), permissions=["view"])
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, services.deactivate)

    @admin.action(description=_("Reactivate"), permissions=["view"])
    def reactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, services.reactivate)

    @admin.action(description=_("End all sessions"), permissions=["view"])
    def end_sessions(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, services.end_sessions_of)

    @admin.action(description=_("Let into the admin"), permissions=["door"])
    def let_in(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, services.let_into_admin, allowed=True)

    @admin.action(description=_("Keep out of the admin"), permissions=["door"])
    def keep_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._each(request, people, services.let_into_admin, allowed=False)

    def _each(self, request: HttpRequest, people: QuerySet[User], service: Callable, **data: bool) -> None:
        done = 0
        for person in people:
            try:
                commit(service, request.user, person, **data)
            except PermissionDenied:
                self.message_user(request, _("You may not do that to %s.") % person.username, messages.ERROR)
            else:
                self.log_change(request, person, service.__name__)
                done += 1
        if done:
            self.message_user(request, ngettext("Done for %d person.", "Done for %d people.", done) % done)


@admin.register(AuditEntry)
class AuditEntryAdmin(ThroughVisible):
    list_display = ["at", "actor", "action", "target_type", "target_id", "reason", "details", "address"]
    list_filter = ["action", "target_type", ("reason", admin.EmptyFieldListFilter)]
    list_select_related = ["actor"]
    search_fields = ["action", "target_id", "reason", "actor__username"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]

    def visible_to(self, user: User) -> QuerySet[AuditEntry]:
        """All of it for superusers; for others what they did themselves."""
        return AuditEntry.objects.all() if user.is_superuser else AuditEntry.objects.filter(actor=user)
