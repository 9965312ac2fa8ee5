"""Editing, deleting and reacting over REST."""

import pytest

from tests.messaging.api.doors import refused

pytestmark = pytest.mark.django_db


def test_an_edit_answers_when_and_refuses_a_stale_one(alice, bob, message):
    url = f"/api/v1/messages/{message}/"
    first = alice.patch(url, {"body": "mended", "edited_at": None}, format="json").json()
    assert set(first) == {"event_seq", "edited_at"}
    refused(alice.patch(url, {"body": "stale", "edited_at": None}, format="json"), 409, "conflict")
    assert alice.patch(url, {"body": "mended", "edited_at": None}, format="json").json() == first
    assert alice.patch(url, {"body": "again", "edited_at": first["edited_at"]}, format="json").status_code == 200
    refused(bob.patch(url, {"body": "mine", "edited_at": None}, format="json"), 403, "forbidden")
    assert alice.get(url).json()["body"] == "again"


def test_a_title_is_kept_or_removed(alice, say):
    message = say(alice, title="About tea").json()["id"]
    url = f"/api/v1/messages/{message}/"
    kept = alice.patch(url, {"body": "more", "edited_at": None}, format="json").json()
    assert alice.get(url).json()["thread"]["title"] == "About tea"
    alice.patch(url, {"body": "more", "title": None, "edited_at": kept["edited_at"]}, format="json")
    assert alice.get(url).json()["thread"] is None


@pytest.mark.parametrize("sent", [{}, {"body": "a"}, {"body": "a", "edited_at": 7}, {"body": "", "edited_at": None}])
def test_bad_edits_are_invalid(alice, message, sent):
    refused(alice.patch(f"/api/v1/messages/{message}/", sent, format="json"), 400, "invalid")


def test_a_deleted_message_is_a_tombstone(alice, bob, message):
    url = f"/api/v1/messages/{message}/"
    refused(bob.delete(url), 403, "forbidden")
    ack = alice.delete(url)
    assert (ack.status_code, set(ack.json())) == (200, {"event_seq"})
    assert alice.delete(url).json() == ack.json()
    shown = bob.get(url).json()
    assert (shown["body"], shown["html"]) == ("", "")
    assert shown["deleted_at"]
    refused(alice.patch(url, {"body": "back", "edited_at": None}, format="json"), 409, "conflict")


def test_reactions_come_and_go(alice, bob, message):
    url = f"/api/v1/messages/{message}/reactions/"
    added = bob.post(url, {"emoji": "👍"}, format="json")
    assert (added.status_code, set(added.json())) == (201, {"event_seq"})
    assert bob.post(url, {"emoji": "👍"}, format="json").json() == added.json()
    (shown,) = alice.get(f"/api/v1/messages/{message}/").json()["reactions"]
    assert shown == {"emoji": "👍", "count": 1, "users": [bob.user.pk]}
    assert bob.delete(f"{url}?emoji=👍").json()["event_seq"] == added.json()["event_seq"] + 1
    assert alice.get(f"/api/v1/messages/{message}/").json()["reactions"] == []


@pytest.mark.parametrize("emoji", ["", "x", "👍👍", "x" * 5000, 7, None, ":tea:"])
def test_what_is_no_emoji_is_invalid(alice, message, emoji):
    url = f"/api/v1/messages/{message}/reactions/"
    refused(alice.post(url, {"emoji": emoji}, format="json"), 400, "invalid")
    refused(alice.delete(url), 400, "invalid")
