"""Pages of what one keeps: saved messages and drafts; and everything read at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.back import go_back
from accounts.requests import PersonRequest
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import services
from messaging.forms import DraftRemovalForm, SavingForm
from messaging.kept.gathered import gathered
from rooms import titles
from rooms.context_processors import place_of

ON_A_PAGE = 30


@login_required
@require_safe
def saved(request: PersonRequest) -> HttpResponse:
    """What I keep, the latest first."""
    page = Paginator(services.saved_by(request.user).order_by("-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    entries = gathered([row.message for row in page], request.user)
    return render(request, "messaging/saved.html", {"page": page, "entries": entries})


@login_required
@require_POST
def message_saving(request: PersonRequest, message_id: int) -> HttpResponse:
    """Keep a message (`saved` 1), or keep it no longer (0)."""
    row = services.visible_message(request.user, message_id)
    limits.take(request.user.pk, "commands")
    form = SavingForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"saved": _("Expected 0 or 1.")})
    keep = form.cleaned_data["saved"] == "1"
    commit(services.save_message if keep else services.unsave_message, request.user, message_id)
    return redirect("saved") if "list" in request.POST else redirect("room_at", row.room_id, row.seq)


@login_required
@require_safe
def drafts(request: PersonRequest) -> HttpResponse:
    """What I have begun to write, the latest first."""
    rows = services.drafts_of(request.user).order_by("-version")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    place = place_of(request)
    for draft in page:
        titles.call(draft.room, place.room(draft.room_id), request.user)
    return render(request, "messaging/drafts.html", {"page": page})


@login_required
@require_POST
def draft_removal(request: PersonRequest, room_id: int) -> HttpResponse:
    """Throw a draft away."""
    limits.take(request.user.pk, "commands")
    form = DraftRemovalForm(request.POST)
    if not form.is_valid():
        raise ValidationError({"thread": _("Expected the number of a message.")})
    try:
        commit(services.discard_draft, request.user, room_id, **form.cleaned_data)
    except services.StaleDraft as stale:
        messages.error(request, str(stale.message))
    return redirect("drafts")


@login_required
@require_POST
def all_read(request: PersonRequest) -> HttpResponse:
    """Everything is read: all rooms, and all threads that I follow."""
    limits.take(request.user.pk, "commands")
    commit(services.mark_all_read, request.user)
    messages.success(request, _("Everything is marked as read."))
    return go_back(request, request.POST.get("next", ""))
