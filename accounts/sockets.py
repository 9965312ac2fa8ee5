"""Who opens a socket. The same rows and the same functions as for HTTP: there is no second way to sign in."""

from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from accounts import sessions, tickets, tokens
from accounts.models import Session
from chatsite.realtime.errors import Unauthenticated

REFUSED_IN_QUERY = {
    "token",
    "access",
    "access_token",
    "refresh",
    "refresh_token",
    "auth",
    "authorization",
    "bearer",
    "jwt",
    "key",
    "api_key",
    "apikey",
    "sid",
    "session",
    "sessionid",
}
"""Parameters that carry what must not stand in an address, since addresses stand in logs: refused even when valid."""


def who(scope: dict) -> Session:
    """The session that a WebSocket's ASGI `scope` comes with: a Bearer header, else `?ticket=`, else the cookie.

    Synchronous; spends a ticket. Raises Unauthenticated (4401), or its subclass sessions.Deactivated (4403): catch that one first.
    A cookie counts only beside an Origin of ours, which the door checks (`comes_with_cookie`).
    """
    query = _query(scope)
    if any(name.lower() in REFUSED_IN_QUERY for name in query):
        raise Unauthenticated
    if (token := _token(scope)) is not None:
        return tokens.session_of(token)
    if "ticket" in query:
        return tickets.redeem(query["ticket"][-1])
    session = sessions.by_key(_cookies(scope).get(settings.SESSION_COOKIE_NAME))
    if session is None:
        raise Unauthenticated
    return session


def comes_with_cookie(scope: dict) -> bool:
    """Would `who` look at the cookie? Then, and only then, the Origin must be ours."""
    has_header = any(name == b"authorization" and value[:7].lower() == b"bearer " for name, value in scope["headers"])
    return not has_header and "ticket" not in _query(scope)


def _query(scope: dict) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _token(scope: dict) -> str | None:
    headers = [value for name, value in scope["headers"] if name == b"authorization"]
    return tokens.bearer(headers[-1]) if headers else None


def _cookies(scope: dict) -> dict[str, str]:
    return parse_cookie("; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"))
