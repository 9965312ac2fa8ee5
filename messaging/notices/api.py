"""Notifications over REST, and the one click with which a mail program ends mails (RFC 8058)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services as accounts
from accounts.models import User
from chatsite.api import CursorPagination, IdField, StrictSerializer
from chatsite.realtime.commit import commit
from messaging import notices
from messaging.models import Notification
from messaging.notices import broadcasts, mail
from messaging.serializers import Reply
from messaging.wire import moment


class ReadInput(StrictSerializer):
    """`ids`, or all with a smaller id than `before`, or (neither) all."""

    read = serializers.BooleanField(help_text="true.")
    ids = serializers.ListField(child=IdField(), required=False, allow_null=True)
    before = IdField(required=False, allow_null=True)


class ReadShape(serializers.Serializer):
    unread = serializers.IntegerField(help_text="Up to 100, which stands for more.")
    user_seq = serializers.IntegerField()


class NotificationShape(serializers.Serializer):
    """Why one is told of a message; the message itself is asked for where it is read."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Notification.Kind.choices)
    room = serializers.IntegerField()
    message = Reply()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationsPage(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = NotificationShape(many=True)
    unread = serializers.IntegerField(help_text="Of all pages, up to 100, which stands for more.")


class NewestFirst(CursorPagination):
    ordering = "-id"


class NotificationsView(APIView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="list_notifications", responses={200: NotificationsPage})
    def get(self, request: Request) -> Response:
        """What called me, the newest first: of what I may read now."""
        pages = self.pagination_class()
        rows = notices.visible_to(request.user).select_related("message")
        answer = pages.get_paginated_response([_drawn(row) for row in pages.paginate_queryset(rows, request, self)])
        answer.data["unread"] = notices.unread_of(request.user)
        return answer

    @extend_schema(operation_id="read_notifications", request=ReadInput, responses={200: ReadShape})
    def patch(self, request: Request) -> Response:
        """They are read. Ids that are nobody's, or another's, change nothing."""
        given = ReadInput.read(request)
        if not given["read"]:
            raise ValidationError({"read": _("Expected true.")})
        named = {name: given.get(name) for name in ("ids", "before")}
        return Response(commit(notices.mark_read, request.user, **named).wire())


def _drawn(row: Notification) -> dict:
    return broadcasts.wire(row) | {"created_at": moment(row.created_at), "read_at": moment(row.read_at)}


class MailStopView(APIView):
    """The address in a mail's `List-Unsubscribe`. Whoever has it got the mail: it asks for no sign-in and no CSRF token."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [FormParser, MultiPartParser]

    @extend_schema(operation_id="open_mail_stop", responses={302: None}, auth=[])
    def get(self, request: Request, token: str):
        """For a person who follows it: the page that asks."""
        _person(token)
        return redirect("mail_stop", token)

    @extend_schema(operation_id="stop_mails", request=None, responses={204: None}, auth=[])
    def post(self, request: Request, token: str) -> Response:
        """End the mails of what somebody missed."""
        commit(accounts.change_notifying, _person(token), mail_missed=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(token: str) -> User:
    try:
        return mail.person_of(token)
    except User.DoesNotExist:
        raise Http404 from None
