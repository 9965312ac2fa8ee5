"""The members of a room: looking, adding, roles, removing, banning."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import ports
from accounts.requests import PersonRequest
from chatsite.forms import ActForm
from chatsite.realtime.commit import commit
from rooms import services
from rooms.ban_forms import BanForm
from rooms.context_processors import place_of
from rooms.forms import AddForm, RemovalForm, RoomRoleForm
from rooms.models import Ban, Room
from rooms.views.finding import PEOPLE_ON_A_PAGE, about, called, place_in_room, room_of, towards


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_members(request: PersonRequest, room_id: int) -> HttpResponse:
    """Who is in the room; somebody is added by their username."""
    room = room_of(request, room_id)
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _add(request, room, form):
        messages.success(request, _("%(name)s is a member now.") % {"name": form.result.user.shown_name})
        return redirect("room_members", room_id)
    return _members_page(request, room, form)


def _add(request: PersonRequest, room: Room, form: AddForm) -> bool:
    people = ports.people_visible_to(request.user, room.workspace_id)
    user = people.filter(username=form.cleaned_data["username"]).first()
    if user is None:
        form.add_error("username", _("Nobody in this workspace has this username."))
        form.status = 400
        return False
    return form.act(services.add_member, request.user, room, user)


def _members_page(request: PersonRequest, room: Room, form: AddForm) -> HttpResponse:
    words = request.GET.get("q", "")
    shown = about(request, room)
    place = place_of(request)
    context = {
        **shown,
        "page": Paginator(called(room.memberships.all(), words), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "form": form,
        "may_add": not room.is_archived
        and (shown["moderates"] or (room.kind == Room.Kind.PUBLIC and bool(shown["mine"]) and place.is_full_member)),
        "bans": Ban.objects.in_force().filter(room=room).select_related("user") if shown["moderates"] else [],
    }
    return render(request, "rooms/room_members.html", context, status=form.status)


@login_required
@require_safe
def room_member(request: PersonRequest, room_id: int, user_id: int) -> HttpResponse:
    """Somebody in the room, and what its moderators may do about them."""
    return _member_page(request, room_of(request, room_id), user_id)


@login_required
@require_POST
def room_member_role(request: PersonRequest, room_id: int, user_id: int) -> HttpResponse:
    """Make them a moderator, or a member again."""
    room = room_of(request, room_id, moderator=True)
    form = RoomRoleForm(request.POST)
    user = place_in_room(room, user_id).user
    if form.is_valid() and form.act(services.change_member_role, request.user, room, user, **form.cleaned_data):
        messages.success(request, _("%(name)s has another role now.") % {"name": user.shown_name})
        return redirect("room_members", room_id)
    return _member_page(request, room, user_id, role_form=form)


@login_required
@require_POST
def room_member_removal(request: PersonRequest, room_id: int, user_id: int) -> HttpResponse:
    """Take them out of the room."""
    room = room_of(request, room_id, moderator=True)
    form = RemovalForm(request.POST)
    user = place_in_room(room, user_id).user
    if form.is_valid() and form.act(services.remove_member, request.user, room, user, **form.cleaned_data):
        messages.success(request, _("%(name)s was removed.") % {"name": user.shown_name})
        return redirect("room_members", room_id)
    return _member_page(request, room, user_id, removal_form=form)


@login_required
@require_POST
def room_member_ban(request: PersonRequest, room_id: int, user_id: int) -> HttpResponse:
    """Take them out and keep them out."""
    room = room_of(request, room_id, moderator=True)
    form = BanForm(request.POST)
    user = place_in_room(room, user_id).user
    if form.is_valid() and form.act(services.ban_from_room, request.user, room, user, **form.cleaned_data):
        messages.success(request, _("%(name)s was banned.") % {"name": user.shown_name})
        return redirect("room_members", room_id)
    return _member_page(request, room, user_id, ban_form=form)


@login_required
@require_POST
def room_ban_lifting(request: PersonRequest, room_id: int, ban_id: int) -> HttpResponse:
    """Let somebody come in again."""
    room = room_of(request, room_id, moderator=True)
    ban = get_object_or_404(Ban.objects.select_related("user", "room"), pk=ban_id, room=room)
    commit(services.unban, request.user, ban)
    messages.success(request, _("%(name)s may come in again.") % {"name": ban.user.shown_name})
    return redirect("room_members", room_id)


def _member_page(request: PersonRequest, room: Room, user_id: int, **forms: ActForm) -> HttpResponse:
    member = place_in_room(room, user_id)
    context = {
        **about(request, room),
        **towards(request, member.user),
        "member": member,
        "role_form": RoomRoleForm(initial={"role": member.role}),
        "removal_form": RemovalForm(auto_id="removal_%s"),
        "ban_form": BanForm(auto_id="ban_%s"),
        **forms,
    }
    status = max([form.status for form in forms.values()], default=200)
    return render(request, "rooms/room_member.html", context, status=status)
