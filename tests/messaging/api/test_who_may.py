"""Who may do what over REST: a stranger cannot tell what is there."""

import uuid

import pytest
from rest_framework.test import APIClient

from chatsite.realtime.commit import commit
from messaging import services
from messaging.models import Message
from rooms import services as rooms
from rooms.models import Room
from tests.messaging.api.doors import refused

pytestmark = pytest.mark.django_db


def acts(room, message):
    """Every act of this door: `(method, path, body)`."""
    return [
        ("get", f"/api/v1/rooms/{room}/messages/", None),
        ("post", f"/api/v1/rooms/{room}/messages/", {"body": "a"}),
        ("get", f"/api/v1/rooms/{room}/changes/?epoch=x&after=0", None),
        ("put", f"/api/v1/rooms/{room}/read/", {"seq": 1}),
        ("get", f"/api/v1/messages/{message}/", None),
        ("patch", f"/api/v1/messages/{message}/", {"body": "a", "edited_at": None}),
        ("delete", f"/api/v1/messages/{message}/", None),
        ("post", f"/api/v1/messages/{message}/reactions/", {"emoji": "👍"}),
        ("delete", f"/api/v1/messages/{message}/reactions/?emoji=👍", None),
    ]


def do(client, method, path, body):
    return getattr(client, method)(path, body, format="json")


def without_id(answer):
    document = answer.json()
    document.pop("request_id")
    return answer.status_code, document


def test_an_outsider_cannot_tell_a_private_room_from_none(charlie, room, message):
    for here, nowhere in zip(acts(room.pk, message), acts(10**6, 10**6), strict=True):
        answer = do(charlie, *here)
        refused(answer, 404, "not_found")
        assert without_id(answer) == without_id(do(charlie, *nowhere))
    assert Message.objects.filter(kind="message").count() == 1


def test_nobody_is_told_to_sign_in(room, message):
    for act in acts(room.pk, message):
        answer = do(APIClient(), *act)
        refused(answer, 401, "unauthenticated")
        assert answer["WWW-Authenticate"]


def test_ids_that_no_column_holds_are_not_found(alice):
    for act in acts(10**30, 10**30):
        refused(do(alice, *act), 404, "not_found")


def test_in_a_public_room_a_visitor_reads_and_may_not_act(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Hall")
    message = commit(services.post_message, alice.user, room.pk, body="hi", msg_id=str(uuid.uuid4())).id
    for method, path, body in acts(room.pk, message):
        answer = do(bob, method, path, body)
        if method == "get":
            assert answer.status_code == 200
        else:
            refused(answer, 403, "forbidden")


def test_who_joined_later_sees_nothing_of_before_where_history_begins_there(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Hall", history=Room.History.JOINED)
    secret = commit(services.post_message, alice.user, room.pk, body="canary-7c1", msg_id=str(uuid.uuid4()))
    commit(rooms.join_room, bob.user, room)
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/")
    changes = bob.get(
        f"/api/v1/rooms/{room.pk}/changes/", {"epoch": history.json()["epoch"], "after": history.json()["head"]}
    )
    for answer in (history, changes, *(do(bob, *act) for act in acts(room.pk, secret.id)[4:])):
        assert b"canary-7c1" not in answer.content
    refused(bob.get(f"/api/v1/messages/{secret.id}/"), 404, "not_found")


def test_a_removed_member_gets_nothing_more(room, alice, bob, message):
    commit(rooms.remove_member, alice.user, room, bob.user)
    for act in acts(room.pk, message):
        refused(do(bob, *act), 404, "not_found")


def test_an_archived_room_is_read_only(room, alice, bob, message):
    commit(rooms.archive_room, alice.user, room)
    for method, path, body in acts(room.pk, message):
        answer = do(bob, method, path, body)
        if method == "get" or path.endswith("/read/"):
            assert answer.status_code == 200
        else:
            refused(answer, 403, "forbidden")
