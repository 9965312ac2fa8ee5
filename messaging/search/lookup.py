"""Asking the index: ids of messages that may be meant, from the newest to the oldest, a few at a time.

What is asked is a list of alternatives, all of which a message must meet: `[["§r1", "§r2"], ["hel"], ["llo"]]`. It costs about as much as
the rarest of them has messages, or as the newest messages that are enough. The ids are candidates: `finding` looks at the rows.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.db import connection

from messaging.search.index import COARSE, FINE
from messaging.search.tokens import MARK

Asked = Sequence[Sequence[str]]
MOST_ROOMS = 200
"""Rooms that are asked for by their marks; of more, each candidate's room is looked at. So it is where a tenth or more of everything is asked
for: SQLite opens a list for each mark, which costs more than to pass over nine candidates of ten."""
FIRST, MOST = 32, 1024
"""Ids of the first portion unless told, and of the largest."""
AT_ONCE = 2048
"""PostgreSQL: ids of a window that are taken; one that holds more is made smaller. So many messages are looked at first."""
WIDER, NARROWER = 16, 8
MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Ground:
    """Rooms to look into, from the message with the id `first` on; `is_wide` where a tenth or more of all messages are theirs."""

    rooms: Sequence[int]
    first: int = 0
    is_wide: bool = False


def candidates(
    asked: Asked, grounds: Sequence[Ground], *, below: int | None, first: int = FIRST
) -> Iterator[list[int]]:
    """Ids below `below` in portions, descending, of messages in one of `grounds` that meet `asked`; `first` of them at first."""
    found = [chain.from_iterable(_candidates(asked, ground, below)) for ground in grounds]
    ids, size = heapq.merge(*found, reverse=True), first
    while portion := list(islice(ids, size)):
        yield portion
        size = min(size * 4, MOST)


def _candidates(asked: Asked, ground: Ground, below: int | None) -> Iterator[list[int]]:
    rooms = ground.rooms
    if len(rooms) <= MOST_ROOMS and not ground.is_wide:
        asked, rooms = [[f"{MARK}r{room}" for room in rooms], *asked], ()
    return (_postgresql if connection.vendor == "postgresql" else _sqlite)(asked, rooms, ground.first, below)


def _sqlite(asked: Asked, rooms: Sequence[int], first: int, below: int | None) -> Iterator[list[int]]:
    """FTS5 walks its lists backwards, and stops where it is told."""
    question = " AND ".join(f"({' OR '.join(map(_double, some))})" for some in asked)
    size, below = FIRST, below or 2**62
    while True:
        ids = _ids(
            "SELECT rowid FROM messaging_searchtext WHERE messaging_searchtext MATCH %s AND rowid >= %s AND rowid < %s "  # noqa: S608
            f"{_in_rooms(rooms)} ORDER BY rowid DESC LIMIT %s",
            [question, first, below, *rooms, size],
        )
        if ids:
            yield ids
        if len(ids) < size:
            return
        below, size = ids[-1], min(size * 4, MOST)


def _in_rooms(rooms: Sequence[int]) -> str:
    if not rooms:
        return ""
    listed = ",".join(["%s"] * len(rooms))
    return f"AND (SELECT room_id FROM messaging_message WHERE id = messaging_searchtext.rowid) IN ({listed})"  # noqa: S608


def _postgresql(asked: Asked, rooms: Sequence[int], first: int, below: int | None) -> Iterator[list[int]]:
    """GIN knows no order. So the newest window of ids is asked for first, then wider and wider ones; blocks are marks like any other."""
    question = " & ".join(f"({' | '.join(map(_single, some))})" for some in asked)
    high, width, widest = below or _end(), AT_ONCE, 2**62
    while high > first:
        low, window = _window(high, width)
        ids = _ids(
            "SELECT message_id FROM messaging_searchentry WHERE tokens @@ %s::tsquery AND message_id >= %s AND message_id < %s "  # noqa: S608
            f"{'AND room_id = ANY(%s)' if rooms else ''} LIMIT %s",
            [f"{question} & ({window})", max(low, first), high, *([list(rooms)] if rooms else []), AT_ONCE + 1],
        )
        if len(ids) > AT_ONCE:
            width = widest = max(AT_ONCE, width // NARROWER)  # as wide a window is not tried again: it costs the most
            continue
        yield sorted(ids, reverse=True)
        high, width = low, min(width * WIDER, widest)


def _end() -> int:
    newest = _ids("SELECT max(message_id) FROM messaging_searchentry", [])[0]
    return newest + 1 if newest else 0


def _window(high: int, width: int) -> tuple[int, str]:
    """Where a window of about `width` ids below `high` begins, and its blocks. It begins with a block, so that the next ends with one."""
    name, bits = ("a", FINE) if width >> FINE < MOST_BLOCKS else ("b", COARSE)
    last = (high - 1) >> bits
    first = max(0, last - min(max(1, width >> bits), MOST_BLOCKS) + 1)
    return first << bits, " | ".join(_single(f"{MARK}{name}{number}") for number in range(first, last + 1))


def _double(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _single(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _ids(statement: str, values: Sequence) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [pk for (pk,) in cursor.fetchall()]
