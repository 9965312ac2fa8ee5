"""Rooms: mine, those to discover, opening, changing and archiving one."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from chatsite.api import whole_number
from chatsite.realtime.commit import commit
from rooms import services
from rooms.api import drawing, shapes
from rooms.api.drawing import RoomsView
from rooms.models import Room, Workspace

FILTERS = [
    OpenApiParameter("discover", int, enum=[0, 1], description="1: public rooms that I may join, instead of mine."),
    OpenApiParameter("workspace", int, description="Of this workspace alone."),
]


def room_of(request: Request, pk: int) -> Room:
    """A room that one knows by belonging: one that is merely open to the web is read, and nothing else."""
    return get_object_or_404(Room.objects.known_to(request.user).select_related("log"), pk=pk)


class RoomsListView(RoomsView):
    @extend_schema(operation_id="rooms_list", parameters=FILTERS, responses=shapes.RoomShape(many=True))
    def get(self, request: Request) -> Response:
        """My rooms, or with `discover=1` those that I may join."""
        discover = whole_number(request, "discover", low=0, high=1)
        rooms = Room.objects.discoverable_by(request.user) if discover else Room.objects.of_member(request.user)
        workspace = whole_number(request, "workspace", low=1)
        if workspace is not None:
            rooms = rooms.filter(workspace=get_object_or_404(Workspace.objects.visible_to(request.user), pk=workspace))
        return self.page(rooms.select_related("log"), lambda found: drawing.rooms(request.user, found))

    @extend_schema(request=shapes.NewRoomInput, responses={201: shapes.RoomShape})
    def post(self, request: Request) -> Response:
        """Open a room; `workspace` may be left out where one has only one."""
        data = shapes.NewRoomInput.given(request)
        workspace = _workspace(request.user, data.pop("workspace", None))
        room = commit(services.create_room, request.user, workspace, **data)
        return Response(_drawn(request, room), status=status.HTTP_201_CREATED)


class RoomView(RoomsView):
    @extend_schema(responses=shapes.RoomShape)
    def get(self, request: Request, room_id: int) -> Response:
        room = get_object_or_404(Room.objects.visible_to(request.user).select_related("log"), pk=room_id)
        return Response(drawing.rooms(request.user, [room])[0])

    @extend_schema(request=shapes.RoomInput, responses=shapes.RoomShape)
    def patch(self, request: Request, room_id: int) -> Response:
        """Change its settings: its moderators may. `archived` false opens an archived room again."""
        room = room_of(request, room_id)
        commit(services.change_room, request.user, room, **shapes.RoomInput.read(request))
        return Response(_drawn(request, room))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: int) -> Response:
        """Archive it: it can be read, and nothing more."""
        commit(services.archive_room, request.user, room_of(request, room_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _drawn(request: Request, room: Room) -> dict[str, Any]:
    # Not looked for anew: a moderator may have closed the room to themselves, and still hears what became of it.
    room.log.refresh_from_db()
    return drawing.rooms(request.user, [room])[0]


def _workspace(user: User, pk: int | None) -> Workspace:
    mine = Workspace.objects.visible_to(user)
    if pk is not None:
        return get_object_or_404(mine, pk=pk)
    found = list(mine[:2])
    if not found:
        raise PermissionDenied(_("Only members of a workspace open rooms."))
    if len(found) > 1:
        raise ValidationError({"workspace": _("You belong to several: please say which.")})
    return found[0]
