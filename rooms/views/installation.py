"""The first page of an installation, and the way to everybody's own first page."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.adapter import AccountAdapter
from rooms import banned, services
from rooms.context_processors import place_of
from rooms.forms import SetUpForm
from rooms.models import Ban


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, key: str) -> HttpResponse:
    """Name the workspace, become its owner. Only the latest one-time link opens this page, and only until somebody was here."""
    if not services.opens_set_up(key):
        raise Http404
    form = SetUpForm(request.POST or None)
    if form.is_valid() and form.act(services.set_up, key, **form.cleaned_data):
        owner = form.result
        owner.backend = settings.AUTHENTICATION_BACKENDS[0]
        AccountAdapter(request).login(request, owner)
        return redirect("home")
    return render(request, "rooms/set_up.html", {"form": form}, status=form.status)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To my workspace; a page that says what to do for who has none."""
    place = place_of(request)
    if place.workspace is None:
        bans = Ban.objects.in_force().filter(user=request.user, room=None).select_related("workspace")
        return render(request, "rooms/nowhere.html", {"bans": [banned.sentence(ban) for ban in bans]})
    return redirect("workspace", place.workspace.pk)
