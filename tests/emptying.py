"""Emptying the database after a test that committed.

Django's `flush` takes ten times as long: it empties every table, also the nine in ten that are empty, and has content types
and permissions made anew.
"""

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}
"""What migrations filled: no test writes there."""


def empty(connection: BaseDatabaseWrapper) -> None:
    """Empties the models' tables. Waits for transactions that are still open on them, and fails where they stay so."""
    names = connection.introspection.django_table_names(include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in KEPT]
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: they go in any order
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


def empty_all(case: TransactionTestCase) -> None:
    """In the place of TransactionTestCase._fixture_teardown."""
    for alias in case._databases_names(include_mirrors=False):
        empty(connections[alias])
