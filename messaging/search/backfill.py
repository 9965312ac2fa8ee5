"""Indexing what no index knows yet: from before there was a search, or by an older version beside this one."""

from django.db import connection

from messaging.models import Message
from messaging.search import spans
from messaging.search.index import add

BATCH = 500
_KNOWN = {
    "postgresql": "messaging_searchentry e WHERE e.message_id",
    "sqlite": "messaging_searchtext_docsize e WHERE e.id",
}
_UNINDEXED = "FROM messaging_message m WHERE m.kind = 'message' AND m.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM {} = m.id)"


def missing() -> int:
    """How many living messages are not indexed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_unindexed()}")
        return cursor.fetchone()[0]


def index_missing(messages: type[Message] = Message, *, below: int = 2**62) -> int | None:
    """Index the newest BATCH messages that are not indexed and lie below the id `below`; the lowest of their ids, None if there were none.

    One transaction is to hold it. Rows are locked, so that none is deleted in between.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT m.id {_unindexed()} AND m.id < %s ORDER BY m.id DESC LIMIT %s", [below, BATCH])
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = messages.objects.select_for_update(no_key=True).filter(pk__in=ids, deleted_at=None).order_by("pk")
    add(list(rows))
    return min(ids, default=None)


def forget_all() -> None:
    """Empty the index, to be made anew."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE messaging_searchentry")
        else:
            cursor.execute("INSERT INTO messaging_searchtext (messaging_searchtext) VALUES ('delete-all')")
    spans.forget_all()


def tidy() -> None:
    """Make the index as small and quick as it can be: PostgreSQL's entries without messages go, SQLite's pieces are joined."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "DELETE FROM messaging_searchentry e WHERE NOT EXISTS (SELECT 1 FROM messaging_message m WHERE m.id = e.message_id)"
            )
        else:
            cursor.execute("INSERT INTO messaging_searchtext (messaging_searchtext) VALUES ('optimize')")


def _unindexed() -> str:
    return _UNINDEXED.format(_KNOWN[connection.vendor])
