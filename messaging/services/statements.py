"""The statements of posting, written by hand for many posts at once and for both databases.

Through the ORM a post took three times the CPU when this was written; what it takes so stands in `benchmarks/writes.md`.
They name tables of messaging and below only.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.utils import timezone

from chatsite.cursors import array, pipelined, prepared_cursor, table_of
from messaging import clock
from messaging.models import Message


class Place(NamedTuple):
    """Somebody's place in a room, with what posting asks of the room and of their role in its workspace."""

    room: int
    user: int
    role: str
    joined_seq: int
    kind: str
    history: str
    workspace: int | None
    members_count: int
    archived_at: datetime | None
    slow_mode_seconds: int
    posted_at: datetime | None
    is_heard: bool
    """Whether somebody else here wants to be told of everything."""
    workspace_role: str | None
    now: datetime


@dataclass(slots=True, frozen=True)
class Standing:
    """What is known under the locks of the rooms, before anything is posted."""

    logs: dict[int, list[int]]
    """`{room: [last_seq, head, posted]}` of the rooms that are there and locked now."""
    known: dict[tuple[int, str], Message]
    """The messages that `(author, msg_id)` pairs were posted as; without their texts."""
    places: dict[tuple[int, int], Place]
    """By `(room, user)`; their `now` is later than what an earlier holder of the locks wrote."""
    ids: list[int]
    """An id for each message that may come of it, ascending; none where the database says them only when it is there (SQLite)."""


def standing(sent: Sequence[tuple[int, int, str]], *, wait: bool) -> Standing:
    """Lock the logs of the rooms of `sent`, which is `(room, author, msg_id)` of each post, by ascending id, and read what posting asks.

    Rooms that are locked just now are waited for, or (`wait=False`) left out, as unknown ones are.
    """
    with contextlib.ExitStack() as stack:
        logs, before, places, ids = [stack.enter_context(prepared_cursor()) for _cursor in range(4)]
        stack.enter_context(pipelined())
        _lock_logs(logs, sorted({room for room, _user, _id in sent}), wait=wait)
        _look_up(before, [(user, msg_id) for _room, user, msg_id in sent])
        _ask_places(places, sorted({(room, user) for room, user, _id in sent}))
        if _is_postgresql():
            ids.execute(IDS, [len(sent)])
        return Standing(
            {room: numbers for room, *numbers in logs.fetchall()},
            _found(before),
            {(row[0], row[1]): _place(row) for row in places.fetchall()},
            [pk for (pk,) in ids.fetchall()] if _is_postgresql() else [],
        )


def known(sent: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Message]:
    """The messages that `(author, msg_id)` pairs were posted as, without their texts."""
    with prepared_cursor() as cursor:
        _look_up(cursor, sent)
        return _found(cursor)


IDS = "SELECT nextval(pg_get_serial_sequence('messaging_message', 'id')) FROM generate_series(1, %s)"
LOGS = "SELECT room_id, last_seq, head, posted FROM rooms_roomlog WHERE room_id {} ORDER BY room_id"
# Joins with pairs, since for IN (VALUES ...) SQLite reads the whole table.
KNOWN = (
    "SELECT m.id, m.author_id, m.msg_id, m.room_id, m.seq, m.created_event_seq, m.created_at, m.sent_mac, m.sent_mac_key "
    "FROM {} JOIN messaging_message m ON m.author_id = v.column1 AND m.msg_id = v.column2"
)
PLACES = (
    "SELECT m.room_id, m.user_id, m.role, m.joined_seq, r.kind, r.history, r.workspace_id, r.members_count, r.archived_at, "
    "r.slow_mode_seconds, m.posted_at, "
    "EXISTS (SELECT 1 FROM rooms_membership h WHERE h.room_id = m.room_id AND h.hears_all AND h.user_id <> m.user_id), "
    "w.role, {} "
    "FROM {} JOIN rooms_membership m ON m.room_id = v.column1 AND m.user_id = v.column2 AND NOT m.is_hidden JOIN rooms_room r ON r.id = m.room_id "
    "LEFT JOIN rooms_workspacemembership w ON w.workspace_id = r.workspace_id AND w.user_id = m.user_id"
)


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _lock_logs(cursor: Any, rooms: Sequence[int], *, wait: bool) -> None:
    if _is_postgresql():
        lock = f" FOR NO KEY UPDATE{'' if wait else ' SKIP LOCKED'}"
        cursor.execute(LOGS.format("= ANY(%s::bigint[])") + lock, [array(rooms)])
    else:
        cursor.execute(LOGS.format(f"IN ({','.join(['%s'] * len(rooms))})"), rooms)


def _look_up(cursor: Any, sent: Sequence[tuple[int, str]]) -> None:
    table, values = table_of(sent, "bigint", "text")
    cursor.execute(KNOWN.format(table), values)


def _ask_places(cursor: Any, places: Sequence[tuple[int, int]]) -> None:
    table, values = table_of(places, "bigint", "bigint")
    cursor.execute(PLACES.format(clock.expression(), table), values)


def _found(cursor: Any) -> dict[tuple[int, str], Message]:
    return {(row[1], row[2]): _sent_as(*row) for row in cursor.fetchall()}


