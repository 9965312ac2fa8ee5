"""Direct rooms: finding or opening the conversation of a few people."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chatsite.realtime.commit import commit
from rooms import services
from rooms.api import drawing, shapes
from rooms.api.drawing import RoomsView
from rooms.models import Room


class DirectView(RoomsView):
    @extend_schema(
        operation_id="open_direct_room",
        request=shapes.DirectInput,
        responses={200: shapes.RoomShape, 201: shapes.RoomShape},
    )
    def post(self, request: Request) -> Response:
        """Find or open the conversation of exactly these 1 to 9 others; of nobody else: notes to self. The others see it with its first message.

        Answers 200 where it was there. To hide it is to leave it: DELETE of oneself among its members.
        """
        users = shapes.DirectInput.read(request)["users"]
        room, is_new = commit(services.open_direct, request.user, users)
        shown = Room.objects.select_related("log").get(pk=room.pk)
        return Response(
            drawing.rooms(request.user, [shown])[0],
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )
