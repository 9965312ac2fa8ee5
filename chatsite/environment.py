"""Reading settings from the environment: each value is checked here, and a bad one stops the start with a sentence."""

import os
import zoneinfo
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The value of `name`, without surrounding space."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """`name` as a boolean: 1/true/yes/on or 0/false/no/off."""
    value = text(name, "1" if default else "0").lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} is {value!r}; expected one of 1, true, yes, on, 0, false, no, off.")


def number[N: (int, float)](name: str, default: N, *, low: float, high: float) -> N:
    """`name` as a number between `low` and `high`; a whole one where the default is whole."""
    value = text(name, str(default))
    try:
        read = type(default)(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected a number from {low} to {high}.") from None
    if not low <= read <= high:
        raise ImproperlyConfigured(f"{name} is {value}; expected a number from {low} to {high}.")
    return read


def choice(name: str, default: str, *allowed: str) -> str:
    """`name` as one of the words in `allowed`."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected one of {', '.join(allowed)}.")
    return value


def counted(name: str, *allowed: str) -> tuple[str, int] | None:
    """`name` as `WORD:COUNT`, a word in `allowed` and a number from 1; None where it is empty."""
    value = text(name)
    word, _, count = value.partition(":")
    if not value:
        return None
    if word in allowed and count.isdecimal() and int(count):
        return word, int(count)
    raise ImproperlyConfigured(
        f"{name} is {value!r}; expected one of {', '.join(allowed)}, then : and a number from 1."
    )


def url(name: str, default: str, *schemes: str) -> str:
    """`name` as an address with one of `schemes` and a host (or a path, for sockets), without a trailing slash."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        whole = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        whole = False
    if not whole:
        raise ImproperlyConfigured(
            f"{name} is not an address that begins with {' or '.join(s + '://' for s in schemes)}."
        )
    return value


def words(name: str, default: str = "") -> list[str]:
    """`name` as a list of words separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def levels(name: str) -> list[str]:
    """`name` as pairs `logger=LEVEL`, separated by commas."""
    pairs = words(name)
    for pair in pairs:
        if pair.partition("=")[2] not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ImproperlyConfigured(f"{name} has {pair!r}; expected logger=DEBUG, INFO, WARNING or ERROR.")
    return pairs


def time_zone(name: str, default: str) -> str:
    """`name` as the name of a time zone."""
    value = text(name, default)
    if value not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name} is {value!r}; expected the name of a time zone, as Europe/Berlin.")
    return value
