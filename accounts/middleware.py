"""Who asks, in which language, in which time zone."""

from collections.abc import Awaitable, Callable

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import locale
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import sessions, zones
from accounts.addresses import address_of
from accounts.models import Session, User


def device_of(request: HttpRequest) -> Session | None:
    """The living session of the request's cookie, read once; None for a stranger."""
    if not hasattr(request, "_device"):
        try:
            request._device = sessions.by_key(request.session.session_key)  # type: ignore[attr-defined]
        except sessions.Deactivated:
            request._device = None  # type: ignore[attr-defined]
    return request._device  # type: ignore[attr-defined]


def let_be(request: HttpRequest, session: Session | None) -> None:
    """Let the rest of this request be that of `session`, which was just made, or of a stranger."""
    request._device = request.device = session  # type: ignore[attr-defined]


def person_of(request: HttpRequest) -> User | AnonymousUser:
    """Whose request it is."""
    device = device_of(request)
    return device.user if device else AnonymousUser()


class MemberRequest(HttpRequest):
    """For annotations: a request behind `login_required`, with what AuthenticationMiddleware adds."""

    user: User
    device: Session


class AuthenticationMiddleware(auth.AuthenticationMiddleware):
    """`request.user` from the `Session` row, not from the session's data; `request.device` is that row (falsy for a stranger). Both lazy until it is read."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        with structlog.contextvars.bound_contextvars(address=address_of(request.META)):
            return super().__call__(request)

    def process_request(self, request: HttpRequest) -> None:
        if hasattr(request, "_device"):
            # Read for the language. A page asks its person for so much that to go through a lazy object each time is felt.
            request.device, request.user = device_of(request), person_of(request)  # type: ignore[attr-defined, assignment]
        else:
            request.device = SimpleLazyObject(lambda: device_of(request))  # type: ignore[attr-defined]
            request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]
        request.auser = lambda: sync_to_async(person_of)(request)


class LocaleMiddleware(locale.LocaleMiddleware):
    """The language of the person's settings, else of the cookie, else of what the browser accepts."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        # Not in process_view, which an address that leads nowhere never comes to: its 404 is to be read, too.
        language = person_of(request).language if _may_be_somebody(request) else ""  # type: ignore[union-attr]
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()


class OwnTimeZone:
    """Times in pages are those of the person's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = person_of(request).time_zone if _may_be_somebody(request) else ""  # type: ignore[union-attr]
        with timezone.override(zones.zone(name)):
            return self.get_response(request)


def _may_be_somebody(request: HttpRequest) -> bool:
    """Is it worth a query? And is there a `language` to read: an AnonymousUser has none."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and device_of(request) is not None
