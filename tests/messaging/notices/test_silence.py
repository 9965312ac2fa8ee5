"""Do not disturb and quiet hours: it is written down, and nothing pops up."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from chatsite.realtime.events import Notified, Personal
from messaging.notices.quiet import is_quiet
from tests.messaging.notices.conftest import chooses, said, told

NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}
NOON = {"quiet_from": time(12), "quiet_until": time(14)}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 29, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "quiet"),
    [
        ({}, "", at(3), False),
        ({"do_not_disturb": True}, "", at(3), True),
        (NOON, "", at(11, 59), False),
        (NOON, "", at(12), True),
        (NOON, "", at(13, 59), True),
        (NOON, "", at(14), False),
        (NIGHT, "", at(21, 59), False),
        (NIGHT, "", at(22), True),
        (NIGHT, "", at(0), True),
        (NIGHT, "", at(6, 59), True),
        (NIGHT, "", at(7), False),
        (NIGHT, "Asia/Shanghai", at(14), True),  # ten in the evening there
        (NIGHT, "Asia/Shanghai", at(22), True),
        (NIGHT, "Asia/Shanghai", at(23), False),
        (NIGHT, "America/New_York", at(22), False),
        (NIGHT, "America/New_York", at(3), True),
        (NIGHT, "Mars/Olympus", at(22), True),  # a zone that is no longer known is the server's
    ],
)
def test_quiet_is_what_the_person_says_where_they_live(hours, zone, now, quiet):
    assert is_quiet(User(username="bob", time_zone=zone, **hours), now) == quiet


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "choice", [{}, {"do_not_disturb": True}, {"quiet_from": time(0), "quiet_until": time(23, 59, 59)}]
)
def test_what_is_quiet_is_written_down_and_told_without_popping_up(heard, room, alice, bob, choice):
    if choice:
        chooses(bob, **choice)
    message = said(alice, room, "@bob")
    heard.clear()
    assert told(message) == {"bob": "mention"}
    assert [event.kinds for event in heard if isinstance(event, Personal)] == [["notifications"]]
    popped = [event.notification for event in heard if isinstance(event, Notified)]
    assert len(popped) == (0 if choice else 1)
    if popped:
        assert popped[0].keys() == {"id", "kind", "room", "message"}
        assert popped[0]["message"] == {"id": message.pk, "seq": message.seq} and popped[0]["room"] == room.pk


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_until": time(7)}, "quiet_from"),
        ({"quiet_from": time(7), "quiet_until": time(7)}, "quiet_until"),
        ({"notify": "loud"}, "notify"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(bob, choice, field):
    with pytest.raises(ValidationError) as refusal:
        chooses(bob, **choice)
    assert refusal.value.message_dict.keys() == {field}


def test_the_other_half_of_the_hours_may_be_there_already(bob):
    chooses(bob, **NIGHT)
    chooses(bob, quiet_from=time(23))
    assert bob.quiet_from == time(23)
    with pytest.raises(ValidationError):
        chooses(bob, quiet_from=None)
    chooses(bob, quiet_from=None, quiet_until=None)
    assert bob.quiet_until is None


@pytest.mark.django_db(transaction=True)
def test_what_stays_the_same_changes_nothing(heard, bob):
    chooses(bob, notify="all", do_not_disturb=True)
    before = bob.user_seq
    heard.clear()
    chooses(bob, notify="all", do_not_disturb=True)
    assert bob.user_seq == before and heard == []
