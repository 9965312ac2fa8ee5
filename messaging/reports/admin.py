"""Reports in the admin: the one way by which somebody reads there what was said in a private room or a direct conversation."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from chatsite.realtime.commit import commit
from messaging import services
from messaging.models import Report
from rooms.admin import ThroughServices, reason


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("all", _("All")), *((value, label) for value, label in Report.State.choices if value != "open")]

    def choices(self, changelist: Any) -> Any:
        offered = list(super().choices(changelist))
        return [offered[0] | {"display": Report.State.OPEN.label}, *offered[1:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset if self.value() == "all" else queryset.filter(state=self.value() or Report.State.OPEN)


@admin.register(Report)
class ReportAdmin(ThroughServices):
    list_display = ("created_at", "room", "author", "reason", "reporter", "state", "handled_by")
    list_select_related = ("message__room", "message__author", "reporter", "handled_by")
    list_filter = (StateFilter, "created_at")
    search_fields = ("reason", "reporter__username", "message__author__username")
    fields = (
        "room",
        "author",
        "message_number",
        "reason",
        "reporter",
        "created_at",
        "state",
        "handled_by",
        "handled_at",
    )
    readonly_fields = ("room", "author", "message_number")
    ordering = ("created_at", "pk")
    actions: ClassVar = ["uphold", "dismiss"]
    change_form_template = "admin/report.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Report.objects.in_admin_of(request.user)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.context_view))
        return [path("<path:object_id>/context/", view, name="messaging_report_context"), *super().get_urls()]

    def context_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The message between its neighbours. A POST, since each look is written into the audit log."""
        found = self.get_object(request, object_id)
        report = get_object_or_404(self.get_queryset(request), pk=found.pk if found else None)
        talk = commit(services.look_into_report, request.user, report)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What was said"),
            "opts": self.opts,
            "report": report,
            "talk": talk,
        }
        return TemplateResponse(request, "admin/report_context.html", context)

    @admin.display(description=_("room"))
    def room(self, report: Report) -> str:
        return str(report.message.room)

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        return report.message.author.shown_name

    @admin.display(description=_("message"))
    def message_number(self, report: Report) -> str:
        return str(report.message)

    @admin.action(description=_("Uphold: delete the message for everybody"))
    def uphold(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("upheld"), services.uphold_report, "", **reason(request))

    @admin.action(description=_("Dismiss: leave the message as it is"))
    def dismiss(self, request: HttpRequest, rows: QuerySet) -> None:
        self.act(request, rows, _("dismissed"), services.dismiss_report, "", **reason(request))
