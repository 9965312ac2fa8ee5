"""The REST API of accounts: signing in and out, people, one's own sessions."""

from datetime import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import mail, ports, programs, serializers, services, tickets, tokens, tries
from accounts.addresses import address_of
from accounts.authentication import CookieAuthentication, MemberRequest
from accounts.called import called
from accounts.models import Session, User
from chatsite.api import BIGGEST_ID, CursorPagination, StrictSerializer, whole_number
from chatsite.realtime.commit import commit


class TokenView(APIView):
    """A pair of tokens for a name and a password."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=serializers.TokenRequest, responses=serializers.TokenPair, auth=[])
    def post(self, request: Request) -> Response:
        given = serializers.TokenRequest.given(request)
        user = programs.checked(
            request._request, login=given["username"], password=given["password"], code=given.get("code", "")
        )
        agent = request.META.get("HTTP_USER_AGENT", "")
        return Response(tokens.issue(user, user_agent=agent, address=address_of(request.META)))


class RefreshView(APIView):
    """A new pair for a refresh token, which is spent by it."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=serializers.RefreshRequest, responses=serializers.TokenPair, auth=[])
    def post(self, request: Request) -> Response:
        return Response(tokens.renew(serializers.RefreshRequest.given(request)["refresh"]))


class LogoutView(APIView):
    """Ends the session that asks: its tokens, its cookie, its sockets."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: MemberRequest) -> Response:
        StrictSerializer.given(request)
        if isinstance(request.successful_authenticator, CookieAuthentication):
            logout(request._request)
        else:
            commit(services.sign_out, request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketView(APIView):
    """A ticket to open one socket with, for pages on other origins."""

    @extend_schema(request=None, responses={201: serializers.Ticket})
    def post(self, request: MemberRequest) -> Response:
        StrictSerializer.given(request)
        return Response({"ticket": tickets.issue(request.auth)}, status=status.HTTP_201_CREATED)


class UsersView(generics.ListAPIView):
    """People of one's workspaces; and becoming somebody."""

    serializer_class = serializers.Person
    pagination_class = CursorPagination
    queryset = User.objects.none()

    request: MemberRequest

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Words, each a part of the username or the display name."),
            OpenApiParameter("workspace", int, description="Of this workspace alone."),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[User]:
        people = ports.people_visible_to(self.request.user, whole_number(self.request, "workspace", low=1))
        return called(people, self.request.query_params.get("q", "")).filter(is_active=True)

    @extend_schema(request=serializers.Registration, responses={201: serializers.Person}, auth=[])
    def post(self, request: MemberRequest) -> Response:
        given = serializers.Registration.given(request)
        code = given.pop("invitation", "")
        tries.for_registration(request._request)
        # Asked before the name is looked up: who may not come in does not learn who is here.
        ports.may_register(code)
        user = commit(services.register, services.new_person(**given), code=code)
        return Response(serializers.Person(user).data, status=status.HTTP_201_CREATED)


class MeView(APIView):
    """Oneself."""

    @extend_schema(responses=serializers.Oneself)
    def get(self, request: MemberRequest) -> Response:
        return oneself(request.user)

    @extend_schema(request=serializers.Profile, responses=serializers.Oneself)
    def put(self, request: MemberRequest) -> Response:
        return change_oneself(request, partial=False)

    @extend_schema(request=serializers.Profile, responses=serializers.Oneself)
    def patch(self, request: MemberRequest) -> Response:
        return change_oneself(request, partial=True)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest) -> Response:
        """Deactivates one's account."""
        commit(services.deactivate, request.user, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserView(APIView):
    """Somebody whom one may see. What can be changed of others is nothing but whether their account is open."""

    request: MemberRequest

    @extend_schema(responses=serializers.Person)
    def get(self, request: MemberRequest, pk: int) -> Response:
        return Response(serializers.Person(self.find(pk)).data)

    @extend_schema(request=serializers.Profile, responses=serializers.Oneself)
    def put(self, request: MemberRequest, pk: int) -> Response:
        self.require_self(pk)
        return change_oneself(request, partial=False)

    @extend_schema(request=serializers.Profile, responses=serializers.Oneself)
    def patch(self, request: MemberRequest, pk: int) -> Response:
        self.require_self(pk)
        return change_oneself(request, partial=True)

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, pk: int) -> Response:
        """Deactivates the account: one's own, or as an admin."""
        commit(services.deactivate, request.user, self.find(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def find(self, pk: int) -> User:
        if pk == self.request.user.pk:
            return self.request.user
        if pk > BIGGEST_ID:
            raise Http404
        return get_object_or_404(ports.people_visible_to(self.request.user), pk=pk)

    def require_self(self, pk: int) -> None:
        if self.find(pk).pk != self.request.user.pk:
            raise PermissionDenied


class SessionsView(generics.ListAPIView):
    """Where one is signed in."""

    request: MemberRequest
    serializer_class = serializers.SessionLine
    queryset = Session.objects.none()

    class pagination_class(CursorPagination):  # noqa: N801 - the name that REST framework looks for
        ordering = "-created_at"

    def get_queryset(self) -> QuerySet[Session]:
        return self.request.user.sessions.all()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "current": self.request.auth}

    @extend_schema(operation_id="end_other_sessions", responses={204: None})
    def delete(self, request: MemberRequest) -> Response:
        """Ends all of them but the one that asks."""
        commit(services.end_other_sessions, request.user, request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionView(APIView):
    """One of one's sessions."""

    @extend_schema(responses={204: None})
    def delete(self, request: MemberRequest, sid: str) -> Response:
        """Ends it."""
        session = get_object_or_404(request.user.sessions.select_related("user"), pk=sid)
        commit(services.end_session, request.user, session)
        return Response(status=status.HTTP_204_NO_CONTENT)


def oneself(user: User) -> Response:
    """The person who asks, as only they themselves are told."""
    return Response(serializers.Oneself(user, context={"role": ports.role_of(user.pk)}).data)


def change_oneself(request: MemberRequest, *, partial: bool) -> Response:
    """Takes a profile, whole or in part."""
    given = serializers.Profile.given(request, partial=partial)
    email, password = given.pop("email", None), given.pop("current_password", "")
    user, old = request.user, request.user.email
    if email is not None and email.lower() != old:
        if not password or not get_adapter().reauthenticate(user, password):
            raise ValidationError({"current_password": [_("The e-mail address changes only with the password.")]})
        commit(services.change_email, user, email=email)
        mail.tell_of_new_address(user, old)
    notifying = {name: given.pop(name) for name in services.NOTIFYING_CHOICES if name in given}
    for name in {"quiet_from", "quiet_until"} & notifying.keys():
        notifying[name] = time.fromisoformat(notifying[name]) if notifying[name] else None
    if given or notifying:
        commit(services.change_settings, user, given, notifying)
    return oneself(user)
