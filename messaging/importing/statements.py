"""The statements of an import, written by hand for a batch at once and for both databases.

They name tables of messaging and below only.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db import connection

from messaging.models import Message
from messaging.services import statements as posting
from rooms.models import RoomLog

ROWS = 500
"""Messages in one INSERT: SQLite takes 32,766 values in a statement, and each has 23."""


def give_ids(messages: Sequence[Message]) -> None:
    """Give `messages` their ids in their order, which is that of the conversation: a search shows the highest first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('messaging_message', 'id')) FROM generate_series(1, %s)",
                [len(messages)],
            )
            ids: Iterable[int] = [pk for (pk,) in cursor.fetchall()]
        else:
            # Nobody else writes meanwhile; the INSERT moves the sequence on.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messaging_message'")
            ids = itertools.count((cursor.fetchone() or (0,))[0] + 1)
    for message, pk in zip(messages, ids, strict=False):
        message.pk = pk


def insert(messages: Sequence[Message]) -> None:
    """Insert `messages`, which have their ids."""
    columns = ",".join(["id", *posting.COLUMNS])
    rows = ([message.pk, *posting.values(message)] for message in messages)
    if connection.vendor != "postgresql":
        for some in batched(rows, ROWS):
            _execute(f"INSERT INTO messaging_message ({columns}) {{}}", some)
        return
    # COPY costs this process and the server a third of an INSERT with 10,500 values.
    with connection.cursor() as cursor, cursor.copy(f"COPY messaging_message ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def known(sent: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these `(author, msg_id)` are there already."""
    return set(
        _execute(
            "SELECT m.author_id, m.msg_id FROM ({}) AS v JOIN messaging_message m ON m.author_id = v.column1 AND m.msg_id = v.column2", sent
        )
    )  # fmt: skip


def grow_roots(grown: Mapping[int, tuple[int, int]]) -> None:
    """Count the replies that came to roots: `{root: (how many, the event_seq of the last)}`."""
    _execute(
        "UPDATE messaging_message SET replies = replies + v.column2, event_seq = v.column3 FROM ({}) AS v "
        "WHERE messaging_message.id = v.column1",
        [(root, count, event_seq) for root, (count, event_seq) in grown.items()],
    )


def count_members(new: Mapping[int, int]) -> None:
    """Add to `members_count`: `{room: how many}`."""
    _execute(
        "UPDATE rooms_room SET members_count = members_count + v.column2 FROM ({}) AS v WHERE rooms_room.id = v.column1",
        list(new.items()),
    )


def keep_caught_up(logs: Iterable[RoomLog], posted_before: Mapping[int, int]) -> set[int]:
    """Move the marks of those who can sign in and had read everything to the new ends; their ids."""
    moved = _execute(
        "UPDATE rooms_membership SET last_read_seq = v.column2, receipt_seq = v.column2, read_posted = v.column3, own_after = 0 "
        "FROM ({}) AS v, accounts_user AS u WHERE rooms_membership.room_id = v.column1 AND u.id = rooms_membership.user_id "
        "AND u.password NOT LIKE '!%%' AND rooms_membership.read_posted + rooms_membership.own_after >= v.column4 "
        "RETURNING user_id",
        [(log.pk, log.last_seq, log.posted, posted_before[log.pk]) for log in logs],
    )
    return {user for (user,) in moved}


def count_own(written: Mapping[tuple[int, int], int], last_seqs: Mapping[int, int]) -> None:
    """Count messages as their authors' own behind their marks: `{(room, author): how many}`; not where the mark is at the end."""
    _execute(
        "UPDATE rooms_membership SET own_after = own_after + v.column3 FROM ({}) AS v "
        "WHERE rooms_membership.room_id = v.column1 AND rooms_membership.user_id = v.column2 "
        "AND rooms_membership.last_read_seq < v.column4",
        [(room, author, count, last_seqs[room]) for (room, author), count in written.items()],
    )


def settle_marks(room_ids: Sequence[int]) -> None:
    """Put the marks of those who cannot sign in, as everybody who was imported, to the end of these rooms."""
    _execute(
        "UPDATE rooms_membership SET last_read_seq = l.last_seq, receipt_seq = l.last_seq, read_posted = l.posted, own_after = 0 "
        "FROM ({}) AS v, rooms_roomlog AS l, accounts_user AS u WHERE l.room_id = v.column1 "
        "AND rooms_membership.room_id = l.room_id AND u.id = rooms_membership.user_id AND u.password LIKE '!%%' "
        "AND rooms_membership.last_read_seq < l.last_seq",
        [(room,) for room in room_ids],
    )


def _execute(statement: str, rows: Sequence[Sequence[Any]]) -> list[tuple]:
    """Run a statement whose `{}` is `rows` as VALUES (columns `column1` ... on both databases); what it returns. Nothing for no rows."""
    if not rows:
        return []
    row = "(" + ",".join(["%s"] * len(rows[0])) + ")"
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format("VALUES " + ",".join([row] * len(rows))), [value for one in rows for value in one]
        )
        return cursor.fetchall() if cursor.description else []
