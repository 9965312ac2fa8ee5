"""A ban that holds: its reason and its end, to be changed without letting anybody in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from rooms import services
from rooms.ban_forms import BanChangeForm
from rooms.models import Ban
from rooms.views.finding import room_of, workspace_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_ban(request: PersonRequest, workspace_id: int, ban_id: int) -> HttpResponse:
    """Of somebody who is kept out of the workspace."""
    here = workspace_of(request, workspace_id, moderator=True)
    ban = get_object_or_404(_bans(), pk=ban_id, workspace=here, room=None)
    return _page(request, ban, reverse("workspace_members", args=[workspace_id]), here.name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_ban(request: PersonRequest, room_id: int, ban_id: int) -> HttpResponse:
    """Of somebody who is kept out of a room."""
    room = room_of(request, room_id, moderator=True)
    ban = get_object_or_404(_bans(), pk=ban_id, room=room)
    return _page(request, ban, reverse("room_members", args=[room_id]), room.name)


def _bans() -> QuerySet[Ban]:
    return Ban.objects.in_force().select_related("user", "workspace", "room", "by")


def _page(request: PersonRequest, ban: Ban, back: str, where: str) -> HttpResponse:
    form = BanChangeForm.of(ban, request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(services.change_ban, request.user, ban, **form.cleaned_data):
        messages.success(request, _("The ban of %(name)s has other terms now.") % {"name": ban.user.shown_name})
        return redirect(back)
    context = {"ban": ban, "form": form, "back": back, "where": where}
    return render(request, "rooms/ban.html", context, status=form.status)
