"""Posting over REST: the socket's ack, once for each `msg_id`, and refusals that name the member."""

import uuid

import pytest

from messaging.models import Message
from tests.messaging.api.doors import refused

pytestmark = pytest.mark.django_db

NOT_UUIDS = ["", "x", "6F1F0E0A-6B7E-4F5E-9C58-0D3F5A1F3C11", "6f1f0e0a6b7e4f5e9c580d3f5a1f3c11", "a" * 65]


def test_a_post_is_acked_and_stands_in_the_history(say, alice, bob, room):
    ack = say(alice, "Good **morning**\r\nall")
    assert ack.status_code == 201
    assert set(ack.json()) == {"id", "room", "seq", "event_seq", "created_at", "duplicate"}
    assert ack.json()["created_at"].endswith("Z")
    assert ack.json()["duplicate"] is False
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/").json()
    assert set(history) == {"epoch", "head", "results", "has_before", "has_after"}
    last = history["results"][-1]
    assert (last["id"], last["body"]) == (ack.json()["id"], "Good **morning**\nall")
    assert "<strong>morning</strong>" in last["html"]
    assert last["msg_id"]


def test_the_same_again_answers_the_same(say, alice):
    msg_id = str(uuid.uuid4())
    first = say(alice, msg_id=msg_id)
    again = say(alice, msg_id=msg_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"duplicate": True}
    refused(say(alice, "another", msg_id=msg_id), 409, "conflict")
    refused(say(alice, "x" * 10_001, msg_id=msg_id), 409, "conflict")


@pytest.mark.parametrize("msg_id", NOT_UUIDS)
def test_a_msg_id_is_a_uuid_in_lower_case(say, alice, msg_id):
    assert set(refused(say(alice, msg_id=msg_id), 400, "invalid")["errors"]) == {"msg_id"}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "body"),
        ({"body": None}, "body"),
        ({"body": 7}, "body"),
        ({"body": ["a"]}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n\u3000"}, "body"),
        ({"body": "a", "reply_to": "1"}, "reply_to"),
        ({"body": "a", "reply_to": True}, "reply_to"),
        ({"body": "a", "reply_to": 2**63}, "reply_to"),
        ({"body": "a", "attachments": ["1"]}, "attachments.0"),
        ({"body": "a", "attachments": 1}, "attachments"),
        ({"body": "a", "title": 1}, "title"),
        ({"body": "a", "title": "x" * 121}, "title"),
        ({"body": "a", "colour": "red"}, "colour"),
    ],
)
def test_bad_posts_name_the_member_and_leave_nothing(alice, room, sent, field):
    answer = alice.post(f"/api/v1/rooms/{room.pk}/messages/", sent, format="json")
    assert field in refused(answer, 400, "invalid")["errors"]
    assert not Message.objects.filter(kind="message").exists()


@pytest.mark.parametrize("body", [b'{"body": "\\u0000"}', b'{"body": "\\ud800"}', b'{"body": NaN}', b"[]", b"\xff"])
def test_what_is_no_text_is_invalid(alice, room, body):
    answer = alice.post(f"/api/v1/rooms/{room.pk}/messages/", body, content_type="application/json")
    refused(answer, 400, "invalid")


def test_too_long_and_far_too_long(say, alice):
    refused(say(alice, "x" * 10_001), 413, "too_large")
    refused(say(alice, "x" * 1_000_000), 413, "too_large")
    assert say(alice, "\U0001f600" * 10_000).status_code == 201


def test_null_means_absent(say, alice):
    assert say(alice, msg_id=None, reply_to=None, attachments=None, title=None).status_code == 201


def test_a_reply_names_what_it_answers(say, alice, bob, message):
    ack = say(bob, reply_to=message).json()
    shown = alice.get(f"/api/v1/messages/{ack['id']}/").json()
    assert shown["reply_to"]["id"] == shown["thread"]["root"] == message
    assert alice.get(f"/api/v1/messages/{message}/").json()["thread"]["replies"] == 1
    refused(say(bob, reply_to=10**6), 404, "not_found")


def test_posts_have_a_limit_that_says_when(say, alice, settings):
    settings.SENDS_BURST, settings.SENDS_PER_SECOND = 2, 0.1
    answers = [say(alice) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2]["Retry-After"]) == refused(answers[2], 429, "rate_limited")["retry_after"] >= 1
