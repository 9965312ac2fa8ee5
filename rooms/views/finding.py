"""Finding what a page is about, through the viewer: what is not theirs to see is not there. It becomes the page's place, too."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts import called as people
from accounts.models import User
from accounts.requests import PersonRequest
from rooms import titles
from rooms.context_processors import place_of
from rooms.models import Membership, Room, Workspace, WorkspaceMembership
from rooms.permissions import may_moderate, require_moderator

PEOPLE_ON_A_PAGE = 100


def workspace_of(
    request: PersonRequest, workspace_id: int, *, manager: bool = False, moderator: bool = False
) -> Workspace:
    """One of my workspaces. Raises Http404, and PermissionDenied where my role there does not do."""
    place = place_of(request).enter(workspace_id)
    if place.workspace is None or place.workspace.pk != workspace_id:
        raise Http404
    if (manager and not place.is_manager) or (moderator and not place.is_moderator):
        raise PermissionDenied(_("Your role in this workspace does not allow that."))
    return place.workspace


def room_of(request: PersonRequest, room_id: int, *, moderator: bool = False) -> Room:
    """A room that I know by belonging. Raises Http404, and PermissionDenied where I had to moderate it."""
    room = get_object_or_404(Room.objects.known_to(request.user).select_related("workspace"), pk=room_id)
    if moderator:
        require_moderator(request.user, room)
    place = place_of(request).enter(room.workspace_id)
    return titles.call(room, place.room(room.pk), request.user) if room.kind == Room.Kind.DIRECT else room


def about(request: PersonRequest, room: Room) -> dict:
    """What every page about a room shows of it."""
    mine = place_of(request).room(room.pk)
    return {"room": room, "mine": mine, "moderates": may_moderate(request.user, room)}


def place_in_workspace(request: PersonRequest, workspace: Workspace, user_id: int) -> WorkspaceMembership:
    """The place of somebody in my workspace. Raises Http404."""
    found = WorkspaceMembership.objects.visible_to(request.user).filter(workspace=workspace).select_related("user")
    return get_object_or_404(found, user=user_id)


def place_in_room(room: Room, user_id: int) -> Membership:
    """The place of somebody in a room. Raises Http404."""
    return get_object_or_404(room.memberships.select_related("user"), user=user_id)


def towards(request: PersonRequest, user: User) -> dict:
    """What a page about somebody offers: a word to them, and not to hear from them."""
    return {"person": user, "is_blocked": request.user.blocks.filter(blocked=user).exists()}


def called(places: QuerySet, words: str) -> QuerySet:
    """Those of `places` whose person is called like `words`, by name."""
    found = places.select_related("user").order_by("user__display_name", "user__username", "pk")
    return people.called(found, words, person="user__")
