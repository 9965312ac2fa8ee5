"""What things are called here that come from elsewhere: rooms, people, messages. Pure functions of the file alone."""

import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.names import validate_username

if TYPE_CHECKING:
    from messaging.importing.reading import Line

NAMESPACE = uuid.UUID("6f0d7a5e-0b54-5c0e-9a39-6f5f5c3b8a11")
MAX_USERNAME_CHARS = 32
_NAMED = re.compile(r"@\*\*([^*\n]{1,80})\*\*")
_GOES_ON = re.compile(r"[.-]*\w")
_APART = re.compile(r"[\W_]+")


@lru_cache(4096)
def room_slug(name: str) -> str:
    """The slug that `rooms.services.create_room` gives a room of this name where it is free; "" for a name without letters."""
    return slugify(name, allow_unicode=True)[:70].strip("-_")


@lru_cache(16_384)
def source_of(name: str) -> str:
    """How the audit log remembers which person of which name an import made: a hash, since the log keeps no texts of people."""
    return hashlib.sha256(f"import:{name}".encode()).hexdigest()


def usernames(name: str) -> Iterator[str]:
    """Usernames for somebody called `name`, the plainest first; the later ones hold more and more of a hash of it."""
    base = _APART.sub("-", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())).strip("-")
    source = source_of(name)
    for length in (0, 6, 12, 24):
        tail = f"-{source[:length]}" if length else ""
        candidate = (base or "person")[: MAX_USERNAME_CHARS - len(tail)].strip("-") + tail
        try:
            validate_username(candidate)
        except ValidationError:  # a reserved word
            continue
        yield candidate


def with_usernames(body: str, username_of: Callable[[str], str | None]) -> tuple[str, set[str]]:
    """`body` with each `@**Name**` of somebody who is known as `@username`, and the names that were replaced.

    A letter that touches the mention is kept apart by a space, or it would belong to the username.
    """
    if "@**" not in body:
        return body, set()
    found: set[str] = set()

    def mention(match: re.Match[str]) -> str:
        name = match[1]
        username = username_of(name)
        if username is None:
            return match[0]
        found.add(name)
        before = " " if match.start() and _is_word(body[match.start() - 1]) else ""
        after = " " if _GOES_ON.match(body, match.end()) else ""
        return f"{before}@{username}{after}"

    return _NAMED.sub(mention, body), found


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


class MessageIds:
    """The `msg_id` of each line in turn, the same at each reading of a file.

    Equal lines of one second are counted, so that each of them is a message; the count begins anew with another second, so that
    it needs no memory of the whole file.
    """

    def __init__(self) -> None:
        self._second: float | None = None
        self._met: dict[str, int] = {}

    def of(self, line: "Line") -> str:
        """A UUIDv5 of all that the line says, and of its place among equal ones."""
        if line.sent_at != self._second:
            self._second, self._met = line.sent_at, {}
        said = json.dumps([line.room, line.topic, line.author, line.sent_at, line.body], separators=(",", ":"))
        ordinal = self._met.get(said, 0)
        self._met[said] = ordinal + 1
        return str(uuid.uuid5(NAMESPACE, f"{said}{ordinal}"))
