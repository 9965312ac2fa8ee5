"""What is decided of a WebSocket before it is accepted: its origin and its subprotocol, over plain HTTP."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest

from chatsite.realtime import draining


def headers_of(scope: dict) -> dict[str, str]:
    """The handshake's headers by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def refusal(scope: dict, known: tuple[str, ...], *, is_full: bool) -> tuple[int, str] | None:
    """Status and sentence with which the handshake must be refused over HTTP, or None; `is_full` where too many are under way.

    The origin counts only beside our cookie: programs send none, and a page elsewhere has no other way to act as its visitor.
    """
    if draining.refuses_sockets():
        return 503, "The server is stopping; connect again in a moment."
    if is_full:
        return 503, "Too many connect at once; connect again in a moment."
    headers = headers_of(scope)
    offered = scope["subprotocols"]
    if offered and not set(offered) & set(known):
        return 400, f"Unknown subprotocol; expected one of {', '.join(known)}."
    if _by_cookie(scope, headers) and headers.get("origin") not in settings.ALLOWED_ORIGINS:
        return 403, "This origin may not open a socket with a cookie."
    return None


def _by_cookie(scope: dict, headers: dict[str, str]) -> bool:
    if "authorization" in headers or "ticket" in parse_qs(scope["query_string"].decode("latin-1")):
        return False
    return settings.SESSION_COOKIE_NAME in SimpleCookie(headers.get("cookie", ""))


async def refuse(send, status: int, sentence: str) -> None:
    """Answer the handshake with an HTTP status, where the server can; else it becomes its 403."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": sentence.encode()})


def forget(scope: dict) -> None:
    """What is not needed once somebody is greeted: the head of their request, as long as the socket is open."""
    # Every part between the server and us holds a copy of the scope, and all copies the same list.
    if isinstance(scope["headers"], list):
        scope["headers"].clear()


def request_of(scope: dict) -> HttpRequest:
    """As much of a request as choosing a language asks for."""
    request = HttpRequest()
    headers = headers_of(scope)
    request.META = {"HTTP_ACCEPT_LANGUAGE": headers.get("accept-language", "")}
    request.COOKIES = {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    return request
