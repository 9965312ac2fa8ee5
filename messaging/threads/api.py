"""Threads and pins over REST."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.wire import author
from chatsite.api import CursorPagination
from chatsite.realtime.commit import commit
from messaging import reads, serializers, services, threads, wire
from messaging.kept import shapes
from messaging.kept.api import origin_of
from messaging.models import Message
from rooms.api.drawing import RoomsView

UNREAD = OpenApiParameter(
    "unread", {"type": "integer", "enum": [0, 1]}, description="1: only those with something unread."
)


class LastSaidFirst(CursorPagination):
    ordering = "-last_said"


class RoomThreads(RoomsView):
    pagination_class = LastSaidFirst

    @extend_schema(operation_id="room_threads_list", responses=shapes.ThreadShape(many=True))
    def get(self, request: Request, room_id: int) -> Response:
        """The threads of a room, the one that was answered last first."""
        reads.right_to_read(request.user, room_id)
        return self.page(
            threads.of_room(request.user, room_id),
            lambda found: [one.wire() for one in threads.drawn(request.user, found)],
        )


class MyThreads(RoomsView):
    pagination_class = LastSaidFirst

    @extend_schema(operation_id="my_threads_list", parameters=[UNREAD], responses=shapes.ThreadShape(many=True))
    def get(self, request: Request) -> Response:
        """The threads that one follows, in rooms in which replies gather."""
        found = threads.followed_by(request.user)
        if request.query_params.get("unread") == "1":
            found = found.filter(unread_replies__gt=0)
        return self.page(found, lambda rows: [one.wire() for one in threads.drawn(request.user, rows)])


class MessageThread(APIView):
    @extend_schema(operation_id="read_thread", responses={200: shapes.OneThreadShape})
    def get(self, request: Request, message_id: int) -> Response:
        """The thread of a message, be it its root or a reply."""
        return Response(drawn(request, services.root_of(request.user, message_id)))

    @extend_schema(
        operation_id="change_following",
        request=shapes.FollowingInput,
        responses={200: shapes.OneThreadShape},
    )
    def put(self, request: Request, message_id: int) -> Response:
        """Follow the thread or leave off; move one's mark in it on."""
        given = shapes.FollowingInput.read(request)
        place = commit(services.change_following, request.user, message_id, origin=origin_of(request), **given)
        return Response(drawn(request, place.root))


class RoomPins(RoomsView):
    class pagination_class(CursorPagination):  # noqa: N801 - the name that REST framework looks for
        ordering = "-pinned_at"

    @extend_schema(operation_id="room_pins_list", responses=serializers.Message(many=True))
    def get(self, request: Request, room_id: int) -> Response:
        """What is pinned in a room, the latest pin first."""
        return self.page(pinned_in(request.user, room_id), wire.messages)


class MessagePin(APIView):
    @extend_schema(operation_id="pin_message", request=None, responses={200: serializers.ChangeAck})
    def put(self, request: Request, message_id: int) -> Response:
        """Pin the message: its room's moderators may, in direct rooms anyone."""
        return Response({"event_seq": commit(services.pin_message, request.user, message_id)})

    @extend_schema(operation_id="unpin_message", responses={200: serializers.ChangeAck})
    def delete(self, request: Request, message_id: int) -> Response:
        """Take the pin off again."""
        return Response({"event_seq": commit(services.unpin_message, request.user, message_id)})


def pinned_in(user, room_id: int):
    """The pinned messages of a room that `user` may read. Raises as `reads.right_to_read`."""
    right = reads.right_to_read(user, room_id)
    return Message.objects.wire().filter(room=right.room, seq__gte=right.first_seq, pinned_at__isnull=False)


def drawn(request: Request, root: Message) -> dict:
    thread = threads.one(request.user, root)
    return thread.wire() | {"followers": [author(person) for person in threads.followers_of(root)]}
