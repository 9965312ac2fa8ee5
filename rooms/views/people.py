"""Somebody whom I may see: writing to them, and blocking them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import ports
from accounts import services as accounts
from accounts.models import User
from accounts.requests import PersonRequest
from chatsite.realtime.commit import commit
from rooms.models import WorkspaceMembership
from rooms.views.finding import towards


@login_required
@require_safe
def person(request: PersonRequest, user_id: int) -> HttpResponse:
    """Who they are to me, wherever we meet."""
    somebody = _somebody(request, user_id)
    places = WorkspaceMembership.objects.visible_to(request.user).filter(user=somebody).select_related("workspace")
    return render(request, "rooms/somebody.html", {**towards(request, somebody), "places": places})


@login_required
@require_POST
def person_block(request: PersonRequest, user_id: int) -> HttpResponse:
    """Hear nothing from them any more."""
    somebody = _somebody(request, user_id)
    commit(accounts.block, request.user, somebody)
    messages.success(request, _("You blocked %(name)s.") % {"name": somebody.shown_name})
    return redirect("person", user_id)


@login_required
@require_POST
def person_block_lifting(request: PersonRequest, user_id: int) -> HttpResponse:
    """Hear from them again; from the list of all whom I block (`list`) back to it."""
    row = get_object_or_404(request.user.blocks.select_related("blocked"), blocked__pk=user_id)
    commit(accounts.unblock, request.user, user_id)
    messages.success(request, _("%(name)s is blocked no more.") % {"name": row.blocked.shown_name})
    return redirect("profile") if "list" in request.POST else redirect("person", user_id)


def _somebody(request: PersonRequest, user_id: int) -> User:
    return get_object_or_404(ports.people_visible_to(request.user), pk=user_id)
