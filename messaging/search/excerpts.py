"""What of a message is shown among what was found: a piece of its words, with those that were asked for marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from messaging.markdown.words import in_one_line
from messaging.models import Message
from messaging.search.query import Term
from messaging.search.text import is_short

LONGEST, BEFORE = 240, 60
"""Characters of a piece, and of it before the first word that was asked for."""

Piece = tuple[str, bool]
"""Text, and whether it is marked."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Pieces of a message's title, words and files' names; where it has none, no pieces."""

    title: list[Piece]
    words: list[Piece]
    files: list[list[Piece]]


def excerpt(message: Message, terms: Sequence[Term]) -> Excerpt:
    """What `message` shows of itself to who asked for `terms`."""
    pattern = _pattern(terms)
    said = in_one_line(message.html)
    return Excerpt(
        pieces(message.thread_title, pattern),
        pieces(_cut(said, pattern), pattern),
        [pieces(one["name"], pattern) for one in message.attachments],
    )


def pieces(text: str, pattern: re.Pattern[str] | None) -> list[Piece]:
    """`text`, cut where marks begin and end."""
    found, at = [], 0
    for match in pattern.finditer(text) if pattern else ():
        if match.end() > match.start():
            found += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]


def _pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_words, terms)), re.IGNORECASE) if terms else None


def _words(term: Term) -> str:
    first, last = r"(?<!\w)" if is_short(term.words[0]) else "", r"(?!\w)" if is_short(term.words[-1]) else ""
    return first + r"[\W_]{0,8}".join(map(re.escape, term.words)) + last


def _cut(text: str, pattern: re.Pattern[str] | None) -> str:
    match = pattern.search(text) if pattern else None
    start = max(0, match.start() - BEFORE) if match else 0
    if start:
        start = text.find(" ", start, match.start()) + 1 or start  # type: ignore[union-attr]  # there is a match
    end = start + LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
