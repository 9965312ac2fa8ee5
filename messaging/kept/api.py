"""What one keeps, over REST: saved messages and drafts, on all devices; and everything read at once."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatsite import errors
from chatsite.api import CursorPagination, whole_number
from chatsite.realtime.commit import commit
from messaging import services, wire
from messaging.errands import Errands
from messaging.kept import shapes
from messaging.models import SavedMessage
from rooms.api.drawing import RoomsView

ORIGIN = "X-Connection"
"""The `connection_id` of the socket that need not be told, since its page hears the answer."""
THREAD = OpenApiParameter("thread", {"type": "integer", "minimum": 1}, description="A message (its id) of the thread.")
WORKSPACE = OpenApiParameter(
    "workspace", {"type": "integer", "minimum": 1}, description="Reports of this workspace alone."
)
ROOM = OpenApiParameter("room", {"type": "integer", "minimum": 1}, description="Of this room alone.")


def origin_of(request: Request) -> str:
    return request.headers.get(ORIGIN, "")[:64]


def of_room(request: Request, rows: QuerySet, path: str) -> QuerySet:
    room = whole_number(request, "room", low=1)
    return rows if room is None else rows.filter(**{path: room})


class SavedView(RoomsView):
    class pagination_class(CursorPagination):  # noqa: N801 - the name that REST framework looks for
        ordering = "-id"

    @extend_schema(operation_id="saved_list", parameters=[ROOM], responses=shapes.SavedShape(many=True))
    def get(self, request: Request) -> Response:
        """What one keeps and may still see, the latest first."""
        rows = of_room(request, services.saved_by(request.user), "message__room__pk")
        return self.page(rows, lambda found: [drawn_saved(row) for row in found])


class SavedMessageView(APIView):
    @extend_schema(operation_id="save_message", request=None, responses={200: shapes.SavedShape})
    def put(self, request: Request, message_id: int) -> Response:
        """Keep a message. Again, it stays where it is."""
        return Response(drawn_saved(commit(services.save_message, request.user, message_id, origin=origin_of(request))))

    @extend_schema(operation_id="unsave_message", responses={204: None})
    def delete(self, request: Request, message_id: int) -> Response:
        """Keep it no longer. What is not kept counts as done."""
        commit(services.unsave_message, request.user, message_id, origin=origin_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DraftsView(RoomsView):
    class pagination_class(CursorPagination):  # noqa: N801 - the name that REST framework looks for
        ordering = "-version"

    @extend_schema(operation_id="drafts_list", parameters=[ROOM], responses=shapes.DraftShape(many=True))
    def get(self, request: Request) -> Response:
        """One's drafts in the rooms that are one's own, the latest first."""
        rows = of_room(request, services.drafts_of(request.user), "room__pk")
        return self.page(rows, lambda found: [wire.draft(row) for row in found])


class DraftView(APIView):
    @extend_schema(
        operation_id="save_draft",
        parameters=[THREAD],
        request=shapes.DraftInput,
        responses={200: shapes.DraftShape},
    )
    def put(self, request: Request, room_id: int) -> Response:
        """Write the draft of a room, or of a thread in it. 409 where another device wrote since `version`: `draft` is what stands there."""
        thread = whole_number(request, "thread", low=1)
        given = shapes.DraftInput.read(request)
        try:
            draft = commit(
                services.save_draft, request.user, room_id, thread=thread, origin=origin_of(request), **given
            )
        except services.StaleDraft as stale:
            return stale_answer(stale)
        return Response(wire.draft(draft))

    @extend_schema(
        operation_id="discard_draft",
        parameters=[
            THREAD,
            OpenApiParameter("version", {"type": "integer", "minimum": 0}, description="The one that is to go."),
        ],
        responses={204: None},
    )
    def delete(self, request: Request, room_id: int) -> Response:
        """Take the draft away; 409 where it has another version by now. Where there is none, it counts as done."""
        thread, version = whole_number(request, "thread", low=1), whole_number(request, "version")
        try:
            user_seq = commit(
                services.discard_draft,
                request.user,
                room_id,
                thread=thread,
                version=version,
                origin=origin_of(request),
            )
        except services.StaleDraft as stale:
            return stale_answer(stale)
        headers = {"X-User-Seq": str(user_seq)} if user_seq else {}
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)


class AllReadView(APIView):
    @extend_schema(operation_id="mark_all_read", request=None, responses={200: shapes.AllReadShape})
    def post(self, request: Request) -> Response:
        """Everything is read: all rooms, and all threads that one follows."""
        return Response(commit(services.mark_all_read, request.user, origin=origin_of(request)).wire())


class ErrandsView(APIView):
    @extend_schema(operation_id="read_errands", parameters=[WORKSPACE], responses={200: shapes.ErrandsShape})
    def get(self, request: Request) -> Response:
        """What waits: for the sidebar."""
        workspace = whole_number(request, "workspace", low=1)
        return Response(Errands(request.user, lambda: workspace).wire())


def drawn_saved(row: SavedMessage) -> dict:
    return {"message": wire.message(row.message), "saved_at": wire.moment(row.created_at)}


def stale_answer(stale: services.StaleDraft) -> Response:
    """The refusal, with what stands there: so that nothing is lost, and nothing has to be asked for."""
    document = errors.problem(errors.record(errors.describe(stale), stale))
    return Response({**document, "draft": wire.draft(stale.draft)}, status=stale.status, content_type=errors.PROBLEM)
