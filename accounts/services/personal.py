"""The version of what is personal."""

from collections.abc import Iterable

from django.db import connection

from accounts.models import User


def touch(user_id: int) -> int:
    """Raise the `user_seq` of `user_id` by one and return it. Locks their row until the transaction ends: rooms and memberships come before.

    Raises User.DoesNotExist.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET user_seq = user_seq + 1 WHERE id = %s RETURNING user_seq", [user_id])
        row = cursor.fetchone()
    if row is None:
        raise User.DoesNotExist
    return row[0]


def touch_all(user_ids: Iterable[int]) -> dict[int, int]:
    """As `touch` for several people, by ascending id as everybody does, in two statements; `{user id: user_seq}`."""
    ids = sorted(set(user_ids))
    if not ids:
        return {}
    listed = ",".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update:
            # An UPDATE would lock them in whatever order it finds them.
            cursor.execute(f"SELECT id FROM accounts_user WHERE id IN ({listed}) ORDER BY id FOR NO KEY UPDATE", ids)  # noqa: S608
        cursor.execute(
            f"UPDATE accounts_user SET user_seq = user_seq + 1 WHERE id IN ({listed}) RETURNING id, user_seq",  # noqa: S608
            ids,
        )
        found = dict(cursor.fetchall())
    if len(found) < len(ids):
        raise User.DoesNotExist
    return found
