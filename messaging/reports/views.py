"""Pages of reports: making one, and deciding those of the rooms that one moderates."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from chatsite.realtime import limits
from messaging import pages, services, viewing, wire
from messaging.memory import Known
from messaging.models import Report
from messaging.reads import Page
from messaging.reports.forms import DecisionForm, ReportForm
from messaging.services.reports import require_reportable
from messaging.talk import Talk
from rooms.context_processors import place_of
from rooms.models import Room, Workspace
from rooms.views.finding import workspace_of

REPORTS_ON_A_PAGE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_report(request: PersonRequest, message_id: int) -> HttpResponse:
    """Say what is wrong with a message; POST: tell the moderators."""
    row = services.visible_message(request.user, message_id)
    require_reportable(request.user, row)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        limits.take(request.user.pk, "commands")
    if form.is_valid() and form.act(services.report_message, request.user, message_id, **form.cleaned_data):
        messages.success(request, _("Thank you. The moderators will look at it."))
        return redirect("room_at", row.room_id, row.seq)
    talk = Talk(request, row.room_id, around=row.seq, limit=1)
    return render(request, "messaging/report.html", talk.log | {"form": form}, status=form.status)


@login_required
@require_safe
def workspace_reports(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """What waits for me as a moderator: open reports of the rooms that I moderate."""
    here = workspace_of(request, workspace_id)
    _require_moderator_of_any(request, here)
    return _list(request, here)


@login_required
@require_POST
def report_upholding(request: PersonRequest, report_id: int) -> HttpResponse:
    """Delete the reported message."""
    return _decide(request, report_id, services.uphold_report, _("The message was deleted, and the report is closed."))


@login_required
@require_POST
def report_dismissal(request: PersonRequest, report_id: int) -> HttpResponse:
    """Leave the reported message as it is."""
    return _decide(request, report_id, services.dismiss_report, _("The message stays, and the report is closed."))


def _decide(request: PersonRequest, report_id: int, decision: Callable, done: str) -> HttpResponse:
    mine = Report.objects.visible_to(request.user).select_related("message__room__workspace")
    report = get_object_or_404(mine, pk=report_id)
    here = report.message.room.workspace
    limits.take(request.user.pk, "commands")
    form = DecisionForm(request.POST)
    if form.is_valid() and form.act(decision, request.user, report, **form.cleaned_data):
        messages.success(request, done)
        return redirect("workspace_reports", here.pk)
    place_of(request).enter(here.pk)
    return _list(request, here, refused={report_id: form})


def _require_moderator_of_any(request: PersonRequest, here: Workspace) -> None:
    rooms = Room.objects.moderated_by(request.user).filter(workspace=here)
    if not place_of(request).is_moderator and not rooms.exists():
        raise PermissionDenied(_("Your role in this workspace does not allow that."))


def _list(request: PersonRequest, here: Workspace, refused: dict[int, DecisionForm] | None = None) -> HttpResponse:
    waiting = Report.objects.visible_to(request.user).waiting().filter(message__room__workspace=here)
    waiting = waiting.select_related("message__author", "message__room", "reporter")
    page = Paginator(waiting, REPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    forms = refused or {}
    cases = [
        {
            "report": report,
            "entries": _drawn(request, report),
            "form": forms.get(report.pk) or DecisionForm(auto_id=f"report_{report.pk}_%s"),
        }
        for report in page
    ]
    context = {"workspace": here, "page": page, "cases": cases}
    status = max([form.status for form in forms.values()], default=200)
    return render(request, "messaging/reports.html", context, status=status)


def _drawn(request: PersonRequest, report: Report) -> list[pages.Entry]:
    """The reported message as its room shows it."""
    found = Page(known=[Known(wire.message(report.message))], has_before=True)
    return viewing.entries(found, viewing.Viewer(request.user.pk))
