"""Finding messages: only what one may see now, from the newest to the oldest, by a cursor that new messages do not move."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.compiled import Compiled
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from messaging.reads import right_to_read
from messaging.search import query as queries
from messaging.search import tokens
from messaging.search.lookup import Ground, candidates
from messaging.search.query import Query
from messaging.search.spans import Span, within
from messaging.search.text import folded_at_once, is_short
from rooms.models import Membership, Room, RoomLog

MOST_LOOKED_AT = 4000
"""Candidates whose texts one search reads; a long one counts for several. Beyond them it says how far it came, and `next` goes on."""
A_LONG_TEXT = 500
"""Characters from which on a text counts once more."""
A_FEW_ROOMS = 9
MANY_PASSED_OVER = 8
"""Candidates that cost the database about as much to pass over as one more to read."""


class Said(NamedTuple):
    """What of a message says whether it is meant."""

    pk: int
    thread_title: str
    attachments: list[dict[str, Any]]
    body: str
    html: str = ""


class Readable(NamedTuple):
    """A room of which somebody may read something."""

    pk: int
    history: str
    last_seq: int
    name: str
    slug: str | None

    def is_called(self, name: str) -> bool:
        return name.casefold() in {called.casefold() for called in (self.name, self.slug) if called}


@dataclass(slots=True)
class Found:
    """A page of what was found, newest first. `next` is the cursor of the following one, None at the end."""

    messages: list[Message] = field(default_factory=list)
    next: int | None = None


def find(user: User, query: Query, *, below: int | None = None, limit: int = 25) -> Found:
    """Messages that `user` may read now and that are as `query` says, at most `limit`; those older than the message `below`.

    A page may hold fewer than `limit` and yet have a `next`: then so much was looked at in vain. Raises ValidationError for an empty
    query and for the name of a room that is none of theirs; as `right_to_read` for `query.room_id`.
    """
    if query.is_empty:
        raise ValidationError({"q": _("Say what to search for: a word, or a filter.")})
    rooms, authors, span = _rooms(user, query), _authors(user, query), _span(query)
    grounds, asked = _grounds(user, rooms), _asked(query, authors, span)
    if not grounds or not all(asked):  # there is no such room, person or day
        return Found()
    if span:
        below = min(below or span.below, span.below)
        grounds = [replace(ground, first=max(ground.first, span.first)) for ground in grounds]
    named = [room.pk for room in rooms] if query.room_id is not None or query.rooms else None
    return _Walk(user, query, authors, named, limit).along(candidates(asked, grounds, below=below, first=limit + 7))


def readable_rooms(user: User) -> QuerySet[Room]:
    """Rooms of which `user` may read something now."""
    mine = Membership.objects.of(user).filter(room=OuterRef("pk"))
    return Room.objects.visible_to(user).filter(Q(history=Room.History.SHARED) | Exists(mine))


_rooms_of = Compiled(
    lambda user: readable_rooms(User(pk=user)).values_list("pk", "history", "log__last_seq", "name", "slug")
)
_may_read = Compiled(
    lambda user, *ids: Message.objects.visible_to(User(pk=user)).filter(pk__in=ids).values_list("pk", flat=True)
)


class _Walk:
    """From the newest candidate to the oldest, until the page is full."""

    def __init__(
        self, user: User, query: Query, authors: Sequence[int] | None, rooms: Sequence[int] | None, limit: int
    ) -> None:
        self.user, self.query, self.limit = user, query, limit
        self.authors, self.rooms = authors, rooms
        self.needles = [term.needle for term in query.terms]
        self.words = {word for term in query.terms for word in term.words}
        self.is_plain = all(len(term.words) == 1 and not is_short(term.words[0]) for term in query.terms)
        """Whether it is enough that all words stand in a text, wherever."""
        self.kept: list[int] = []
        self.rows: dict[int, Message] = {}

    def along(self, portions: Iterable[list[int]]) -> Found:
        cursor = self._go(portions)
        self._read([pk for pk in self.kept if pk not in self.rows])
        return Found([self.rows[pk] for pk in self.kept if pk in self.rows], cursor)

    def _go(self, portions: Iterable[list[int]]) -> int | None:
        """Fill the page; the cursor of the next one."""
        looked_at = 0
        for number, ids in enumerate(portions):
            for row in self._read(ids) if number == 0 else self._said(ids):
                if self._is_meant(row):
                    if len(self.kept) == self.limit:
                        return self.kept[-1]
                    self.kept.append(row.pk)
                looked_at += 1 + len(row.body) // A_LONG_TEXT
                if looked_at >= MOST_LOOKED_AT:
                    return row.pk
            looked_at += len(ids) // MANY_PASSED_OVER
        return None

    def _read(self, ids: Sequence[int]) -> list[Message]:
        """The whole rows, as far as they may be read: the right is asked last."""
        rows = list(self._filtered(Message.objects.wire(), ids).select_related("room")) if ids else []
        readable = set(_may_read(self.user.pk, *(row.pk for row in rows))) if rows else set()
        rows = [row for row in rows if row.pk in readable]
        self.rows |= {row.pk: row for row in rows}
        return rows

    def _said(self, ids: Sequence[int]) -> Iterator[Said]:
        """What `ids` say; of those that are meant the rows are read, and the right is asked, in the end."""
        fields = Said._fields if self.query.has else Said._fields[:-1]
        for values in self._filtered(Message.objects.all(), ids).values_list(*fields):
            yield Said(*values)

    def _filtered(self, rows: MessageQuerySet, ids: Sequence[int]) -> MessageQuerySet:
        rows = rows.filter(pk__in=ids, kind=Message.Kind.MESSAGE, deleted_at=None)
        if self.authors is not None:
            rows = rows.filter(author__in=self.authors)
        if self.rooms is not None:
            rows = rows.filter(room__in=self.rooms)
        if self.query.after:
            rows = rows.filter(created_at__gte=self.query.after)
        if self.query.before:
            rows = rows.filter(created_at__lt=self.query.before)
        return rows.order_by("-pk")

    def _is_meant(self, row: Said | Message) -> bool:
        """Whether `row` is what is asked for, as it is now, whatever the index says."""
        if self.query.has and not self.query.has <= tokens.flags(row):
            return False
        if not self.needles:
            return True
        if not row.thread_title and not row.attachments:
            folded = folded_at_once(row.body)
            if folded is not None and not all(word in folded for word in self.words):
                return False  # most that only look like it end here
            if folded is not None and self.is_plain:
                return True
        text = tokens.readable(row)
        return all(needle in text for needle in self.needles)


def _span(query: Query) -> Span | None:
    """Where the time that is asked for lies; None where none is."""
    asked = queries.days(query)
    return within(*asked) if asked else None


def _asked(query: Query, authors: Sequence[int] | None, span: Span | None) -> list[list[str]]:
    """The marks and tokens of `query`, as `lookup` takes them."""
    alternatives = [[token] for token in dict.fromkeys(token for term in query.terms for token in term.tokens)]
    alternatives += [[tokens.has(what)] for what in sorted(query.has)]
    if authors is not None:
        alternatives.append([tokens.by_author(author) for author in authors])
    if span:
        alternatives.append(span.marks)
    return alternatives


def _rooms(user: User, query: Query) -> list[Readable]:
    """The rooms to look into. Raises ValidationError for a name that none of theirs has."""
    rooms = [Readable(*row) for row in _rooms_of(user.pk)]
    if query.room_id is not None:
        right_to_read(user, query.room_id)
        rooms = [room for room in rooms if room.pk == query.room_id]
    if not query.rooms:
        return rooms
    found: dict[int, Readable] = {}
    for name in query.rooms:
        called = {room.pk: room for room in rooms if room.is_called(name)}
        if not called:
            raise ValidationError({"q": _("You have no room that is called %(name)s.") % {"name": name}})
        found |= called
    return list(found.values())


def _grounds(user: User, rooms: Sequence[Readable]) -> list[Ground]:
    """The same rooms by where one's reading begins: where that is one's joining, nothing older is even counted as a candidate."""
    whole = [room for room in rooms if room.history != Room.History.JOINED]
    joined = [room.pk for room in rooms if room.history == Room.History.JOINED]
    return [
        *([Ground([room.pk for room in whole], is_wide=_is_wide(whole))] if whole else []),
        *(_since_joining(user, joined) if joined else []),
    ]


def _is_wide(rooms: Sequence[Readable]) -> bool:
    """Whether a tenth or more of all messages are in `rooms`."""
    if len(rooms) < A_FEW_ROOMS:
        return False
    return sum(room.last_seq for room in rooms) * 10 >= RoomLog.objects.aggregate(all=Sum("last_seq"))["all"]


def _since_joining(user: User, rooms: Sequence[int]) -> Iterator[Ground]:
    joining = Message.objects.filter(room=OuterRef("room"), seq=OuterRef("joined_seq")).values("pk")
    mine = Membership.objects.of(user).filter(room__in=rooms).annotate(first=Subquery(joining))
    for room, first in mine.values_list("room", "first"):
        yield Ground([room], first or 0)


def _authors(user: User, query: Query) -> list[int] | None:
    """Whose messages are asked for; None: everybody's. A name that nobody has says no more than one who said nothing."""
    if query.author_id is None and not query.authors:
        return None
    names = {user.username if name.casefold() == "me" else name for name in query.authors}
    people = User.objects.alias(lowered=Lower("username")).filter(lowered__in={name.casefold() for name in names})
    called = set(people.values_list("pk", flat=True)) if names else {query.author_id}
    return sorted(called if query.author_id is None else called & {query.author_id})
