"""What services raise where Django has no exception for it. `chatsite/errors.py` maps these, and Django's own, for every door.

Django's own are used where they fit: ValidationError (`invalid`), PermissionDenied (`forbidden`), ObjectDoesNotExist and Http404 (`not_found`).
"""


class ChatError(Exception):
    """A refusal with a sentence for the person; subclasses say which `code` of the protocol it is (`protocol.md`, section 9)."""

    code = "internal"
    status = 500

    def __init__(self, message: str = "", *, retry_after: int | None = None):
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class Unauthenticated(ChatError):
    code, status = "unauthenticated", 401


class SecondFactorRequired(ChatError):
    code, status = "second_factor_required", 401


class EmailUnverified(ChatError):
    code, status = "email_unverified", 401


class Conflict(ChatError):
    code, status = "conflict", 409


class TooLarge(ChatError):
    code, status = "too_large", 413


class RateLimited(ChatError):
    """`retry_after` is in whole seconds, from 1."""

    code, status = "rate_limited", 429


class SlowMode(ChatError):
    code, status = "slow_mode", 429


class Unavailable(ChatError):
    """The database could not be reached or written in time: nothing was written, or the outcome is unknown."""

    code, status = "unavailable", 503


class StorageFull(ChatError):
    code, status = "storage_full", 507
