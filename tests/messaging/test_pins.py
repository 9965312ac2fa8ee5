"""Pins: who may pin, what number it takes, and where it is seen; at the service, the API and the pages."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict
from chatsite.realtime.events import Change
from messaging import services as messages
from messaging.models import Message
from messaging.services.pins import MAX_PINS
from rooms import services as rooms
from rooms.models import RoomLog
from tests.cast import heard, program
from tests.pages.conftest import alice, bob, browser, charlie, dan, gus, mo, place, private, room, said, text_of

__all__ = ["alice", "bob", "charlie", "dan", "gus", "heard", "mo", "place", "private", "room"]


def pin(user, message) -> int:
    return commit(messages.pin_message, user, message.pk)


def unpin(user, message) -> int:
    return commit(messages.unpin_message, user, message.pk)


def head(room) -> int:
    return RoomLog.objects.get(room=room).head


def test_a_pin_takes_one_number_and_says_why(room, alice, bob, heard):
    message = said(room, bob, "the plan")
    before = head(room)
    heard.clear()
    assert pin(alice, message) == head(room) == before + 1
    (change,) = heard
    assert isinstance(change, Change)
    assert change.cause == {"kind": "pin", "user": alice.pk}
    assert change.message["pinned_at"]
    assert unpin(alice, message) == before + 2
    assert Message.objects.get(pk=message.pk).pinned_at is None


def test_what_changes_nothing_takes_no_number(room, alice, bob, heard):
    message = said(room, bob, "the plan")
    assert unpin(alice, message) == message.event_seq
    first = pin(alice, message)
    heard.clear()
    assert pin(alice, message) == first
    assert heard == []


def test_moderators_pin_and_members_do_not(room, alice, mo, bob, dan, gus, charlie):
    message = said(room, bob, "the plan")
    for user in (bob, dan):
        with pytest.raises(PermissionDenied):
            pin(user, message)
        with pytest.raises(PermissionDenied):
            unpin(user, message)
    for user in (gus, charlie):
        with pytest.raises(ObjectDoesNotExist):
            pin(user, message)
    assert pin(mo, message)  # who moderates the workspace sees the room without being in it
    assert unpin(alice, message)


def test_in_a_direct_room_anyone_pins(place, alice, bob, charlie):
    direct, _new = commit(rooms.open_direct, alice, [bob.pk])
    message = said(direct, alice, "the plan")
    assert pin(bob, message)
    assert unpin(alice, message)
    with pytest.raises(ObjectDoesNotExist):
        pin(charlie, message)


def test_system_messages_and_deleted_ones_are_not_pinned(room, alice, bob):
    with pytest.raises(PermissionDenied):
        pin(alice, Message.objects.filter(room=room, kind="system").first())
    message = said(room, bob, "the plan")
    pin(alice, message)
    commit(messages.delete_message, bob, message.pk)
    assert Message.objects.get(pk=message.pk).pinned_at is None
    with pytest.raises(Conflict):
        pin(alice, message)


def test_an_archived_room_keeps_its_pins_as_they_are(room, alice, bob):
    message = said(room, bob, "the plan")
    pin(alice, message)
    commit(rooms.archive_room, alice, room)
    with pytest.raises(PermissionDenied):
        unpin(alice, message)


def test_a_room_has_at_most_a_hundred_pins(room, alice, bob):
    for n in range(MAX_PINS):
        Message.objects.filter(pk=said(room, bob, f"{n}").pk).update(pinned_at=timezone.now())
    one_more = said(room, bob, "and this")
    with pytest.raises(ValidationError, match="100"):
        pin(alice, one_more)
    answer = program(alice).put(f"/api/v1/messages/{one_more.pk}/pin/")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert Message.objects.get(pk=one_more.pk).pinned_at is None


def test_the_api_pins_and_lists(room, alice, bob, charlie):
    messages_said = [said(room, bob, f"plan {n}") for n in range(3)]
    client = program(alice)
    for message in messages_said:
        assert client.put(f"/api/v1/messages/{message.pk}/pin/").json()["event_seq"]
    assert set(client.delete(f"/api/v1/messages/{messages_said[0].pk}/pin/").json()) == {"event_seq"}
    listed = program(bob).get(f"/api/v1/rooms/{room.pk}/pins/").json()
    assert [one["body"] for one in listed["results"]] == ["plan 2", "plan 1"]
    assert program(bob).put(f"/api/v1/messages/{messages_said[0].pk}/pin/").status_code == 403
    assert program(charlie).get(f"/api/v1/rooms/{room.pk}/pins/").status_code == 404


def test_pins_from_before_ones_joining_are_hidden_where_history_begins_there(place, alice, bob):
    cellar = commit(rooms.create_room, alice, place, name="Cellar", kind="private", history="joined")
    early = said(cellar, alice, "from before")
    commit(rooms.add_member, alice, cellar, bob)
    late = said(cellar, alice, "from after")
    for message in (early, late):
        pin(alice, message)
    listed = program(bob).get(f"/api/v1/rooms/{cellar.pk}/pins/").json()["results"]
    assert [one["id"] for one in listed] == [late.pk]
    assert "from before" not in text_of(browser(bob), f"/rooms/{cellar.pk}/pins/")


def test_the_page_pins_without_a_script_and_lists(room, alice, bob):
    message = said(room, bob, "the plan")
    client = browser(alice)
    page = text_of(client, f"/rooms/{room.pk}/")
    assert f'formaction="/messages/{message.pk}/pin/"' in page
    assert f'formaction="/messages/{message.pk}/pin/"' not in text_of(browser(bob), f"/rooms/{room.pk}/")
    assert client.post(f"/messages/{message.pk}/pin/", {"pinned": "1"}).status_code == 302
    assert 'class="pinned"' in text_of(browser(bob), f"/rooms/{room.pk}/")
    assert "the plan" in text_of(browser(bob), f"/rooms/{room.pk}/pins/")
    answer = client.post(f"/messages/{message.pk}/pin/", {"pinned": "0", "list": "1"})
    assert answer.headers["Location"] == f"/rooms/{room.pk}/pins/"
    assert "Nothing is pinned" in text_of(client, f"/rooms/{room.pk}/pins/")
    assert client.post(f"/messages/{message.pk}/pin/", {"pinned": "perhaps"}).status_code == 400
