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
    """As `touch` for several people, by ascending id as everybody does; `{user id: user_seq}`."""
    return {user_id: touch(user_id) for user_id in sorted(set(user_ids))}
