"""A query about somebody, compiled once in a process.

Who may read what is a query of many conditions: to put it together costs Django ten times what it costs the database to answer, and more than
all else of a search. Its SQL is the same for everybody, but for who they are.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User

SOMEBODY = User(pk=-(2**40))
"""For whom a query is compiled: by a number that is nobody's."""


def some_ids(count: int) -> list[int]:
    """So many ids with which a query is compiled: numbers that no row has."""
    return [-(2**41) - at for at in range(count)]


class Prepared:
    """The SQL of `rows`, a query about SOMEBODY (and `some_ids`), for asking about others."""

    def __init__(self, rows: QuerySet) -> None:
        self.sql, self.values = rows.query.sql_with_params()

    def rows(self, user: User) -> list[tuple]:
        """What the database answers about `user`."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self._about(user, ()))
            return cursor.fetchall()

    def expression(self, user: User, ids: Sequence[int]) -> RawSQL:
        """The query about `user` and `ids` as a part of another."""
        return RawSQL(self.sql, self._about(user, ids))  # noqa: S611 (compiled, not written)

    def _about(self, user: User, ids: Sequence[int]) -> list:
        meant = {SOMEBODY.pk: user.pk} | dict(zip(some_ids(len(ids)), ids, strict=True))
        return [meant.get(value, value) for value in self.values]
