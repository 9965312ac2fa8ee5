"""Failed tries at signing in: one budget over every door and every process, kept in the database so that it holds without Redis.

A try is taken before anything is hashed and given back when it was none. The door that a known device stands at is another one:
a stranger who uses up an account's tries does not lock its owner out.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.internal.userkit import filter_users_by_email
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.translation import ngettext

from accounts import services
from accounts.addresses import address_of, network_of
from accounts.models import User
from accounts.services.tries import seconds_until_free
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import RateLimited

log = logging.getLogger(__name__)

ACCOUNT_WINDOW = timedelta(minutes=15)
ADDRESS_WINDOW = timedelta(hours=1)
MAILS = 5
"""Mails that anybody may have sent to one address in 15 minutes."""

DEVICE_SALT = "accounts.device"
DEVICE_LIFE = timedelta(days=365)


@dataclass(slots=True)
class Taken:
    """Tries that were taken."""

    keys: list[str] = field(default_factory=list)

    def give_back(self) -> None:
        """It was no failure."""
        if self.keys:
            commit(services.give_back_tries, self.keys)
            self.keys = []


def for_sign_in(request: HttpRequest, login: str) -> Taken:
    """Take a try at the account that `login` (a username or an e-mail address) names, whether there is one or not. Raises RateLimited."""
    people = _people_called(login)
    if device := _known_device(request, people):
        return _take({f"device:{device}": (settings.SIGN_IN_FAILURES, ACCOUNT_WINDOW)})
    names = [f"account:{pk}" for pk in people] or [f"name:{_digest(login)}"]
    return _take(dict.fromkeys(names, (settings.SIGN_IN_FAILURES, ACCOUNT_WINDOW)) | _by_address(request))


def for_code(request: HttpRequest, user: User) -> Taken:
    """Take a try at the second factor of `user`. Raises RateLimited."""
    return _take({f"code:{user.pk}": (settings.SIGN_IN_FAILURES, ACCOUNT_WINDOW)} | _by_address(request))


def for_mail(request: HttpRequest, address: str) -> Taken:
    """Take one of the mails that may be asked for to `address`, whether somebody has it or not. Raises RateLimited."""
    return _take({f"mail:{_digest(address)}": (MAILS, ACCOUNT_WINDOW)} | _by_address(request))


def for_registration(request: HttpRequest) -> Taken:
    """Take a try at making an account. Raises RateLimited."""
    return _take(_by_address(request))


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Have the browser show, from now on, that `user` was signed in on it."""
    device = _known_device(request, [user.pk]) or get_random_string(22)
    response.set_cookie(
        device_cookie(),
        signing.dumps({"user": user.pk, "device": device}, salt=DEVICE_SALT),
        max_age=DEVICE_LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_cookie() -> str:
    """The cookie's name; browsers take the prefix only over https."""
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def _by_address(request: HttpRequest) -> dict[str, tuple[float, timedelta]]:
    network = network_of(address_of(request.META))
    return {f"address:{network}": (settings.SIGN_IN_FAILURES_PER_ADDRESS, ADDRESS_WINDOW)}


def _take(wanted: dict[str, tuple[float, timedelta]]) -> Taken:
    counted = commit(services.count_tries, {key: window for key, (_limit, window) in wanted.items()})
    spent = [key for key, n in counted.items() if n > wanted[key][0]]
    if not spent:
        return Taken(list(wanted))
    wait = max(seconds_until_free(key) for key in spent)
    log.warning("tries used up", extra={"kinds": sorted({key.partition(":")[0] for key in spent})})
    minutes = -(-wait // 60)
    sentence = ngettext(
        "Too many tries. Please wait %(minutes)d minute.", "Too many tries. Please wait %(minutes)d minutes.", minutes
    )
    raise RateLimited(sentence % {"minutes": minutes}, retry_after=wait)


def _people_called(login: str) -> list[int]:
    if "@" in login:
        # As allauth looks for them: several accounts may share an address that none of them has verified.
        return sorted(user.pk for user in filter_users_by_email(login, prefer_verified=True, for_login=True))
    return list(User.objects.filter(username=login.strip().lower()).values_list("pk", flat=True))


def _known_device(request: HttpRequest, people: Iterable[int]) -> str:
    try:
        shown = signing.loads(request.COOKIES.get(device_cookie(), ""), salt=DEVICE_SALT, max_age=DEVICE_LIFE)
    except signing.BadSignature:
        return ""
    return shown["device"] if shown["user"] in people else ""


def _digest(name: str) -> str:
    """One spelling of `name`, unreadable: what is typed into the wrong field may be a password."""
    return hashlib.sha256(unicodedata.normalize("NFKC", name).strip().casefold().encode(errors="replace")).hexdigest()
