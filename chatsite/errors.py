"""The one place that turns exceptions into pages, problem documents and socket errors (`protocol.md`, section 9).

`refusals.py` says what an exception is to the person; here it is dressed for each door.
"""

import http
import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from rest_framework.response import Response

from chatsite.refusals import STATUS, Refusal, describe, is_full_disk, record, sentence_of
from chatsite.request_ids import current_request_id

__all__ = [
    "PROBLEM",
    "STATUS",
    "Refusal",
    "answer",
    "bad_request",
    "csrf_failure",
    "describe",
    "is_full_disk",
    "page_not_found",
    "permission_denied",
    "problem",
    "problem_response",
    "record",
    "refused",
    "sentence_of",
    "server_error",
    "socket_error",
    "unknown_api",
]

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


# --- The socket ----------------------------------------------------------------------------------------------------


def socket_error(exc: BaseException, request_id: str = "") -> dict[str, Any]:
    """The payload of an `error` frame: `{code, message, errors?, retry_after?, request_id?}`."""
    refusal = record(describe(exc), exc)
    payload: dict[str, Any] = {"code": refusal.code, "message": refusal.sentence}
    if refusal.errors:
        payload["errors"] = refusal.errors
    if refusal.retry_after is not None:
        payload["retry_after"] = refusal.retry_after
    if request_id:
        payload["request_id"] = request_id
    return payload


# --- The API -------------------------------------------------------------------------------------------------------


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. What nobody expected is left to Django: it logs the trace and calls `handler500`."""
    refusal = describe(exc)
    if refusal.code == "internal":
        return None
    record(refusal, exc)
    response = Response(problem(refusal), status=refusal.status, headers=_headers(refusal, exc))
    renderer = getattr(context.get("request"), "accepted_renderer", None)
    if renderer is None or renderer.media_type == "application/json":
        response.content_type = PROBLEM
    response._has_been_logged = True  # type: ignore[attr-defined]  # by chatsite.requests; Django would say it once more
    return response


def problem(refusal: Refusal) -> dict[str, Any]:
    """`refusal` as an RFC 9457 problem document."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": http.HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.sentence,
        "request_id": current_request_id(),
    }
    if refusal.errors:
        document["errors"] = refusal.errors
    if refusal.retry_after is not None:
        document["retry_after"] = refusal.retry_after
    return document


def unknown_api(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever lies under /api/ and is not there: never a redirect to a slash, which would turn a POST into a GET."""
    return answer(request, Refusal("not_found"))


def _headers(refusal: Refusal, exc: BaseException | None = None) -> dict[str, str]:
    headers = {}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == http.HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", None) or "Bearer"
    return headers


# --- Pages ---------------------------------------------------------------------------------------------------------


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A problem document under /api/, a page elsewhere."""
    if request.path_info.startswith("/api/"):
        response: HttpResponse = JsonResponse(problem(refusal), status=refusal.status, content_type=PROBLEM)
    else:
        response = HttpResponse(_page(request, refusal), status=refusal.status)
    for name, value in _headers(refusal).items():
        if name != "WWW-Authenticate" or request.path_info.startswith("/api/"):
            response[name] = value
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _page(request: HttpRequest, refusal: Refusal) -> str:
    context = {"refusal": refusal, "title": http.HTTPStatus(refusal.status).phrase, "request_id": current_request_id()}
    if refusal.status < 500:
        try:
            return loader.render_to_string("errors/refused.html", context, request)
        except Exception:
            # The page asks who is signed in; with the database down the sentence must still come out.
            log.exception("error page could not be drawn")
    # No request: its context processors ask the database, which may be what is broken.
    return loader.render_to_string("errors/broken.html", context)


def refused(request: HttpRequest, exc: BaseException | None) -> HttpResponse:
    """The answer to an exception that Django itself sorted (`handler400`, `handler403`, `handler404`)."""
    return answer(request, record(describe(exc), exc))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: also what a middleware raised, which may be no more than a database that is down."""
    exc = sys.exception()
    # Django's own handler logs what it was, with the trace.
    response = answer(request, record(describe(exc), exc, trace=False))
    response._has_been_logged = False  # type: ignore[attr-defined]
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our token, or with an old one."""
    log.warning("csrf check failed", extra={"reason": reason})
    sentence = _("This form is too old, or came from another site. Please reload the page and try again.")
    return answer(request, record(Refusal("forbidden", sentence), None))
