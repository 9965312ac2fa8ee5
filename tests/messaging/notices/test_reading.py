"""What somebody has read no longer calls them; what they may not see does not either."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as accounts
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal
from messaging import notices
from messaging import services as messages
from messaging.models import Notification
from messaging.notices import reading
from rooms import services
from tests.background import run_tasks
from tests.messaging.notices.conftest import direct, made, reads, said, told


def unread(user) -> int:
    return notices.unread_of(user)


def test_reading_a_room_reads_what_called_one_there(room, cellar, alice, bob):
    first, second = said(alice, room, "@bob 1"), said(alice, room, "@bob 2")
    told(said(alice, cellar, "@bob 3"))
    assert unread(bob) == 3
    reads(bob, room, first.seq)
    assert unread(bob) == 2
    reads(bob, room, second.seq)
    assert unread(bob) == 1


def test_reading_where_nothing_called_one_costs_one_statement_more_and_no_version(room, alice, bob):
    message = said(alice, room)
    bob.refresh_from_db()
    before = bob.user_seq
    with CaptureQueriesContext(connection) as captured:
        reads(bob, room, message.seq)
    about = [one["sql"] for one in captured.captured_queries if "messaging_notification" in one["sql"]]
    bob.refresh_from_db()
    assert len(about) == 1 and bob.user_seq == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_mark_and_what_hung_on_it_are_one_version(heard, room, alice, bob):
    message = said(alice, room, "@bob")
    told(message)
    heard.clear()
    reads(bob, room, message.seq)
    (event,) = [event for event in heard if isinstance(event, Personal)]
    assert (event.rooms, event.kinds) == ([room.pk], ["notifications"])
    heard.clear()
    reads(bob, room, message.seq)
    assert heard == []


def test_who_left_and_came_again_can_still_read_what_called_them(room, alice, bob):
    message = said(alice, room, "@bob")
    told(message)
    commit(services.leave_room, bob, room)
    assert unread(bob) == 1, "the room is public"
    commit(services.join_room, bob, room)
    reads(bob, room, message.seq)
    assert unread(bob) == 0


def test_marking_all_as_read_reads_all_of_them(room, alice, bob, mo):
    told(said(alice, room, "@bob @mo"))
    commit(messages.mark_all_read, bob)
    commit(messages.mark_all_read, mo)
    assert unread(bob) == unread(mo) == 0


def test_a_deletion_takes_them_away_and_says_so(room, alice, bob, dan):
    message = said(alice, room, "@bob @dan")
    told(message)
    bob.refresh_from_db()
    before = bob.user_seq
    commit(messages.delete_message, alice, message.pk)
    bob.refresh_from_db()
    assert not Notification.objects.exists() and bob.user_seq == before + 1


def test_what_one_may_no_longer_read_is_not_shown(place, cellar, alice, bob):
    told(said(alice, cellar, "@bob"))
    commit(services.remove_member, alice, cellar, bob)
    assert unread(bob) == 0
    commit(services.add_member, alice, cellar, bob)
    assert unread(bob) == 0, "their history begins again"


def test_a_hidden_conversation_shows_nothing_until_it_is_back(alice, bob):
    talk = direct(alice, bob)
    told(said(alice, talk))
    commit(services.hide_room, bob, talk)
    assert unread(bob) == 0
    told(said(alice, talk))
    assert unread(bob) == 2


def test_whom_one_blocks_is_not_shown(room, alice, bob):
    told(said(alice, room, "@bob"))
    commit(accounts.block, bob, alice)
    assert unread(bob) == 0
    commit(accounts.unblock, bob, alice.pk)
    assert unread(bob) == 1


def test_only_those_named_are_read_and_nobody_elses(room, alice, bob, dan):
    message = said(alice, room, "@bob @dan")
    told(message)
    theirs = Notification.objects.get(user=dan)
    bob.refresh_from_db()
    before = bob.user_seq
    assert commit(notices.mark_read, bob, ids=[theirs.pk, 10**9]).wire() == {"unread": 1, "user_seq": before}
    mine = Notification.objects.get(user=bob)
    assert commit(notices.mark_read, bob, before=mine.pk).unread == 1
    assert commit(notices.mark_read, bob, before=mine.pk + 1).wire() == {"unread": 0, "user_seq": before + 1}
    assert unread(dan) == 1


def test_a_hundred_stands_for_more(room, alice, bob):
    for number in range(3):
        said(alice, room, f"@bob {number}")
    run_tasks()
    assert unread(bob) == 3 and reading.COUNTED == 100


def test_old_ones_go(room, alice, bob):
    from datetime import timedelta

    from django.utils import timezone

    rows = [told_row(alice, room, bob, n) for n in range(4)]
    now = timezone.now()
    Notification.objects.filter(pk=rows[0]).update(read_at=now - timedelta(days=31))
    Notification.objects.filter(pk=rows[1]).update(read_at=now - timedelta(days=29))
    Notification.objects.filter(pk=rows[2]).update(created_at=now - timedelta(days=181))
    reading.forget_old()
    assert set(Notification.objects.values_list("pk", flat=True)) == {rows[1], rows[3]}


def told_row(author, room, user, number: int) -> int:
    message = said(author, room, f"@{user.username} {number}")
    told(message)
    return Notification.objects.get(message=message, user=user).pk


def test_counting_asks_once_however_many(place, room, alice, bob, django_assert_num_queries):
    for number in range(3):
        said(alice, room, f"@bob {number}")
        said(alice, made(alice, place, bob, name=f"Room {number}"), "@bob")
    run_tasks()
    with django_assert_num_queries(1):
        assert unread(bob) == 6
