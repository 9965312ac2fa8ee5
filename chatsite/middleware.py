"""What is done around every request, but for who is signed in (`accounts`) and whether the place is set up (`rooms`).

All of it is synchronous: the ASGI handler runs Django's stack in one hop on its own threads.
"""

import contextlib
import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from chatsite import errors, operations
from chatsite.realtime import draining
from chatsite.request_ids import bound_request_id, new_request_id

log = logging.getLogger("chatsite.requests")

BIGGEST_ID = 2**63 - 1
UPLOADS = re.compile(settings.UPLOAD_PATHS)

Next = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Gives each request its id, in the log, the answer and the header `X-Request-ID`, and logs it once, without its query."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = new_request_id(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]
        with bound_request_id(request.request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request.request_id
            log.log(
                logging.DEBUG if request.path in operations.PROBES else logging.INFO,
                "request",
                extra={
                    "method": request.method,
                    "path": request.path,  # the query may hold a ticket or a search
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                    "user": _known_user(request),
                },
            )
        return response


def _known_user(request: HttpRequest) -> int | None:
    """Who it was, if somebody asked by now: the log asks the database for nothing."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


class Farewell:
    """While the process drains each answer is its connection's last: nobody asks the next question of a server that is gone."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if draining.is_draining():
            response["Connection"] = "close"
        return response


class NoStore:
    """Nothing that was made for one person is kept by a cache, unless its view says otherwise."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class FormsWithFiles:
    """Reads a form with files ahead of whoever asks for a field of it: that the disk is full can be said here, and not there."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data" and UPLOADS.match(request.path_info):
            try:
                request.POST  # noqa: B018 - read, and kept
            except OSError as error:
                if errors.is_full_disk(error):
                    _close_half_written(request)
                    return errors.answer(request, errors.record(errors.describe(error), error))
        return self.get_response(request)


def _close_half_written(request: HttpRequest) -> None:
    """Django leaves open what could not be written to its end: the disk would stay full until it is collected."""
    for handler in request.upload_handlers:
        with contextlib.suppress(AttributeError, OSError):  # one that kept in memory, or nothing, has no such file
            handler.file.close()  # type: ignore[union-attr]


class Probes:
    """Answers the probes ahead of sessions, languages and host names, so that they hold when those do not."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = operations.PROBES.get(request.path)
        return view(request) if view else self.get_response(request)


class Refusals:
    """Turns what views and services raise into a clear page or problem document; what nobody expected goes on to Django."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.answer(request, errors.Refusal("invalid"))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> HttpResponse | None:
        # Ids that no column can hold: SQLite and statements by hand would stumble over them.
        if any(isinstance(value, int) and value > BIGGEST_ID for value in kwargs.values()):
            return errors.answer(request, errors.Refusal("not_found"))
        return None

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        refusal = errors.describe(exc)
        if refusal.code == "internal":
            return None
        return errors.answer(request, errors.record(refusal, exc))
