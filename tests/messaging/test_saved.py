"""Saved messages: one's own list, of what one may still see."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict
from chatsite.realtime.events import Personal
from messaging import services as messages
from messaging.models import Message, SavedMessage
from rooms import services as rooms
from tests.cast import heard, program
from tests.pages.conftest import alice, bob, browser, charlie, gus, place, private, room, said, text_of

__all__ = ["alice", "bob", "charlie", "gus", "heard", "place", "private", "room"]

URL = "/api/v1/users/me/saved/"


def save(user, message):
    return commit(messages.save_message, user, message.pk)


def listed(user, query: str = "") -> list[int]:
    return [one["message"]["id"] for one in program(user).get(URL + query).json()["results"]]


def test_saving_is_ones_own_and_tells_ones_devices_once(room, alice, bob, heard):
    message = said(room, alice, "the recipe")
    before = User.objects.get(pk=bob.pk).user_seq
    heard.clear()
    save(bob, message)
    save(bob, message)
    assert heard == [Personal(user=bob.pk, user_seq=before + 1, kinds=["saved"])]
    assert (listed(bob), listed(alice)) == ([message.pk], [])


def test_the_latest_saved_comes_first_in_pages(room, alice, bob):
    sent = [said(room, alice, f"{n}") for n in range(5)]
    for message in reversed(sent):
        save(bob, message)
    assert listed(bob) == [message.pk for message in sent]
    page = program(bob).get(URL + "?limit=2").json()
    assert [one["message"]["id"] for one in program(bob).get(page["next"]).json()["results"]] == [
        sent[2].pk,
        sent[3].pk,
    ]
    other = commit(rooms.create_room, bob, room.workspace, name="Hall")
    save(bob, said(other, bob, "elsewhere"))
    assert listed(bob, f"?room={room.pk}") == [message.pk for message in sent]


def test_what_one_may_not_see_is_not_saved_nor_told_apart(private, room, alice, bob, charlie, gus):
    message = said(private, bob, "psst")
    for user in (alice, charlie, gus):
        with pytest.raises(ObjectDoesNotExist):
            save(user, message)
        answers = [program(user).delete(f"{URL}{pk}/") for pk in (message.pk, 10**9)]
        assert [one.status_code for one in answers] == [204, 204]
    with pytest.raises(PermissionDenied):
        save(bob, Message.objects.filter(room=private, kind="system").first())
    gone = said(private, bob, "oops")
    commit(messages.delete_message, bob, gone.pk)
    with pytest.raises(Conflict):
        save(bob, gone)
    assert not SavedMessage.objects.exists()


def test_who_lost_the_room_sees_nothing_of_what_they_saved(private, alice, bob):
    commit(rooms.add_member, bob, private, alice)
    message = said(private, bob, "the secret recipe")
    save(alice, message)
    assert "the secret recipe" in text_of(browser(alice), "/saved/")
    commit(rooms.remove_member, bob, private, alice)
    assert listed(alice) == []
    assert "the secret recipe" not in text_of(browser(alice), "/saved/")
    commit(rooms.add_member, bob, private, alice)
    assert listed(alice) == [message.pk]


def test_a_deleted_message_leaves_the_list(room, alice, bob):
    message = said(room, alice, "the recipe")
    save(bob, message)
    commit(messages.delete_message, alice, message.pk)
    assert listed(bob) == []


def test_the_api_saves_and_removes(room, alice, bob):
    message = said(room, alice, "the recipe")
    client = program(bob)
    first = client.put(f"{URL}{message.pk}/").json()
    assert (first["message"]["id"], set(first)) == (message.pk, {"message", "saved_at"})
    assert client.put(f"{URL}{message.pk}/").json() == first
    assert client.delete(f"{URL}{message.pk}/").status_code == 204
    assert listed(bob) == []
    assert client.put(f"{URL}{10**9}/").status_code == 404
    assert client.get(URL + "?room=x").status_code == 400


def test_the_device_that_did_it_need_not_be_told(room, alice, bob, heard):
    message = said(room, alice, "the recipe")
    heard.clear()
    program(bob).put(f"{URL}{message.pk}/", headers={"X-Connection": "c-1"})
    assert [event.origin for event in heard if isinstance(event, Personal) and event.kinds == ["saved"]] == ["c-1"]


def test_pages_save_and_remove_without_a_script(room, alice, bob):
    message, reply = said(room, alice, "the recipe"), None
    reply = said(room, alice, "with salt", reply_to=message)
    client = browser(bob)
    assert f'formaction="/messages/{message.pk}/saving/"' in text_of(client, f"/rooms/{room.pk}/")
    for one in (message, reply):
        assert client.post(f"/messages/{one.pk}/saving/", {"saved": "1"}).status_code == 302
    page = text_of(client, "/saved/")
    assert page.count("the recipe") == 2  # and once as what the reply quotes
    room_page = text_of(client, f"/rooms/{room.pk}/")
    assert 'name="saved" value="0" data-act="save" aria-pressed="true"' in room_page
    assert f'data-saved="{reply.pk},{message.pk}"' in room_page or f'data-saved="{message.pk},{reply.pk}"' in room_page
    answer = client.post(f"/messages/{message.pk}/saving/", {"saved": "0", "list": "1"})
    assert answer.headers["Location"] == "/saved/"
    assert listed(bob) == [reply.pk]
    assert client.post(f"/messages/{message.pk}/saving/", {}).status_code == 400
