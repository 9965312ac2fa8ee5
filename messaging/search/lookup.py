"""Asking the index: ids of messages that may be meant, from the newest to the oldest, a few at a time.

What is asked is a list of alternatives, all of which a message must meet: `[["§r1", "§r2"], ["hel"], ["llo"]]`. It costs about as much as
the rarest of them has messages, or as the newest messages that are enough. The ids are candidates: `finding` looks at the rows.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.db import connection

from messaging.search.index import COARSE, FINE, numbers
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
A_FEW = 1024
"""PostgreSQL: where no more than so many are to be expected in all that is left, it is one window."""


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
    if not asked or (len(rooms) <= MOST_ROOMS and not ground.is_wide):
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
    """GIN knows no order. So the newest window of ids is asked for first, then wider ones; blocks are marks like any other."""
    where, values = _where(asked, rooms)
    start = high = below or _end()
    width, widest, seen = AT_ONCE, 2**62, 0
    while high > first:
        low, blocks = _window(high, width) if width < high - first else (first, [])
        ids = _ids(
            # By its key the planner would walk through a window and look at the tokens of each.
            f"SELECT message_id FROM messaging_searchentry WHERE {where}{' AND tokens && %s::int[]' if blocks else ''} "  # noqa: S608
            "AND message_id + 0 >= %s AND message_id + 0 < %s LIMIT %s",
            [*values, *([numbers(blocks)] if blocks else []), max(low, first), high, AT_ONCE + 1],
        )
        if len(ids) > AT_ONCE:
            # As wide a window is not tried again: it costs the most.
            width = widest = max(AT_ONCE, (high - low) // NARROWER)
            continue
        yield sorted(ids, reverse=True)
        high, seen = low, seen + len(ids)
        left, looked = high - first, start - high
        # The very newest say little of the rest: a conversation may be of one thing, in one language, in one room.
        is_rare = looked > 2 * AT_ONCE and (seen + 1) * left <= A_FEW * looked
        width = min(left if is_rare else width * WIDER, widest)


def _where(asked: Asked, rooms: Sequence[int]) -> tuple[str, list]:
    """The condition that all of `asked` is met in one of `rooms` (none: anywhere), and its values."""
    alone, several = [some[0] for some in asked if len(some) == 1], [some for some in asked if len(some) > 1]
    conditions = [*(["tokens @> %s::int[]"] if alone else []), *["tokens && %s::int[]"] * len(several)]
    if rooms:
        conditions.append("room_id = ANY(%s)")
    return " AND ".join(conditions), [
        *([numbers(alone)] if alone else []),
        *map(numbers, several),
        *([list(rooms)] if rooms else []),
    ]


def _end() -> int:
    newest = _ids("SELECT max(message_id) FROM messaging_searchentry", [])[0]
    return newest + 1 if newest else 0


def _window(high: int, width: int) -> tuple[int, list[str]]:
    """Where a window of about `width` ids below `high` begins, and its blocks. It begins with a block, so that the next ends with one."""
    name, bits = ("a", FINE) if width >> FINE < MOST_BLOCKS else ("b", COARSE)
    last = (high - 1) >> bits
    first = max(0, last - min(max(1, width >> bits), MOST_BLOCKS) + 1)
    return first << bits, [f"{MARK}{name}{number}" for number in range(first, last + 1)]


def _double(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _ids(statement: str, values: Sequence) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [pk for (pk,) in cursor.fetchall()]
