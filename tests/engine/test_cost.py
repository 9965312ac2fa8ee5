"""What a few acts may ask of the database, whatever the size of the room or the number of rooms."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatsite.realtime.commit import commit, run
from messaging import hello, resume
from messaging import services as messages
from rooms import services
from rooms.services import epoch
from tests.engine.conftest import say


def asked(captured: CaptureQueriesContext) -> list[str]:
    """The statements, without those of the transaction itself."""
    own = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(own)]


@pytest.mark.parametrize("rooms", [1, 30])
def test_hello_costs_the_same_however_many_rooms(place, alice, bob, rooms):
    for n in range(rooms):
        room = commit(services.create_room, alice, place, name=f"Room {n}")
        commit(services.join_room, bob, room)
        say(alice, room, "hello @bob")
    with CaptureQueriesContext(connection) as captured:
        snapshot, _payload = hello.first_frame(bob, "connection")
    assert len(snapshot.rooms) == rooms and all(one["unread"] == one["mentions"] == 1 for one in snapshot.rooms)
    assert len(asked(captured)) <= 7  # and one for who is signed in: 8


def test_a_plain_post_takes_at_most_twelve_statements(place, alice, room):
    with CaptureQueriesContext(connection) as captured:
        say(alice, room, "hello")
    assert len(asked(captured)) <= 12


def test_a_batch_takes_no_more_statements_than_one_post(place, alice, bob, room, cellar):
    posts = [
        messages.Post(author, where.pk, f"{n}", str(uuid.uuid4()))
        for n in range(5)
        for author in (alice, bob)
        for where in (room, cellar)
    ]
    with CaptureQueriesContext(connection) as captured:
        outcomes = run(messages.post_messages, posts).value
    assert all(isinstance(outcome, messages.Posted) for outcome in outcomes)
    assert len(asked(captured)) <= 12


@pytest.mark.parametrize("rooms", [1, 20])
def test_a_sync_costs_the_same_however_many_rooms(place, alice, bob, rooms):
    wanted = []
    for n in range(rooms):
        room = commit(services.create_room, alice, place, name=f"Room {n}")
        commit(services.join_room, bob, room)
        say(alice, room)
        wanted.append((room.pk, 2))
    with CaptureQueriesContext(connection) as captured:
        answer = resume.sync(bob, epoch(), wanted)
    assert [len(one["messages"]) for one in answer["rooms"]] == [1] * rooms
    assert len(asked(captured)) <= 8
