"""The world of the verdicts, made once a module inside a transaction that never commits."""

import pytest
from django.db import transaction

from tests.verdicts import world as making


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield making.build()
        transaction.set_rollback(True)
