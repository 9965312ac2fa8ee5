"""The world of the verdicts, made once a module inside a transaction that never commits."""

from pathlib import Path

import pytest
from django.db import transaction

from tests.verdicts import canaries
from tests.verdicts import world as making

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield making.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def planted(world, django_db_blocker) -> canaries.Planted:
    with django_db_blocker.unblock():
        return canaries.plant(world)
