"""Writing the index: in the transaction that writes the message, so that a search finds what was just said and nothing that is gone.

PostgreSQL has a table with a `tsvector` and GIN, SQLite an FTS5 table without content. Both are made by hand (migration 0003): no
model names them, and no foreign key; an entry whose message is gone finds no row, hence nothing.
"""

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection

from messaging.models import Message
from messaging.search import tokens

ENTRIES = 500
"""Of one statement: SQLite takes 32,766 values."""
FINE, COARSE = 10, 16
"""PostgreSQL: bits of a message's id that its blocks leave out. A search looks at the newest blocks first."""


def add(messages: Sequence[Message]) -> None:
    """Index `messages`, which were just written, in one statement for up to ENTRIES of them."""
    for some in batched(messages, ENTRIES):
        _insert([(message.pk, message.room_id, entry(message)) for message in some])


def rewrite(message: Message, former: str) -> None:
    """Index `message` anew, which was just changed; `former` is its token text (`entry`) from before."""
    now = entry(message)
    if now == former:
        return
    if connection.vendor != "postgresql":
        _take_out(message.pk, former)
    _insert([(message.pk, message.room_id, now)])


def forget(message: Message) -> None:
    """Take `message`, which still has its texts, out of the index: before it becomes a tombstone."""
    if connection.vendor == "postgresql":
        _execute("DELETE FROM messaging_searchentry WHERE message_id = %s", [message.pk])
    else:
        _take_out(message.pk, entry(message))


def entry(message: Message) -> str:
    """The token text of `message` as this database keeps it."""
    found = tokens.of_message(message)
    return f"{found} {' '.join(blocks(message.pk))}" if connection.vendor == "postgresql" else found


def blocks(pk: int) -> Iterable[str]:
    """The marks of the blocks in which the message with the id `pk` lies."""
    return f"{tokens.MARK}a{pk >> FINE}", f"{tokens.MARK}b{pk >> COARSE}"


def _insert(rows: Sequence[tuple[int, int, str]]) -> None:
    if connection.vendor == "postgresql":
        row = "(%s, %s, array_to_tsvector(string_to_array(%s, ' ')))"
        _execute(
            f"INSERT INTO messaging_searchentry (message_id, room_id, tokens) VALUES {', '.join([row] * len(rows))} "  # noqa: S608
            "ON CONFLICT (message_id) DO UPDATE SET tokens = EXCLUDED.tokens",
            [value for one in rows for value in one],
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
