"""Invitations: handing out links, taking them back, and coming in by one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.ports import INVITATION
from accounts.requests import PersonRequest
from chatsite.realtime.commit import commit
from rooms import banned, services
from rooms.context_processors import place_of
from rooms.forms import GuestInvitationForm, InvitationForm
from rooms.models import Ban, Invitation
from rooms.querysets import InvitationQuerySet
from rooms.views.finding import about, room_of, workspace_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_invitations(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """Links into the workspace: its moderators hand them out."""
    here = workspace_of(request, workspace_id, moderator=True)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(services.create_invitation, request.user, here, **form.cleaned_data):
        messages.success(request, _("The invitation is ready: copy its link."))
        return redirect("workspace_invitations", workspace_id)
    context = {"workspace": here, **_list(Invitation.objects.filter(workspace=here, room=None)), "form": form}
    return render(request, "rooms/workspace_invitations.html", context, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def room_invitations(request: PersonRequest, room_id: int) -> HttpResponse:
    """Links into the room: its moderators hand them out."""
    room = room_of(request, room_id, moderator=True)
    kind = InvitationForm if place_of(request).is_moderator or request.user.is_superuser else GuestInvitationForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(
        services.create_invitation, request.user, room.workspace, room=room, **form.cleaned_data
    ):
        messages.success(request, _("The invitation is ready: copy its link."))
        return redirect("room_invitations", room_id)
    context = {**about(request, room), **_list(Invitation.objects.filter(room=room)), "form": form}
    return render(request, "rooms/room_invitations.html", context, status=form.status)


@login_required
@require_POST
def invitation_revocation(request: PersonRequest, invitation_id: int) -> HttpResponse:
    """End an invitation."""
    found = Invitation.objects.visible_to(request.user).select_related("workspace", "room")
    row = get_object_or_404(found, pk=invitation_id)
    commit(services.revoke_invitation, request.user, row)
    messages.success(request, _("The invitation was revoked."))
    return (
        redirect("room_invitations", row.room_id)
        if row.room_id
        else redirect("workspace_invitations", row.workspace_id)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Where the link of an invitation leads: come in, or sign in or up first, with the code kept until then."""
    row = Invitation.objects.usable().select_related("workspace", "room", "created_by").filter(code=code).first()
    if row is None:
        request.session.pop(INVITATION, None)
        return render(request, "rooms/invitation_over.html", status=404)
    if not request.user.is_authenticated:
        request.session[INVITATION] = code
    elif request.method == "POST":
        accepted = commit(services.accept_invitation, request.user, code)
        return redirect("room", accepted.room_id) if accepted.room_id else redirect("workspace", accepted.workspace_id)
    context = {"invitation": row, "may_register": settings.REGISTRATION != "closed", "banned": _banned(request, row)}
    return render(request, "rooms/invitation.html", context)


def _banned(request: HttpRequest, row: Invitation) -> str:
    """What keeps the person from coming in, if anything does."""
    if not request.user.is_authenticated:
        return ""
    ban = banned.longest(Ban.objects.keeping_out(request.user, row.workspace_id, row.room))
    return banned.sentence(ban) if ban else ""


def _list(rows: InvitationQuerySet) -> dict:
    return {"invitations": rows.usable().select_related("created_by").order_by("-pk"), "site": settings.SITE_URL}
