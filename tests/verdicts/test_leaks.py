"""What one may not see is nowhere in the bytes that one gets, at no address."""

import pytest
from django.db import transaction

from chatsite.realtime import limits
from tests.verdicts.canaries import addresses, looked
from tests.verdicts.world import digest

pytestmark = pytest.mark.django_db
LOOKING = (
    "nobody",
    "outsider",
    "guest_outside",
    "member",
    "colleague",
    "removed",
    "banned",
    "admin",
    "owner",
    "superuser",
)
NOBODYS = {"deleted", "former", "dropped"}


@pytest.mark.parametrize("person", LOOKING)
def test_a_word_is_seen_by_the_entitled_alone(world, planted, person):
    seen, leaks = set(), []
    before = digest()
    for path in dict.fromkeys(addresses(world, planted, person)):
        limits._buckets.clear()
        with transaction.atomic():
            found = looked(world, person, path)
            transaction.set_rollback(True)
        for name, canary in planted.canaries.items():
            if canary.word.encode() in found:
                seen.add(name)
                if not canary.is_for(person, path):
                    leaks.append(f"{name} at {path}")
    assert not leaks, "\n".join(leaks)
    assert digest() == before
    if person == "owner":
        assert seen == planted.canaries.keys() - NOBODYS - {"draft"}, "A word that nobody finds proves nothing."
    elif person == "member":
        assert {"name", "topic", "body", "title", "answer", "file_name", "content", "draft", "direct"} <= seen
