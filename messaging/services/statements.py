"""The statements of posting, written by hand for many posts at once and for both databases.

Through the ORM a post costs 2.7 ms of CPU; by hand 0.9 ms alone and 0.1 ms in batches of 20 (`docs/architecture.md`).
They name tables of messaging and below only.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from messaging import clock
from messaging.models import Message


def lock_logs(rooms: Iterable[int], *, wait: bool) -> dict[int, list[int]]:
    """Lock the logs of `rooms` by ascending id and read `{room: [last_seq, head, posted]}`; unknown rooms are left out.

    Those that are locked just now are waited for, or (`wait=False`) left out, too.
    """
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    lock += " SKIP LOCKED" if lock and not wait else ""
    found = _select(
        "SELECT room_id, last_seq, head, posted FROM rooms_roomlog WHERE room_id IN ({}) ORDER BY room_id"  # noqa: S608
        + lock,
        sorted(set(rooms)),
    )
    return {room: numbers for room, *numbers in found}


def known(sent: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Message]:
    """The messages that `(author, msg_id)` pairs were posted as."""
    pairs = ",".join(["(%s,%s)"] * len(sent))
    # A join, since for IN (VALUES ...) SQLite reads the whole table.
    rows = Message.objects.raw(
        "SELECT m.id, m.author_id, m.msg_id, m.room_id, m.seq, m.created_event_seq, m.created_at, m.sent_mac, m.sent_mac_key "  # noqa: S608
        f"FROM (VALUES {pairs}) AS v JOIN messaging_message m ON m.author_id = v.column1 AND m.msg_id = v.column2",
        [value for pair in sent for value in pair],
    )
    return {(row.author_id, str(row.msg_id)): row for row in rows}


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


PLACES = (
    "SELECT m.room_id, m.user_id, m.role, m.joined_seq, r.kind, r.history, r.workspace_id, r.members_count, r.archived_at, "
    "r.slow_mode_seconds, m.posted_at, "
    "EXISTS (SELECT 1 FROM rooms_membership h WHERE h.room_id = m.room_id AND h.hears_all AND h.user_id <> m.user_id), "
    "w.role, {clock} "
    "FROM rooms_membership m JOIN rooms_room r ON r.id = m.room_id "
    "LEFT JOIN rooms_workspacemembership w ON w.workspace_id = r.workspace_id AND w.user_id = m.user_id "
    "WHERE m.room_id IN ({}) AND m.user_id IN ({}) AND NOT m.is_hidden"
)


def places(rooms: Iterable[int], users: Iterable[int]) -> dict[tuple[int, int], Place]:
    """The places of `users` in `rooms`, by `(room, user)`; `now` is later than what an earlier holder of the locks wrote."""
    rows = _select(PLACES.replace("{clock}", clock.expression()), sorted(set(rooms)), sorted(set(users)))
    found = (Place._make((*row[:-1], row[-1] or timezone.now())) for row in rows)
    return {(place.room, place.user): place._replace(posted_at=_moment(place.posted_at)) for place in found}


def _moment(value: datetime | None) -> datetime | None:
    """A moment as a hand-written statement reads it: SQLite's have no zone, and are in UTC."""
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


COLUMNS = (
    "room_id", "seq", "event_seq", "created_event_seq", "kind", "author_id", "body", "html", "mentions", "reactions", "previews", "attachments",
    "created_at", "reply_to_id", "reply_to_seq", "thread_root_id", "replies", "thread_title", "posted", "msg_id", "sent_mac",
    "sent_mac_key",
)  # fmt: skip
AS_JSON = {"mentions", "reactions", "previews", "attachments"}


def insert(messages: Sequence[Message]) -> None:
    """Insert `messages` in one statement and give each its `id`.

    Raises IntegrityError where a `msg_id` was sent to two rooms at once.
    """
    row = "(" + ",".join(["%s"] * len(COLUMNS)) + ")"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO messaging_message ({','.join(COLUMNS)}) VALUES {','.join([row] * len(messages))} RETURNING room_id, seq, id",  # noqa: S608
            [value for message in messages for value in values(message)],
        )
        ids = {(room, seq): pk for room, seq, pk in cursor.fetchall()}
    for message in messages:
        message.pk = ids[message.room_id, message.seq]
        message._state.adding = False


def values(message: Message) -> Iterable:
    """What is written of `message`, in the order of `COLUMNS`."""
    for column in COLUMNS:
        value = getattr(message, column)
        if column in AS_JSON:
            value = json.dumps(value, ensure_ascii=False)
        elif column == "created_at":
            value = connection.ops.adapt_datetimefield_value(value)
        yield value


def save_logs(logs: dict[int, list[int]]) -> None:
    """Write the numbers of `logs` back."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE rooms_roomlog SET last_seq = %s, head = %s, posted = %s WHERE room_id = %s",
            [(*numbers, room) for room, numbers in sorted(logs.items())],
        )


def move_marks(messages: Sequence[Message]) -> None:
    """Each author's mark moves to their message if nothing was unread, else the message counts as their own behind it.

    In one statement each, so that a mark that another device moves at the same moment is the one that counts.
    """
    with connection.cursor() as cursor:
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


def _select(statement: str, *lists: Sequence) -> list[tuple]:
    filled = statement.format(*(",".join(["%s"] * len(values)) for values in lists))
    with connection.cursor() as cursor:
        cursor.execute(filled, [value for values in lists for value in values])
        return cursor.fetchall()
