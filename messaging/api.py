"""Messages over REST (`docs/protocol.md`, section 10): each view parses, calls what the socket calls, and answers the same."""

import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatsite.api import whole_number
from chatsite.realtime.commit import commit
from messaging import reads, resume, serializers, services, wire
from messaging.posts import post_together


def _number(name: str, about: str, **more) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "integer", "minimum": 0, **more}, description=about)


class RoomMessages(APIView):
    buckets = {"GET": "reads", "POST": "sends"}

    @extend_schema(
        operation_id="read_history",
        parameters=[
            _number("before", "Older than this `seq`."),
            _number("after", "Newer than this `seq`."),
            _number("around", "On both sides of this `seq`, and it."),
            _number("thread", "The thread of this message (its id) alone."),
            _number("limit", "At most so many.", minimum=1, maximum=reads.MAX_LIMIT, default=reads.DEFAULT_LIMIT),
        ],
        responses={200: serializers.History},
    )
    def get(self, request: Request, room_id: int) -> Response:
        """Messages of a room, the newest unless a bound is given; at most one bound."""
        asked = {name: whole_number(request, name) for name in ("before", "after", "around", "thread")}
        limit = whole_number(request, "limit", low=1, high=reads.MAX_LIMIT)
        found = reads.history(request.user, room_id, **asked, limit=reads.DEFAULT_LIMIT if limit is None else limit)
        del found["people"]
        found["results"] = found.pop("messages")
        return Response(found)

    @extend_schema(
        operation_id="post_message",
        request=serializers.NewMessage,
        responses={201: serializers.PostAck, 200: serializers.PostAck},
    )
    def post(self, request: Request, room_id: int) -> Response:
        """Post a message. The same `msg_id` again answers the same, with 200."""
        given = serializers.NewMessage.read(request)
        msg_id = given.get("msg_id")
        posted = post_together(
            request.user,
            room_id,
            body=given["body"],
            msg_id=str(uuid.uuid4()) if msg_id is None else msg_id,
            reply_to=given.get("reply_to"),
            title=given.get("title") or "",
            attachments=given.get("attachments") or (),
        )
        return Response(posted.wire(), status=status.HTTP_200_OK if posted.duplicate else status.HTTP_201_CREATED)


class RoomChanges(APIView):
    buckets = {"GET": "reads"}

    @extend_schema(
        operation_id="read_changes",
        parameters=[
            OpenApiParameter("epoch", str, required=True, description="The epoch that `after` belongs to."),
            OpenApiParameter(
                "after", {"type": "integer", "minimum": 0}, required=True, description="The `event_seq` one has."
            ),
        ],
        responses={200: serializers.Changes},
    )
    def get(self, request: Request, room_id: int) -> Response:
        """What changed behind `after`, each message in its present state."""
        epoch, after = request.query_params.get("epoch"), whole_number(request, "after")
        missing = [name for name, value in (("epoch", epoch), ("after", after)) if value is None]
        if missing:
            raise ValidationError({name: _("This parameter is required.") for name in missing})
        answer = resume.fit(resume.sync(request.user, epoch, [(room_id, after)]))
        room = answer["rooms"][0]
        if "error" in room:
            raise room["error"]
        own = {"mine": answer["mine"]} if "mine" in answer else {}
        return Response({"epoch": answer["epoch"], **room, **own})


class RoomRead(APIView):
    @extend_schema(operation_id="mark_read", request=serializers.NewMark, responses={200: serializers.MarkAck})
    def put(self, request: Request, room_id: int) -> Response:
        """Move one's read mark to `seq`: never back, never beyond the end."""
        mark = commit(services.mark_read, request.user, room_id, serializers.NewMark.read(request)["seq"])
        return Response(mark.wire())


class OneMessage(APIView):
    @extend_schema(operation_id="read_message", responses={200: serializers.Message})
    def get(self, request: Request, message_id: int) -> Response:
        """One message."""
        return Response(wire.message(services.visible_message(request.user, message_id)))

    @extend_schema(operation_id="edit_message", request=serializers.MessageEdit, responses={200: serializers.EditAck})
    def patch(self, request: Request, message_id: int) -> Response:
        """Rewrite one's own message; 409 when it was edited since `edited_at`."""
        given = serializers.MessageEdit.read(request)
        edited = commit(
            services.edit_message,
            request.user,
            message_id,
            body=given["body"],
            edited_at=given["edited_at"],
            title=given.get("title", services.KEEP),
        )
        return Response(edited.wire())

    @extend_schema(operation_id="delete_message", responses={200: serializers.ChangeAck})
    def delete(self, request: Request, message_id: int) -> Response:
        """Leave a tombstone: by the author or a moderator."""
        return Response({"event_seq": commit(services.delete_message, request.user, message_id)})


class MessageReactions(APIView):
    @extend_schema(operation_id="add_reaction", request=serializers.NewReaction, responses={201: serializers.ChangeAck})
    def post(self, request: Request, message_id: int) -> Response:
        """Put an emoji under a message."""
        emoji = serializers.NewReaction.read(request)["emoji"]
        event_seq = commit(services.add_reaction, request.user, message_id, emoji=emoji)
        return Response({"event_seq": event_seq}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="remove_reaction",
        parameters=[OpenApiParameter("emoji", str, required=True)],
        responses={200: serializers.ChangeAck},
    )
    def delete(self, request: Request, message_id: int) -> Response:
        """Take one's emoji away again."""
        emoji = request.query_params.get("emoji", "")
        return Response({"event_seq": commit(services.remove_reaction, request.user, message_id, emoji=emoji)})
