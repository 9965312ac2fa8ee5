"""Rooms: opening, joining, leaving, changing, archiving. What is said in them is messaging's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from chatsite.forms import ActForm
from chatsite.realtime.commit import commit
from rooms import banned, services, titles
from rooms.context_processors import place_of
from rooms.forms import NotifyForm, RoomForm, RoomSettingsForm
from rooms.models import Room
from rooms.views.finding import about, room_of, workspace_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_new(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """Open a room."""
    here = workspace_of(request, workspace_id)
    if not place_of(request).is_full_member:
        raise PermissionDenied(_("Guests cannot open rooms."))
    form = RoomForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(services.create_room, request.user, here, **form.cleaned_data):
        return redirect("room", form.result.pk)
    return render(request, "rooms/room_new.html", {"workspace": here, "form": form}, status=form.status)


@login_required
@require_POST
def room_joining(request: PersonRequest, room_id: int) -> HttpResponse:
    """Become a member of a public room."""
    banned.refuse_in_public(request.user, room_id)
    commit(services.join_room, request.user, room_of(request, room_id))
    return redirect("room", room_id)


@login_required
@require_POST
def room_leaving(request: PersonRequest, room_id: int) -> HttpResponse:
    """Stop being a member."""
    room = room_of(request, room_id)
    name = room.name
    commit(services.leave_room, request.user, room)
    if room.kind == Room.Kind.DIRECT:
        messages.success(request, _("%(name)s is hidden until somebody writes there.") % {"name": name})
        return redirect("home")
    messages.success(request, _("You left %(name)s.") % {"name": name})
    return redirect("workspace", room.workspace_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_settings(request: PersonRequest, room_id: int) -> HttpResponse:
    """What the room is (its moderators change it), and what I want to hear of it."""
    room = room_of(request, room_id, moderator=request.method == "POST")
    form = RoomSettingsForm.of(room, request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(services.change_room, request.user, room, **form.cleaned_data):
        messages.success(request, _("The room was changed."))
        return redirect("room_settings", room_id)
    return _settings_page(request, room_id, form=form)


@login_required
@require_POST
def room_notify(request: PersonRequest, room_id: int) -> HttpResponse:
    """What of the room I want to hear of."""
    room = room_of(request, room_id)
    form = NotifyForm(request.POST)
    if form.is_valid() and form.act(services.set_notify, request.user, room, **form.cleaned_data):
        messages.success(request, _("Your choice was saved."))
        return redirect("room_settings", room_id)
    return _settings_page(request, room_id, notify_form=form)


@login_required
@require_POST
def room_archiving(request: PersonRequest, room_id: int) -> HttpResponse:
    """Make the room read only, or (`open`) open it again."""
    room = room_of(request, room_id, moderator=True)
    if "open" in request.POST:
        commit(services.unarchive_room, request.user, room)
        messages.success(request, _("The room is open again."))
    else:
        commit(services.archive_room, request.user, room)
        messages.success(request, _("The room is archived: it can be read, but not written to."))
    return redirect("room_settings", room_id)


def _settings_page(request: PersonRequest, room_id: int, **forms: ActForm) -> HttpResponse:
    # Read anew: a form that was refused leaves its values on the room.
    room = Room.objects.select_related("workspace").get(pk=room_id)
    shown = about(request, titles.call(room, place_of(request).room(room_id), request.user))
    context = {
        "form": RoomSettingsForm.of(room),
        "notify_form": NotifyForm(initial={"notify": (shown["mine"] or {}).get("notify") or ""}),
        **shown,
        **forms,
    }
    status = max([form.status for form in forms.values()], default=200)
    return render(request, "rooms/room_settings.html", context, status=status)
