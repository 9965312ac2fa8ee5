"""Which blocks of ids hold messages of which days, so that a search in a span of time begins and ends where it lies.

Ids follow time, but for what was imported: nothing but the messages themselves say where a day is. The table has a few rows for each block
(mark of `tokens.of_days`, number of the block), some of them twice. It is not unique on purpose: who writes a row again that somebody has
not yet committed would wait for them, across rooms. Rows of messages that are gone stay, and cost a look.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from chatsite.cursors import prepared_cursor, table_of
from messaging.models import Message
from messaging.search import tokens

BITS = 10
"""Of an id that its block leaves out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in the index: marks of which each of its messages has one, and the ids between which they lie, the last excluded."""

    marks: list[str]
    first: int
    below: int


def note(messages: Iterable[Message]) -> None:
    """Write down where `messages` lie, as far as it does not stand there."""
    rows = {(mark, message.pk >> BITS) for message in messages for mark in tokens.of_days(message.created_at)}
    table, values = table_of(rows, "text", "bigint")
    with prepared_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO messaging_searchspan (mark, block) SELECT column1, column2 FROM {table} "  # noqa: S608
            "WHERE NOT EXISTS (SELECT 1 FROM messaging_searchspan s WHERE s.mark = v.column1 AND s.block = v.column2)",
            values,
        )


def within(first: int, last: int) -> Span:
    """Where the days from `first` to `last` lie, both included; without marks where nothing was said in them."""
    marks = list(tokens.between(first, last))
    if not marks:
        return Span([], 0, 0)
    table, values = table_of([(mark,) for mark in marks], "text")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column1, (SELECT min(block) FROM messaging_searchspan WHERE mark = column1), "  # noqa: S608
            f"(SELECT max(block) FROM messaging_searchspan WHERE mark = column1) FROM {table}",
            values,
        )
        found = [row for row in cursor.fetchall() if row[1] is not None]
    if not found:
        return Span([], 0, 0)
    lows, highs = [low for _mark, low, _high in found], [high for _mark, _low, high in found]
    return Span([mark for mark, _low, _high in found], min(lows) << BITS, (max(highs) + 1) << BITS)


def forget_all() -> None:
    """Empty the table, with the index."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM messaging_searchspan")
