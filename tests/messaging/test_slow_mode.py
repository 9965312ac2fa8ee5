"""Slow mode: who waits, how long, and what they are told; at the service, the API, the page and the settings."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import SlowMode
from messaging import services as messages
from messaging.models import Message
from messaging.services import slow_mode
from messaging.services.posting import Post, Posted
from rooms import services as rooms
from rooms.models import Membership
from tests.cast import program
from tests.pages.conftest import ada, alice, bob, browser, dan, mo, place, private, room, text_of

__all__ = ["ada", "alice", "bob", "dan", "mo", "place", "private", "room"]


@pytest.fixture
def slow(room, alice, dan):
    """Alice's room, in which one writes once in half a minute."""
    commit(rooms.add_member, alice, room, dan)
    return commit(rooms.change_room, alice, room, slow_mode_seconds=30)


def say(user, room, body="soup", msg_id=None) -> Posted:
    return commit(messages.post_message, user, room.pk, body=body, msg_id=msg_id or str(uuid.uuid4()))


def waited(room, user, seconds: float) -> None:
    """As if so much time had passed since `user` wrote."""
    places = Membership.objects.filter(room=room, user=user)
    places.update(posted_at=places.get().posted_at - timedelta(seconds=seconds))


def refused(user, room) -> int:
    with pytest.raises(SlowMode) as refusal:
        say(user, room, "more")
    assert (refusal.value.code, refusal.value.status) == ("slow_mode", 429)
    return refusal.value.retry_after


def test_one_waits_between_two_messages_of_ones_own(slow, bob, dan):
    say(bob, slow)
    assert 29 <= refused(bob, slow) <= 30
    say(dan, slow)
    waited(slow, bob, 18.5)
    assert 11 <= refused(bob, slow) <= 12
    waited(slow, bob, 11.5)
    say(bob, slow)
    assert Message.objects.filter(room=slow, kind="message").count() == 3


def test_a_refused_message_leaves_nothing_and_prolongs_nothing(slow, bob):
    say(bob, slow)
    before = Membership.objects.get(room=slow, user=bob)
    log = before.room.log.head
    refused(bob, slow)
    after = Membership.objects.get(room=slow, user=bob)
    assert (after.posted_at, after.room.log.head) == (before.posted_at, log)


def test_what_was_sent_before_is_answered_as_a_duplicate(slow, bob):
    msg_id = str(uuid.uuid4())
    first = say(bob, slow, msg_id=msg_id)
    again = say(bob, slow, msg_id=msg_id)
    assert (again.id, again.duplicate) == (first.id, True)


def test_moderators_do_not_wait_and_nothing_is_kept_of_them(slow, alice, mo):
    commit(rooms.join_room, mo, slow)
    for user in (alice, mo):
        say(user, slow)
        say(user, slow)
        assert Membership.objects.get(room=slow, user=user).posted_at is None


def test_nothing_is_kept_and_no_statement_more_in_rooms_without_it(room, bob):
    say(bob, room)
    with CaptureQueriesContext(connection) as queries:
        say(bob, room)
    assert not [query["sql"] for query in queries if "posted_at =" in query["sql"]]
    assert Membership.objects.get(room=room, user=bob).posted_at is None


def test_two_messages_in_one_batch_are_one_too_many(slow, bob):
    posts = [Post(bob, slow.pk, words, str(uuid.uuid4())) for words in ("one", "two")]
    first, second = commit(messages.post_messages, posts)
    assert isinstance(first, Posted)
    assert isinstance(second, SlowMode) and second.retry_after == 30


def test_leaving_and_joining_shortens_nothing(slow, bob):
    say(bob, slow)
    commit(rooms.leave_room, bob, slow)
    commit(rooms.join_room, bob, slow)
    assert 29 <= refused(bob, slow) <= 30


def test_what_was_written_before_it_began_counts_too(room, alice, bob, dan):
    commit(rooms.add_member, alice, room, dan)
    say(bob, room)
    commit(rooms.change_room, alice, room, slow_mode_seconds=30)
    assert 29 <= refused(bob, room) <= 30
    say(dan, room)
    commit(rooms.change_room, alice, room, slow_mode_seconds=0)
    say(bob, room)


def test_a_clock_that_was_put_back_lets_nobody_wait_for_longer(slow, bob):
    say(bob, slow)
    Membership.objects.filter(room=slow, user=bob).update(posted_at=timezone.now() + timedelta(days=1))
    assert refused(bob, slow) == 30


def test_it_ends_for_who_becomes_a_moderator(slow, alice, bob):
    say(bob, slow)
    commit(rooms.change_member_role, alice, slow, bob, role="moderator")
    say(bob, slow)


def test_the_api_says_when_to_come_again(slow, bob):
    path = f"/api/v1/rooms/{slow.pk}/messages/"
    program(bob).post(path, {"body": "soup"}, content_type="application/json")
    answer = program(bob).post(path, {"body": "more"}, content_type="application/json")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "slow_mode")
    assert answer["Retry-After"] == str(problem["retry_after"])
    assert f"again in {problem['retry_after']} seconds" in problem["detail"]


def test_the_page_keeps_the_words_and_says_how_long(slow, bob):
    client = browser(bob)
    say(bob, slow)
    answer = client.post(f"/rooms/{slow.pk}/messages/", {"body": "keep these words"})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "keep these words" in page and "This room is in slow mode" in page
    assert 'data-wait="' in text_of(client, f"/rooms/{slow.pk}/")


def test_the_wait_is_stated_only_where_there_is_one(slow, room, alice, bob):
    assert slow_mode.wait_in(slow, bob) == 0
    say(bob, slow)
    assert 29 <= slow_mode.wait_in(slow, bob) <= 30
    say(alice, slow)
    assert slow_mode.wait_in(slow, alice) == 0
    assert "data-wait" not in text_of(browser(alice), f"/rooms/{slow.pk}/")


def test_moderators_choose_it_in_the_settings(room, alice, bob):
    client, path = browser(alice), f"/rooms/{room.pk}/settings/"
    form = {"name": "Kitchen", "topic": "", "kind": "public", "history": "shared"}
    assert client.post(path, form | {"slow_mode_seconds": "60"}).status_code == 302
    room.refresh_from_db()
    assert room.slow_mode_seconds == 60
    client.post(path, form)
    room.refresh_from_db()
    assert room.slow_mode_seconds == 60, "What is not sent stays as it is."
    for wrong in ("-1", "7", "soon"):
        assert client.post(path, form | {"slow_mode_seconds": wrong}).status_code == 400
    assert "One message in 60 seconds" in text_of(browser(bob), path)


def test_a_wait_that_the_api_set_is_offered_as_it_is(room, alice):
    commit(rooms.change_room, alice, room, slow_mode_seconds=45)
    page = text_of(browser(alice), f"/rooms/{room.pk}/settings/")
    assert '<option value="45" selected>45 seconds</option>' in page
