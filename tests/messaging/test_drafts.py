"""Drafts: one per room and thread, on all devices; the last to write wins by version, and nothing is lost."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import TooLarge
from chatsite.realtime.events import Personal
from messaging import services as messages
from messaging.models import Draft
from rooms import services as rooms
from tests.cast import heard, program
from tests.pages.conftest import alice, bob, browser, charlie, dan, gus, place, private, room, said, text_of

__all__ = ["alice", "bob", "charlie", "dan", "gus", "heard", "place", "private", "room"]

URL = "/api/v1/users/me/drafts/"


def save(user, room, body, **more) -> Draft:
    return commit(messages.save_draft, user, room.pk, body=body, **more)


def put(user, room, query="", **body):
    return program(user).put(f"{URL}{room.pk}/{query}", body, content_type="application/json")


def listed(user, query: str = "") -> list[dict]:
    return program(user).get(URL + query).json()["results"]


def test_a_draft_has_the_version_of_its_change_and_tells_ones_devices(room, bob, heard):
    before = User.objects.get(pk=bob.pk).user_seq
    heard.clear()
    draft = save(bob, room, "half a thought")
    assert draft.version == before + 1
    assert heard == [Personal(user=bob.pk, user_seq=before + 1, kinds=["drafts"])]
    heard.clear()
    assert save(bob, room, "half a thought", version=7).version == draft.version  # it reads as asked already
    assert heard == []
    again = save(bob, room, "half a thought more", version=draft.version)
    assert (Draft.objects.count(), again.version) == (1, before + 2)


def test_a_stale_write_is_refused_with_what_stands_there(room, bob):
    first = save(bob, room, "from the desk")
    second = save(bob, room, "from the phone", version=first.version)
    with pytest.raises(messages.StaleDraft) as refused:
        save(bob, room, "from the desk, later", version=first.version)
    assert refused.value.draft.body == "from the phone"
    answer = put(bob, room, body="from the desk, later", version=first.version)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["draft"]["body"] == "from the phone"
    assert answer.json()["draft"]["version"] == second.version
    assert put(bob, room, body="both", version=second.version).status_code == 200
    assert put(bob, room, body="as if there were none").status_code == 409


def test_where_there_is_none_any_version_writes(room, bob):
    first = save(bob, room, "begun")
    commit(messages.discard_draft, bob, room.pk, version=first.version)
    assert save(bob, room, "begun again", version=first.version).body == "begun again"


def test_what_is_stale_is_not_discarded(room, bob):
    first = save(bob, room, "one")
    second = save(bob, room, "two", version=first.version)
    answer = program(bob).delete(f"{URL}{room.pk}/?version={first.version}")
    assert (answer.status_code, answer.json()["draft"]["body"]) == (409, "two")
    assert program(bob).delete(f"{URL}{room.pk}/?version={second.version}").status_code == 204
    assert program(bob).delete(f"{URL}{room.pk}/?version={second.version}").status_code == 204
    assert listed(bob) == []


def test_rooms_and_threads_have_drafts_of_their_own(room, alice, bob):
    root = said(room, alice, "dinner?")
    reply = said(room, bob, "seven", reply_to=root)
    in_room, in_thread = save(bob, room, "in the room"), save(bob, room, "in the thread", thread=reply.pk)
    assert (in_room.root_id, in_thread.root_id) == (None, root.pk)
    assert [one["body"] for one in listed(bob)] == ["in the thread", "in the room"]
    assert program(bob).delete(f"{URL}{room.pk}/?thread={reply.pk}").status_code == 204
    assert [one["body"] for one in listed(bob, f"?room={room.pk}")] == ["in the room"]
    assert listed(bob, "?room=999") == []


def test_what_is_answered_is_kept(room, alice, bob):
    message = said(room, alice, "dinner?")
    assert put(bob, room, body="yes", reply_to=message.pk).json()["reply_to"] == {"id": message.pk, "seq": message.seq}
    assert put(bob, room, body="yes", reply_to=10**9, version=1).status_code == 404


def test_members_alone_have_drafts_and_others_cannot_tell(room, private, alice, dan, gus, charlie):
    with pytest.raises(PermissionDenied):
        save(dan, room, "hello")
    for user in (alice, gus, charlie):
        with pytest.raises(ObjectDoesNotExist):
            save(user, private, "hello")
        assert [program(user).delete(f"{URL}{pk}/").status_code for pk in (private.pk, 10**9)] == [204, 204]
    secret = said(private, private.memberships.get().user, "psst")
    with pytest.raises(ObjectDoesNotExist):
        save(alice, room, "hello", thread=secret.pk)
    assert not Draft.objects.exists()


def test_a_draft_goes_with_its_membership(private, bob, alice):
    commit(rooms.add_member, bob, private, alice)
    save(alice, private, "my secret thought")
    commit(rooms.remove_member, bob, private, alice)
    assert listed(alice) == []
    assert "my secret thought" not in text_of(browser(alice), "/drafts/")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "\u3000\n"])
def test_a_blank_draft_is_none(room, bob, body):
    with pytest.raises(ValidationError):
        save(bob, room, body)
    assert put(bob, room, body=body).status_code == 400


def test_a_draft_is_no_longer_than_a_message(room, bob):
    assert save(bob, room, "x" * 10_000)
    with pytest.raises(TooLarge):
        save(bob, room, "x" * 10_001)
    assert put(bob, room, body="x" * 10_001).status_code == 413


@pytest.mark.parametrize(
    "sent", [{}, {"body": 7}, {"body": "a", "version": "1"}, {"body": "a", "root": 1}, {"body": None}]
)
def test_bad_drafts_are_invalid(room, bob, sent):
    assert program(bob).put(f"{URL}{room.pk}/", sent, content_type="application/json").status_code == 400
    assert not Draft.objects.exists()


def test_the_room_page_brings_the_draft_and_a_form_that_is_sent_takes_it(room, alice, bob):
    save(bob, room, "half a thought")
    client = browser(bob)
    page = text_of(client, f"/rooms/{room.pk}/")
    assert "half a thought</textarea>" in page
    assert "&quot;version&quot;" in page
    assert "half a thought" not in text_of(browser(alice), f"/rooms/{room.pk}/")
    assert 'href="/drafts/"' in page
    client.post(f"/rooms/{room.pk}/messages/", {"body": "something else"})
    assert [one["body"] for one in listed(bob)] == ["half a thought"]
    client.post(f"/rooms/{room.pk}/messages/", {"body": "half a thought"})
    assert listed(bob) == []


def test_the_list_leads_to_drafts_and_throws_them_away(room, alice, bob):
    root = said(room, alice, "dinner?")
    save(bob, room, "in the room")
    draft = save(bob, room, "in the thread", thread=root.pk)
    client = browser(bob)
    page = text_of(client, "/drafts/")
    assert f'href="/rooms/{room.pk}/threads/{root.pk}/"' in page and f'href="/rooms/{room.pk}/"' in page
    form = {"thread": root.pk, "version": draft.version}
    assert client.post(f"/rooms/{room.pk}/draft/removal/", form).headers["Location"] == "/drafts/"
    assert [one["body"] for one in listed(bob)] == ["in the room"]
    client.post(f"/rooms/{room.pk}/draft/removal/", {"version": 1})
    assert [one["body"] for one in listed(bob)] == ["in the room"]
    assert client.post(f"/rooms/{room.pk}/draft/removal/", {"thread": "x"}).status_code == 400
