"""What a test committed is gone for the next."""

import contextlib
import sqlite3

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection

from accounts.models import AuditEntry
from tests.cast import house, person
from tests.emptying import KEPT, empty

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_goes_but_what_migrations_filled() -> None:
    AuditEntry.objects.create(actor=person("alice", house()), action="signed_in")
    permissions = set(Permission.objects.values_list("pk", flat=True))
    empty(connection)
    ours = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table not in KEPT]
    assert [model for model in ours if model._base_manager.exists()] == []
    assert set(Permission.objects.values_list("pk", flat=True)) == permissions != set()


def test_a_transaction_that_is_still_open_is_noticed() -> None:
    if connection.vendor == "postgresql":
        given = connection.get_connection_params()
        other = psycopg.connect(host=given["host"], user=given["user"], dbname=given["dbname"])
        other.execute("SELECT * FROM accounts_user")
        soon, as_before = "SET lock_timeout = '100ms'", "RESET lock_timeout"
    else:
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        soon, as_before = "PRAGMA busy_timeout = 100", "PRAGMA busy_timeout = 1500"
    with connection.cursor() as cursor, contextlib.closing(other):
        cursor.execute(soon)
        with pytest.raises(OperationalError):
            empty(connection)
        cursor.execute(as_before)
