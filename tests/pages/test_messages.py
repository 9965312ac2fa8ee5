"""Pages about one message: editing, deleting, reacting, without scripts."""

import re

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message
from tests.pages.conftest import browser, said, text_of


def test_author_edits(room, bob):
    message = said(room, bob, "diner at seven")
    client = browser(bob)
    assert "diner at seven</textarea>" in text_of(client, f"/messages/{message.pk}/edit/")
    response = client.post(f"/messages/{message.pk}/edit/", {"body": "dinner at seven"})
    assert response.headers["Location"] == f"/rooms/{room.pk}/{message.seq}/"
    assert Message.objects.get(pk=message.pk).body == "dinner at seven"
    assert '<span class="edited">' in text_of(client, f"/rooms/{room.pk}/")


def test_stale_edit_is_refused_and_keeps_what_was_typed(room, bob):
    message = said(room, bob, "one")
    client = browser(bob)
    seen = re.search(r'name="edited_at"[^>]*', text_of(client, f"/messages/{message.pk}/edit/"))[0]
    assert "value" not in seen
    commit(messages.edit_message, bob, message.pk, body="two", edited_at=None)
    response = client.post(f"/messages/{message.pk}/edit/", {"body": "three", "edited_at": ""})
    assert response.status_code == 409
    assert "three</textarea>" in response.content.decode()
    assert Message.objects.get(pk=message.pk).body == "two"


def test_others_do_not_edit(room, alice, bob, charlie):
    message = said(room, bob, "mine")
    assert browser(alice).get(f"/messages/{message.pk}/edit/").status_code == 403
    assert browser(alice).post(f"/messages/{message.pk}/edit/", {"body": "hers"}).status_code == 403
    assert browser(charlie).get(f"/messages/{message.pk}/edit/").status_code == 404


def test_deleting_asks_first(room, bob):
    message = said(room, bob, "regrettable")
    client = browser(bob)
    assert "regrettable" in text_of(client, f"/messages/{message.pk}/deletion/")
    assert Message.objects.get(pk=message.pk).deleted_at is None
    assert client.post(f"/messages/{message.pk}/deletion/").status_code == 302
    page = text_of(client, f"/rooms/{room.pk}/")
    assert "regrettable" not in page
    assert "Message deleted" in page


def test_moderator_deletes_and_a_member_does_not(room, alice, bob):
    theirs, hers = said(room, bob, "theirs"), said(room, alice, "hers")
    assert browser(alice).post(f"/messages/{theirs.pk}/deletion/").status_code == 302
    assert browser(bob).get(f"/messages/{hers.pk}/deletion/").status_code == 403
    assert browser(bob).post(f"/messages/{hers.pk}/deletion/").status_code == 403


def test_reaction_is_put_and_taken_away(room, alice, bob):
    message = said(room, alice, "dinner")
    client = browser(bob)
    assert 'value="👍"' in text_of(client, f"/messages/{message.pk}/reactions/")
    for count in (1, 0):
        assert client.post(f"/messages/{message.pk}/reactions/", {"emoji": "👍"}).status_code == 302
        assert len(Message.objects.get(pk=message.pk).reactions) == count


def test_what_is_no_emoji_is_invalid(room, alice, bob):
    message = said(room, alice, "dinner")
    for emoji in ("", "no", "<b>"):
        assert browser(bob).post(f"/messages/{message.pk}/reactions/", {"emoji": emoji}).status_code == 400
