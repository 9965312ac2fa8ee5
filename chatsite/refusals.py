"""What an exception is to the person whom it stopped: a code, a status, a sentence. `errors.py` dresses it for each door."""

import errno
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core import exceptions as django_errors
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout
from rest_framework import exceptions as drf_errors

from chatsite.realtime import metrics
from chatsite.realtime.errors import ChatError

log = logging.getLogger(__name__)

STATUS = {
    "invalid": 400,
    "unauthenticated": 401,
    "second_factor_required": 401,
    "email_unverified": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "unsupported_media_type": 415,
    "conflict": 409,
    "too_large": 413,
    "rate_limited": 429,
    "slow_mode": 429,
    "internal": 500,
    "unavailable": 503,
    "storage_full": 507,
}
"""The closed list of codes, each with its status."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an exception is to the person whom it stopped. `errors` is `{field: [sentence]}`, `retry_after` whole seconds."""

    code: str
    message: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    retry_after: int | None = None

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def sentence(self) -> str:
        """The message, else what the code says by itself."""
        return self.message or sentence_of(self.code)


def sentence_of(code: str) -> str:
    """What is said of `code` where nobody said anything better."""
    return {
        "invalid": _("The request is not valid."),
        "unauthenticated": _("Please sign in."),
        "second_factor_required": _("Please give the code of your second factor, too."),
        "email_unverified": _("Please confirm your e-mail address first."),
        "forbidden": _("You may not do that."),
        "not_found": _("There is nothing here, or nothing that you may see."),
        "method_not_allowed": _("This address does not take that method."),
        "unsupported_media_type": _("Please send JSON, as application/json."),
        "conflict": _("Something else came in between. Please look at it again."),
        "too_large": _("That is too large."),
        "rate_limited": _("That was too much at once. Please wait a moment."),
        "slow_mode": _("This room is in slow mode. Please wait a moment."),
        "unavailable": _("The database did not answer in time. Please try again."),
        "storage_full": _("There is no room for the file."),
    }.get(code) or _("Something went wrong on our side. It is in the log under the id of this request.")


def describe(exc: BaseException | None) -> Refusal:
    """The refusal that `exc` stands for; `internal` for whatever nobody expected. Says nothing of the exception's insides."""
    match exc:
        case ChatError():
            return Refusal(exc.code, exc.message, getattr(exc, "errors", None) or {}, exc.retry_after)
        case django_errors.ValidationError():
            return _invalid(getattr(exc, "message_dict", None) or exc.messages)
        case drf_errors.APIException():
            return _of_rest_framework(exc)
        case Http404() | django_errors.ObjectDoesNotExist():
            return Refusal("not_found")
        case django_errors.PermissionDenied():
            return Refusal("forbidden", str(exc))
        case django_errors.RequestDataTooBig():
            return Refusal("too_large")
        case django_errors.SuspiciousOperation() | django_errors.BadRequest() | MultiPartParserError():
            return Refusal("invalid")
        case OperationalError() | InterfaceError() | PoolTimeout():
            return Refusal("unavailable", retry_after=1)
        case OSError() if is_full_disk(exc):
            return Refusal("storage_full")
        case DataError() | UnicodeEncodeError():
            # NUL, half a surrogate pair or a number beyond the column, past all checks of shape: it never was data.
            return Refusal("invalid")
    return Refusal("internal")


def is_full_disk(exc: BaseException | None) -> bool:
    """Whether there was no room on the disk, or in the quota of who runs us."""
    return isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT)


def _of_rest_framework(exc: drf_errors.APIException) -> Refusal:
    match exc:
        case drf_errors.ValidationError():
            return _invalid(exc.detail)
        case drf_errors.NotAuthenticated() | drf_errors.AuthenticationFailed():
            return Refusal("unauthenticated")
        case drf_errors.NotFound():
            return Refusal("not_found")
        case drf_errors.MethodNotAllowed():
            return Refusal("method_not_allowed")
        case drf_errors.UnsupportedMediaType():
            # A view that takes something else than JSON says so under a code of its own.
            is_said = exc.get_codes() != exc.default_code
            return Refusal("unsupported_media_type", str(exc.detail) if is_said else "")
        case drf_errors.PermissionDenied():
            return Refusal("forbidden", str(exc.detail) if exc.detail != exc.default_detail else "")
        case drf_errors.Throttled():
            return Refusal("rate_limited", retry_after=max(1, round(getattr(exc, "wait", None) or 1)))
    return Refusal("invalid" if exc.status_code < 500 else "internal", str(exc.detail) if exc.status_code < 500 else "")


def _invalid(detail: Any) -> Refusal:
    """Sentences about the whole go into the message, those about fields into `errors`."""
    errors = dict(_by_field(detail))
    whole = errors.pop("", [])
    if not whole and errors:
        name, sentences = next(iter(errors.items()))
        whole = [f"{name}: {sentences[0]}"]
    return Refusal("invalid", " ".join(whole), errors)


def _by_field(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            key = "" if key in ("non_field_errors", django_errors.NON_FIELD_ERRORS) else str(key)
            yield from _by_field(inner, ".".join(filter(None, (name, key))))
    elif isinstance(detail, (list, tuple)) and any(isinstance(inner, (dict, list)) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _by_field(inner, ".".join(filter(None, (name, str(index)))))
    elif detail:
        yield name, [str(sentence) for sentence in (detail if isinstance(detail, (list, tuple)) else [detail])]


def record(refusal: Refusal, exc: BaseException | None, *, trace: bool = True) -> Refusal:
    """Count `refusal`, and log it: unexpected and down at ERROR, limits at WARNING. `trace` off where somebody else logs it."""
    metrics.errors.labels(code=refusal.code).inc()
    if refusal.code == "internal" and trace:
        log.error("unexpected error", exc_info=exc)
    elif refusal.code in ("unavailable", "storage_full"):
        log.error("a part is down", extra={"code": refusal.code, "error": repr(exc.__cause__ or exc) if exc else ""})
    elif refusal.code in ("rate_limited", "slow_mode"):
        _log_limit(refusal.code)
    return refusal


LIMIT_LINE_SECONDS = 1.0
_limits_hit = {"since": 0.0, "unsaid": 0}


def _log_limit(code: str) -> None:
    """A line a second at most: what is refused in a flood must not become a flood of the log."""
    now = time.monotonic()
    if now - _limits_hit["since"] < LIMIT_LINE_SECONDS:
        _limits_hit["unsaid"] += 1
        return
    log.warning("limit hit", extra={"code": code, "unsaid": _limits_hit["unsaid"]})
    _limits_hit.update(since=now, unsaid=0)
