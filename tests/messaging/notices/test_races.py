"""Two at the same moment: what is told, what is read, who is removed and what is deleted come out as one before the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from messaging import notices
from messaging import services as messages
from messaging.models import Notification
from messaging.notices import delivery, digest
from rooms import services
from rooms.models import Membership
from tests.background import run_tasks
from tests.messaging.notices.conftest import chooses, made, reads, said

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    """All of `acts`, begun together; each until the database takes it."""

    def attempt(act: Callable[[], object]) -> None:
        try:
            for _try in range(20):
                try:
                    act()
                    return
                except Unavailable:
                    continue
            raise AssertionError("never taken")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(attempt, acts))


def test_two_who_deliver_the_same_tell_once(heard, room, alice, bob, dan):
    for number in range(5):
        message = said(alice, room, f"@bob @dan {number}")
        heard.clear()
        at_once(*[lambda pk=message.pk: delivery.deliver([pk])] * 4)
        assert Notification.objects.filter(message=message).count() == 2
        told = [event.user for event in heard if type(event).__name__ == "Notified"]
        assert sorted(told) == sorted([bob.pk, dan.pk])


def test_what_is_read_while_it_is_delivered_is_read(room, alice, bob):
    for number in range(10):
        message = said(alice, room, f"@bob {number}")
        at_once(lambda pk=message.pk: delivery.deliver([pk]), lambda seq=message.seq: reads(bob, room, seq))
        assert notices.unread_of(bob) == 0
        assert not Notification.objects.filter(user=bob, read_at=None).exists()


def test_who_is_removed_while_it_is_delivered_hears_nothing_afterwards(heard, place, cellar, alice, bob):
    for number in range(5):
        message = said(alice, cellar, f"@bob {number}")
        heard.clear()
        at_once(
            lambda pk=message.pk: delivery.deliver([pk]),
            lambda: commit(services.remove_member, alice, cellar, bob),
        )
        rows = Notification.objects.filter(message=message).count()
        told = [event for event in heard if type(event).__name__ == "Notified"]
        assert len(told) == rows <= 1 and notices.unread_of(bob) == 0
        commit(services.add_member, alice, cellar, bob)


def test_what_is_deleted_while_it_is_delivered_calls_nobody(room, alice, bob):
    for number in range(5):
        message = said(alice, room, f"@bob {number}")
        at_once(
            lambda pk=message.pk: delivery.deliver([pk]),
            lambda pk=message.pk: commit(messages.delete_message, alice, pk),
        )
        assert not Notification.objects.filter(message=message).exists()


def test_levels_chosen_at_once_agree_with_what_posting_looks_at(place, room, alice, bob):
    rooms = [made(alice, place, bob, name=f"Room {n}") for n in range(3)]
    for number in range(5):
        wanted = ["all", "mentions"][number % 2]
        at_once(
            lambda wanted=wanted: chooses(bob, notify=wanted),
            *[lambda each=each: commit(services.set_notify, bob, each, notify=None) for each in rooms],
            *[lambda each=each: reads(bob, each, 1) for each in rooms],
        )
        places = Membership.objects.filter(user=bob, notify=None)
        assert {place.hears_all for place in places} == {wanted == "all"}
        for each in rooms:
            commit(services.set_notify, bob, each, notify="all")


def test_two_who_look_for_what_was_missed_take_it_once(settings, room, alice, bob):
    from datetime import timedelta

    from django.utils import timezone

    settings.MAIL_URL = "smtp://localhost"
    for number in range(5):
        said(alice, room, f"@bob {number}")
    run_tasks()
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    taken: list[int] = []
    at_once(*[lambda: taken.extend(commit(digest.claim, bob.pk, timezone.now()))] * 4)
    assert len(taken) == len(set(taken)) == 5
