"""`place` in every page: the workspace where somebody is, and their rooms in it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import User
from chatsite.compiled import Compiled
from chatsite.realtime.source import Snapshot
from rooms import titles
from rooms.models import Room, RoomRole, Workspace, WorkspaceMembership
from rooms.querysets import FULL_ROLES, MANAGING_ROLES, MODERATING_ROLES
from rooms.snapshot import all_rooms_of

_workspaces_of = Compiled(
    lambda user: WorkspaceMembership.objects.filter(user=user).select_related("workspace").order_by("workspace_id")
)


def place(request: HttpRequest) -> dict[str, Any]:
    """Costs nothing until a page asks, and then the same few queries however many rooms there are."""
    return {"place": place_of(request)}


class Place:
    """Where somebody is: `workspace` (None where they belong to none), their role in it, their rooms."""

    def __init__(self, request: HttpRequest):
        self._request = request
        self.wanted: int | None = None

    def enter(self, workspace_id: int | None) -> "Place":
        """Be in this workspace, where it is one's own; a direct room is in none and leaves the place as it was."""
        self.wanted = workspace_id
        for known in ("membership", "rooms", "archived", "_here"):
            self.__dict__.pop(known, None)
        return self

    @cached_property
    def user(self) -> User | AnonymousUser:
        return self._request.user

    @cached_property
    def memberships(self) -> list[WorkspaceMembership]:
        if not self.user.is_authenticated:
            return []
        return _workspaces_of(self.user.pk)

    @cached_property
    def membership(self) -> WorkspaceMembership | None:
        here = [one for one in self.memberships if one.workspace_id == self.wanted]
        return next(iter(here or self.memberships), None)

    @property
    def workspace(self) -> Workspace | None:
        return self.membership.workspace if self.membership else None

    @property
    def others(self) -> list[Workspace]:
        """My other workspaces: the switcher shows from the second on."""
        return [one.workspace for one in self.memberships if one is not self.membership]

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else ""

    @property
    def is_full_member(self) -> bool:
        return self.role in FULL_ROLES

    @property
    def is_moderator(self) -> bool:
        return self.role in MODERATING_ROLES

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGING_ROLES

    @property
    def moderates(self) -> bool:
        """Whether they look after the workspace, or a room of it: reports may wait for them."""
        if self.is_moderator or not self.is_full_member:
            return self.is_moderator
        return any(room["role"] == RoomRole.MODERATOR for room in self._here)

    @cached_property
    def front_name(self) -> str:
        """What stands over the door: the workspace's name, where there is one alone."""
        names = Workspace.objects.values_list("name", flat=True)[:2]
        return names[0] if len(names) == 1 else ""

    @cached_property
    def snapshot(self) -> Snapshot:
        if not self.user.is_authenticated:
            return Snapshot(0, [])
        # Who is signed in was read before, and `user_seq` with them: that it is too low is told once too often, no more.
        return Snapshot(self.user.user_seq, all_rooms_of(self.user.pk))

    def room(self, room_id: int) -> dict[str, Any] | None:
        """One of my rooms, with what is shared and what is personal."""
        return next((room for room in self.snapshot.rooms if room["id"] == room_id), None)

    @cached_property
    def rooms(self) -> list[dict[str, Any]]:
        """My rooms in this workspace, by name; archived ones are found on its page."""
        return [room for room in self._here if not room["archived"]]

    @cached_property
    def archived(self) -> list[dict[str, Any]]:
        return [room for room in self._here if room["archived"]]

    @cached_property
    def direct(self) -> list[dict[str, Any]]:
        """My direct rooms, by the names of the others; notes to self come first."""
        found = [room for room in self.snapshot.rooms if room["kind"] == Room.Kind.DIRECT]
        shown = [
            room | {"name": titles.title(room, self.user), "face": [*titles.others(room, self.user), *room["users"]][0]}
            for room in found
        ]
        return sorted(shown, key=lambda room: (room["members_count"] > 1, room["name"].casefold()))

    @cached_property
    def _here(self) -> list[dict[str, Any]]:
        workspace_id = self.workspace.pk if self.workspace else 0
        here = [
            room
            for room in self.snapshot.rooms
            if room["workspace"] == workspace_id and room["kind"] != Room.Kind.DIRECT
        ]
        return sorted(here, key=lambda room: room["name"].casefold())


def place_of(request: HttpRequest) -> Place:
    """The place of this request, one for its whole life."""
    if not hasattr(request, "_place"):
        request._place = Place(request)  # type: ignore[attr-defined]
    return request._place  # type: ignore[attr-defined]
