"""Workspaces: their rooms, their people, their name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from chatsite.forms import ActForm
from chatsite.realtime.commit import commit
from rooms import services
from rooms.ban_forms import BanForm
from rooms.forms import RemovalForm, RoleForm, WorkspaceForm
from rooms.models import Ban, Room, WorkspaceMembership
from rooms.querysets import MODERATING_ROLES
from rooms.views.finding import PEOPLE_ON_A_PAGE, called, place_in_workspace, towards, workspace_of


@login_required
@require_safe
def workspace(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """My rooms, with what is unread in them."""
    here = workspace_of(request, workspace_id)
    people = WorkspaceMembership.objects.visible_to(request.user).filter(workspace=here).count()
    return render(request, "rooms/workspace.html", {"workspace": here, "people": people})


@login_required
@require_safe
def discover(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """Public rooms to look into and to join."""
    here = workspace_of(request, workspace_id)
    words = request.GET.get("q", "").strip()
    found = Room.objects.discoverable_by(request.user).filter(workspace=here).order_by("name", "pk")
    if words:
        found = found.filter(name__icontains=words) | found.filter(topic__icontains=words)
    page = Paginator(found, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "rooms/discover.html", {"workspace": here, "page": page, "words": words})


@login_required
@require_safe
def workspace_members(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """The people of a workspace whom I may see."""
    here = workspace_of(request, workspace_id)
    words = request.GET.get("q", "")
    places = called(WorkspaceMembership.objects.visible_to(request.user).filter(workspace=here), words)
    page = Paginator(places, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    bans = Ban.objects.visible_to(request.user).in_force().filter(workspace=here, room=None).select_related("user")
    return render(
        request, "rooms/workspace_members.html", {"workspace": here, "page": page, "words": words, "bans": bans}
    )


@login_required
@require_safe
def workspace_member(request: PersonRequest, workspace_id: int, user_id: int) -> HttpResponse:
    """Somebody of the workspace, and what may be done about them."""
    return _member_page(request, workspace_id, user_id)


@login_required
@require_POST
def workspace_member_role(request: PersonRequest, workspace_id: int, user_id: int) -> HttpResponse:
    """Give them another role."""
    here = workspace_of(request, workspace_id, manager=True)
    user = place_in_workspace(request, here, user_id).user
    form = RoleForm(request.POST)
    if form.is_valid() and form.act(services.change_role, request.user, here, user, **form.cleaned_data):
        messages.success(request, _("%(name)s has another role now.") % {"name": user.shown_name})
        return redirect("workspace_members", workspace_id)
    return _member_page(request, workspace_id, user_id, role_form=form)


@login_required
@require_POST
def workspace_member_removal(request: PersonRequest, workspace_id: int, user_id: int) -> HttpResponse:
    """Take them out of the workspace and of its rooms; oneself: leave."""
    here = workspace_of(request, workspace_id, moderator=user_id != request.user.pk)
    user = place_in_workspace(request, here, user_id).user
    form = RemovalForm(request.POST)
    if form.is_valid() and form.act(services.remove_from_workspace, request.user, here, user, **form.cleaned_data):
        if user == request.user:
            messages.success(request, _("You left %(name)s.") % {"name": here.name})
            return redirect("home")
        messages.success(request, _("%(name)s was removed.") % {"name": user.shown_name})
        return redirect("workspace_members", workspace_id)
    return _member_page(request, workspace_id, user_id, removal_form=form)


@login_required
@require_POST
def workspace_member_ban(request: PersonRequest, workspace_id: int, user_id: int) -> HttpResponse:
    """Take them out and keep them out."""
    here = workspace_of(request, workspace_id, moderator=True)
    user = place_in_workspace(request, here, user_id).user
    form = BanForm(request.POST)
    if form.is_valid() and form.act(services.ban_from_workspace, request.user, here, user, **form.cleaned_data):
        messages.success(request, _("%(name)s was banned.") % {"name": user.shown_name})
        return redirect("workspace_members", workspace_id)
    return _member_page(request, workspace_id, user_id, ban_form=form)


@login_required
@require_POST
def workspace_ban_lifting(request: PersonRequest, workspace_id: int, ban_id: int) -> HttpResponse:
    """Let somebody come in again."""
    here = workspace_of(request, workspace_id, moderator=True)
    ban = get_object_or_404(Ban.objects.select_related("user", "workspace"), pk=ban_id, workspace=here, room=None)
    commit(services.unban_from_workspace, request.user, ban)
    messages.success(request, _("%(name)s may come in again, by an invitation.") % {"name": ban.user.shown_name})
    return redirect("workspace_members", workspace_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workspace_settings(request: PersonRequest, workspace_id: int) -> HttpResponse:
    """The name of the workspace."""
    here = workspace_of(request, workspace_id, manager=True)
    form = WorkspaceForm(request.POST if request.method == "POST" else None, initial={"name": here.name})
    if form.is_valid() and form.act(services.rename_workspace, request.user, here, **form.cleaned_data):
        messages.success(request, _("The workspace has another name now."))
        return redirect("workspace", workspace_id)
    here.refresh_from_db()
    return render(request, "rooms/workspace_settings.html", {"workspace": here, "form": form}, status=form.status)


def _member_page(request: PersonRequest, workspace_id: int, user_id: int, **forms: ActForm) -> HttpResponse:
    here = workspace_of(request, workspace_id)
    member = place_in_workspace(request, here, user_id)
    context = {
        "workspace": here,
        **towards(request, member.user),
        "member": member,
        "role_form": RoleForm(initial={"role": member.role}),
        "removal_form": RemovalForm(auto_id="removal_%s"),
        "ban_form": BanForm(auto_id="ban_%s"),
        "is_moderator": member.role in MODERATING_ROLES,
        **forms,
    }
    status = max([form.status for form in forms.values()], default=200)
    return render(request, "rooms/workspace_member.html", context, status=status)
