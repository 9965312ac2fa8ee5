"""Writing the index: in the transaction that writes the message, so that a search finds what was just said and nothing that is gone.

PostgreSQL has a table of token numbers with GIN, SQLite an FTS5 table without content. Both are made by hand (migration 0004): no
model names them, and no foreign key; an entry whose message is gone finds no row, hence nothing.
"""

import functools
from collections.abc import Iterable, Sequence
from itertools import batched
from zlib import crc32

from django.db import connection

from chatsite.cursors import prepared_cursor, table_of
from messaging.models import Message
from messaging.search import spans, tokens

ENTRIES = 500
"""Of one statement: SQLite takes 32,766 values."""
FINE, COARSE = 10, 16
"""PostgreSQL: bits of a message's id that its blocks leave out. A search looks at the newest blocks first."""


def add(messages: Sequence[Message]) -> None:
    """Index `messages`, which were just written, in two statements for up to ENTRIES of them."""
    for some in batched(messages, ENTRIES):
        _insert([(message.pk, message.room_id, entry(message)) for message in some])
        spans.note(some)


def rewrite(message: Message, former: str) -> None:
    """Index `message` anew, which was just changed; `former` is its entry (`entry`) from before."""
    now = entry(message)
    if now == former:
        return
    if connection.vendor != "postgresql":
        _take_out(message.pk, former)
    _insert([(message.pk, message.room_id, now)])
    spans.note([message])


def forget(message: Message) -> None:
    """Take `message`, which still has its texts, out of the index: before it becomes a tombstone."""
    if connection.vendor == "postgresql":
        _execute("DELETE FROM messaging_searchentry WHERE message_id = %s", [message.pk])
    else:
        _take_out(message.pk, entry(message))


def entry(message: Message) -> str:
    """The tokens of `message` as this database keeps them."""
    found = tokens.of_message(message)
    return numbers([*found, *blocks(message.pk)]) if connection.vendor == "postgresql" else " ".join(found)


def numbers(found: Iterable[str]) -> str:
    """Tokens as PostgreSQL keeps and compares them: an array of 32 bits each.

    It takes half the room of the words and compares in no time. Two tokens in four thousand million have the same number, and a message
    that is found for the wrong one is read like any other.
    """
    return f"{{{','.join(map(_number, found))}}}"


@functools.lru_cache(16_384)
def _number(token: str) -> str:
    return str(crc32(token.encode()) - 2**31)


def blocks(pk: int) -> Iterable[str]:
    """The marks of the blocks in which the message with the id `pk` lies."""
    return f"{tokens.MARK}a{pk >> FINE}", f"{tokens.MARK}b{pk >> COARSE}"


def _insert(rows: Sequence[tuple[int, int, str]]) -> None:
    if connection.vendor == "postgresql":
        table, values = table_of(rows, "bigint", "bigint", "text")
        with prepared_cursor() as cursor:
            cursor.execute(
                "INSERT INTO messaging_searchentry (message_id, room_id, tokens) "  # noqa: S608
                f"SELECT column1, column2, column3::int[] FROM {table} "
                "ON CONFLICT (message_id) DO UPDATE SET tokens = EXCLUDED.tokens",
                values,
            )
    else:
        _execute(
            f"INSERT INTO messaging_searchtext (rowid, tokens) VALUES {', '.join(['(%s, %s)'] * len(rows))}",  # noqa: S608
            [value for pk, _room, text in rows for value in (pk, text)],
        )


def _take_out(pk: int, former: str) -> None:
    # FTS5 without content forgets only what it is shown, and takes it amiss if it never knew it.
    _execute(
        "INSERT INTO messaging_searchtext (messaging_searchtext, rowid, tokens) "
        "SELECT 'delete', id, %s FROM messaging_searchtext_docsize WHERE id = %s",
        [former, pk],
    )


def _execute(statement: str, values: Sequence) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
