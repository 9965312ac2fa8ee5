"""The file: JSON lines, plain or gzip, of any length, in bounded memory."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

import msgspec
from django.core.exceptions import ValidationError

from accounts.names import clean_line, validate_display_name
from messaging.importing.naming import room_slug
from messaging.services.texts import clean_body

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. What is longer is no message, and is not held in memory."""
MAX_NAME_CHARS = 80
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"


class Damaged(Exception):
    """The file cannot be read to its end."""


class BadLine(ValueError):
    """A line that is no message; the text says what was expected."""


class Line(msgspec.Struct, frozen=True):
    """One message as the file has it; other members are ignored."""

    room: str
    topic: str
    author: str
    sent_at: int | float
    body: str

    @property
    def slug(self) -> str:
        return room_slug(self.room)

    @property
    def title(self) -> str:
        return self.topic.strip()

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.sent_at, UTC)

    @property
    def text(self) -> str:
        return clean_body(self.body)


_decode = msgspec.json.Decoder(Line).decode


def read(path: Path) -> Iterator[tuple[int, Line | BadLine]]:
    """Each line of the file with its number, from 1; blank ones are left out. Raises Damaged, and OSError where there is no such file."""
    with _opened(path) as stream:
        number = 0
        try:
            for number, raw in enumerate(_lines(stream), 1):
                if raw is None or raw.strip():
                    yield number, _parsed(raw)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Damaged(f"{path} cannot be read beyond line {number}: {error}") from None


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with path.open("rb") as plain:
        packed = plain.read(2) == GZIP
        plain.seek(0)
        if not packed:
            yield plain
            return
        with gzip.open(plain) as stream:
            yield stream


def _lines(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes | None]:
    """Each line; None for one that is too long."""
    first = True
    while raw := stream.readline(LONGEST_LINE + 1):
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LONGEST_LINE)
            yield None
        else:
            yield raw.removeprefix(BOM) if first else raw
        first = False


def _parsed(raw: bytes | None) -> Line | BadLine:
    try:
        if raw is None:
            raise BadLine(f"The line is longer than {LONGEST_LINE} bytes.")
        line = _decode(raw)
        _require_sound(line)
    except BadLine as bad:
        return bad
    except ValidationError as error:
        return BadLine(" ".join(error.messages))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return BadLine(f"{error}.")
    return line


def _require_sound(line: Line) -> None:
    for name in ("room", "topic", "author", "body"):
        if "\0" in getattr(line, name):
            raise BadLine(f"`{name}` holds a NUL.")
    if not 0 <= line.sent_at <= END_OF_TIME:
        raise BadLine(f"`sent_at` is {line.sent_at}; expected Unix seconds, from 0 to {END_OF_TIME:.0f}.")
    if not line.body.strip():
        raise BadLine("`body` is blank.")
    if not line.slug:
        raise BadLine("`room` has no letter or digit.")
    for name in ("room", "author"):
        _require_name(name, getattr(line, name))


@lru_cache(16_384)  # few names, many messages; a refusal is not remembered
def _require_name(member: str, name: str) -> None:
    name = clean_line(name)
    if not 1 <= len(name) <= MAX_NAME_CHARS:
        raise BadLine(f"`{member}` has {len(name)} characters; expected 1 to {MAX_NAME_CHARS}.")
    validate_display_name(name)