def _sent_as(
    pk: int, author: int, msg_id: str, room: int, seq: int, event_seq: int, at: datetime, mac: bytes, key: str
) -> Message:
    return Message(
        pk=pk, author_id=author, msg_id=msg_id, room_id=room, seq=seq, created_event_seq=event_seq, created_at=_aware(at),
        sent_mac=mac, sent_mac_key=key,
    )  # fmt: skip


def _place(row: tuple) -> Place:
    found = Place._make((*row[:-1], row[-1] or timezone.now()))
    return found._replace(posted_at=_aware(found.posted_at) if found.posted_at else None)


def _aware(value: datetime) -> datetime:
    """A moment as a hand-written statement reads it: SQLite's have no zone, and are in UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


COLUMNS = {
    "room_id": "bigint", "seq": "bigint", "event_seq": "bigint", "created_event_seq": "bigint", "kind": "text", "author_id": "bigint",
    "body": "text", "html": "text", "mentions": "jsonb", "reactions": "jsonb", "previews": "jsonb", "attachments": "jsonb",
    "created_at": "timestamptz", "reply_to_id": "bigint", "reply_to_seq": "bigint", "thread_root_id": "bigint", "replies": "integer",
    "thread_title": "text", "posted": "bigint", "msg_id": "text", "sent_mac": "bytea", "sent_mac_key": "text",
}  # fmt: skip
"""What is written of a message, and the type of each in PostgreSQL."""


def insert(messages: Sequence[Message], ids: Sequence[int] = ()) -> None:
    """Insert `messages` in one statement and give each its `id`: of `ids` (`Standing`), else a new one.

    Raises IntegrityError where a `msg_id` was sent to two rooms at once.
    """
    rows = [values(message) for message in messages]
    with prepared_cursor() as cursor:
        if _is_postgresql():
            if not ids:
                cursor.execute(IDS, [len(rows)])
                ids = [pk for (pk,) in cursor.fetchall()]
            # What else is written needs the ids, and goes the same way without waiting for this.
            ids = ids[: len(rows)]
            cursor.execute(INSERT_WITH_IDS, [array(column) for column in (ids, *zip(*rows, strict=True))])
        else:
            row = "(" + ",".join(["%s"] * len(COLUMNS)) + ")"
            given = [value for row in rows for value in row]
            cursor.execute(INSERT.format(f"VALUES {','.join([row] * len(rows))}"), given)
            by_number = {(room, seq): pk for room, seq, pk in cursor.fetchall()}
            ids = [by_number[message.room_id, message.seq] for message in messages]
    for message, pk in zip(messages, ids, strict=True):
        message.pk = pk
        message._state.adding = False


INSERT = f"INSERT INTO messaging_message ({','.join(COLUMNS)}) {{}} RETURNING room_id, seq, id"
INSERT_WITH_IDS = (
    f"INSERT INTO messaging_message (id,{','.join(COLUMNS)}) "  # noqa: S608
    f"SELECT * FROM unnest(%s::bigint[],{','.join(f'%s::{kind}[]' for kind in COLUMNS.values())})"
)


def values(message: Message) -> list:
    """What is written of `message`, in the order of `COLUMNS`."""
    found = [getattr(message, column) for column in COLUMNS]
    for place in _JSON:
        found[place] = _json(found[place]).decode()
    found[_MOMENT] = connection.ops.adapt_datetimefield_value(found[_MOMENT])
    return found


_json = msgspec.json.encode
_JSON = [place for place, kind in enumerate(COLUMNS.values()) if kind == "jsonb"]
_MOMENT = list(COLUMNS).index("created_at")


def save_logs(logs: dict[int, list[int]]) -> None:
    """Write the numbers of `logs` back."""
    table, values = table_of([(room, *numbers) for room, numbers in logs.items()], *["bigint"] * 4)
    with prepared_cursor() as cursor:
        cursor.execute(
            f"UPDATE rooms_roomlog SET last_seq = column2, head = column3, posted = column4 FROM {table} WHERE room_id = column1",  # noqa: S608
            values,
        )


def move_marks(messages: Sequence[Message]) -> None:
    """Each author's mark moves to their message if nothing was unread, else the message counts as their own behind it.

    In one statement each, so that a mark that another device moves at the same moment is the one that counts.
    """
    with prepared_cursor() as cursor:
        cursor.executemany(
            "UPDATE rooms_membership SET "
            "own_after = CASE WHEN read_posted + own_after >= %s THEN 0 ELSE own_after + 1 END, "
            "last_read_seq = CASE WHEN read_posted + own_after >= %s THEN %s ELSE last_read_seq END, "
            "receipt_seq = CASE WHEN read_posted + own_after >= %s AND receipt_seq < %s THEN %s ELSE receipt_seq END, "
            "read_posted = CASE WHEN read_posted + own_after >= %s THEN %s ELSE read_posted END "
            "WHERE room_id = %s AND user_id = %s",
            [
                (
                    m.posted - 1,
                    m.posted - 1,
                    m.seq,
                    m.posted - 1,
                    m.seq,
                    m.seq,
                    m.posted - 1,
                    m.posted,
                    m.room_id,
                    m.author_id,
                )
                for m in sorted(messages, key=lambda m: (m.room_id, m.author_id, m.seq))
            ],
        )
