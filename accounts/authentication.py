"""Who asks the API: a token or the cookie, both decided by the `Session` row, which is `request.auth`."""

from django.utils import translation
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import tokens
from accounts.models import Session, User


class MemberRequest(Request):
    """For annotations: a request to the API of somebody who is signed in."""

    user: User
    auth: Session


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`. Listed first, so that refusals are 401."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        token = tokens.bearer(request.META.get("HTTP_AUTHORIZATION"))
        if token is None:
            return None
        session = tokens.session_of(token)
        if session.user.language:
            translation.activate(session.user.language)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class CookieAuthentication(SessionAuthentication):
    """The session cookie, with CSRF."""

    def authenticate(self, request: Request) -> tuple[User, Session] | None:
        signed_in: tuple[User, None] | None = super().authenticate(request)
        return (signed_in[0], request._request.device) if signed_in else None  # type: ignore[attr-defined]
