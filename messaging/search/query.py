"""What is asked: the words of the box, and its filters, whether they come as parameters or were written by hand among the words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.search import tokens
from messaging.search.text import is_short, words

MAX_CHARS = 200
MAX_TERMS = 12
BY_HAND = ("from", "in", "has", "before", "after")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』", '"'))
_PIECE = re.compile(rf'(?:(?P<filter>{"|".join(BY_HAND)}):)?(?P<text>"[^"]*"?|[^\s"]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one behind the other; the first may be the end of a longer word, the last the beginning of one."""

    words: tuple[str, ...]

    @property
    def needle(self) -> str:
        """What a text that holds this holds, as `text.flat` has it."""
        first, last = (" " if is_short(self.words[at]) else "" for at in (0, -1))
        return f"{first}{' '.join(self.words)}{last}"

    @property
    def tokens(self) -> list[str]:
        """What a message that holds this is indexed by."""
        return [*(token for word in self.words for token in tokens.asked(word)), *tokens.joints(self.words)]


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that a message must be. Names are as they were written; who and what they mean, `finding` asks the database."""

    terms: tuple[Term, ...] = ()
    authors: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    has: frozenset[str] = frozenset()
    before: datetime | None = None
    after: datetime | None = None
    author_id: int | None = None
    room_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Query()


@dataclass
class _Reading:
    """What was found in the box so far."""

    terms: list[Term] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)


def read(box: str, **filters) -> Query:
    """The query of what stands in the box and of `filters` (members of `Query`). Raises ValidationError with a sentence for `q`."""
    if len(box) > MAX_CHARS:
        _refuse(_("A search has at most %(limit)d characters.") % {"limit": MAX_CHARS})
    if "\0" in box:
        _refuse(_("This cannot be searched for: it holds characters that cannot be seen."))
    reading = _Reading()
    for name, text in _pieces(box):
        if name:
            reading.found.setdefault(name, []).append(text)
        elif found := words(text):
            reading.terms.append(Term(tuple(found)))
    query = _with_filters(replace(Query(), **filters), reading)
    if query.is_empty and box.strip():
        _refuse(_("There is no letter, digit or symbol in this to search for."))
    if len(query.terms) > MAX_TERMS:
        _refuse(_("A search has at most %(limit)d words.") % {"limit": MAX_TERMS})
    return query


def moment(text: str, *, name: str = "q") -> datetime:
    """A moment (RFC 3339), or the beginning of a day in the active time zone. Raises ValidationError for the field `name`."""
    try:
        at = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), time())
        at = timezone.make_aware(at) if timezone.is_naive(at) else at
        tokens.day_of(at)
        return at
    except (ValueError, OverflowError):
        sentence = _("Expected a date, like %(date)s.") % {"date": timezone.localdate()}
        raise ValidationError({name: sentence}) from None


def days(query: Query) -> tuple[int, int] | None:
    """The days, first and last, in which all of it lies; None where no time is asked for."""
    if query.before is None and query.after is None:
        return None
    first = tokens.day_of(query.after) if query.after else 0
    if query.before is None:
        return first, tokens.day_of(timezone.now()) + (1 << tokens.DAY_BITS[-1])
    return first, tokens.day_of(query.before - timedelta.resolution)


def _pieces(box: str) -> Iterator[tuple[str, str]]:
    # Full-width spaces, quotes and colons are spaces, quotes and colons.
    text = unicodedata.normalize("NFKC", box).translate(_QUOTES)
    for piece in _PIECE.finditer(text):
        yield (piece["filter"] or "").lower(), piece["text"].strip('"')


def _with_filters(query: Query, reading: _Reading) -> Query:
    found = reading.found
    return replace(
        query,
        terms=(*query.terms, *reading.terms),
        authors=(*query.authors, *(text.removeprefix("@") for text in found.get("from", ()))),
        rooms=(*query.rooms, *(text.removeprefix("#") for text in found.get("in", ()))),
        has=query.has | {_known(text.casefold()) for text in found.get("has", ())},
        before=min([*filter(None, [query.before]), *map(moment, found.get("before", ()))], default=None),
        after=max([*filter(None, [query.after]), *map(moment, found.get("after", ()))], default=None),
    )


def _known(what: str) -> str:
    if what not in tokens.HAS:
        _refuse(_("%(name)s: takes one of %(values)s.") % {"name": "has", "values": ", ".join(tokens.HAS)})
    return what


def _refuse(sentence: str) -> None:
    raise ValidationError({"q": sentence})
