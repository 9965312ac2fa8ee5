"""Direct rooms on the pages, without scripts: choosing people, the list beside the rooms, hiding, blocking, folding."""

import re

import pytest
from django.template.loader import render_to_string

from accounts import services as accounts
from chatsite.realtime.commit import commit
from messaging import wire
from messaging.models import Message
from rooms import services
from rooms.models import Room
from tests.cast import person
from tests.pages.conftest import browser, said, text_of
from tests.pages.test_room import article, classes


def talk(actor, *others) -> Room:
    return commit(services.open_direct, actor, [user.pk for user in others])[0]


def listed(page: str) -> list[str]:
    """The names in the list of direct messages."""
    part = re.search(r'<ul data-rooms="direct">(.*?)</ul>', page, re.DOTALL)[1]
    return re.findall(r'<span class="name" dir="auto">([^<]*)</span>', part)


def test_from_the_search_to_the_conversation(place, alice, bob, dan):
    client = browser(alice)
    page = text_of(client, "/direct/new/?q=BO")
    assert "Message bob" in page and "Message dan" not in page
    added = re.search(r'data-add href="([^"]*)"', page)[1].replace("&amp;", "&")
    page = text_of(client, added)
    assert f'name="users" value="{bob.pk}"' in page and "Take bob out" in page
    added = re.search(rf'data-add href="([^"]*users={dan.pk}[^"]*)"', page)[1].replace("&amp;", "&")
    page = text_of(client, added)
    assert f'data-chosen="{bob.pk},{dan.pk}"' in page
    response = client.post("/direct/new/", {"users": [bob.pk, dan.pk]})
    room = Room.objects.get(kind="direct")
    assert response.headers["Location"] == f"/rooms/{room.pk}/"
    assert room.memberships.count() == 3
    page = text_of(client, f"/rooms/{room.pk}/")
    assert "This is the beginning of your conversation with bob, dan." in page
    assert listed(page) == ["bob, dan"]


def test_piece_of_the_choice_is_no_page(place, alice, bob):
    piece = text_of(browser(alice), f"/direct/people/?users={bob.pk}&q=da")
    assert piece.startswith('<div class="choice"') and "<html" not in piece


@pytest.mark.parametrize("users", ["x", "-1", "1.5", "1" * 30, "١"])
def test_what_are_no_people_is_invalid(place, alice, users):
    client = browser(alice)
    assert client.get("/direct/new/", {"users": users}).status_code == 400
    assert client.get("/direct/people/", {"users": users}).status_code == 400
    assert client.post("/direct/new/", {"users": users}).status_code == 400
    assert not Room.objects.exists()


def test_who_is_not_seen_is_not_there(place, alice, charlie):
    client = browser(alice)
    assert client.post("/direct/new/", {"users": charlie.pk}).status_code == 404
    assert client.get(f"/people/{charlie.pk}/").status_code == 404
    assert client.post(f"/people/{charlie.pk}/block/").status_code == 404
    assert "charlie" not in text_of(client, f"/direct/new/?users={charlie.pk}")


def test_each_knows_it_by_the_others(place, alice, bob, dan):
    pair, three, notes = talk(alice, bob), talk(alice, bob, dan), talk(alice)
    for room in (pair, three):
        said(room, alice, "hello")
    assert listed(text_of(browser(alice), f"/rooms/{pair.pk}/")) == ["Notes to self", "bob", "bob, dan"]
    page = text_of(browser(bob), f"/rooms/{pair.pk}/")
    assert listed(page) == ["alice", "alice, dan"]
    assert "<title>alice" in page and 'placeholder="Message alice"' in page
    commit(accounts.change_profile, bob, language="zh-hans")
    assert listed(text_of(browser(bob), f"/rooms/{pair.pk}/")) == ["alice", "alice、dan"]
    assert "A place for what only you are to see" in text_of(browser(alice), f"/rooms/{notes.pk}/")


def test_it_is_not_in_the_list_before_its_first_message_nor_once_hidden(place, alice, bob):
    room = talk(alice, bob)
    client = browser(bob)
    assert listed(text_of(client, f"/w/{place.pk}/")) == []
    assert client.get(f"/rooms/{room.pk}/").status_code == 404
    said(room, alice, "hello")
    page = text_of(client, f"/w/{place.pk}/")
    assert listed(page) == ["alice"]
    assert '<span class="badge">1<span class="said"> unread</span>' in page
    assert client.post(f"/rooms/{room.pk}/leaving/").headers["Location"] == "/"
    page = text_of(client, f"/w/{place.pk}/")
    assert "alice is hidden until somebody writes there." in page and listed(page) == []
    for path in ("", "members/", "settings/", "messages/", "1/"):
        assert client.get(f"/rooms/{room.pk}/{path}").status_code == 404
    said(room, alice, "again")
    assert listed(text_of(client, f"/w/{place.pk}/")) == ["alice"]


def test_pages_about_it_offer_what_can_be_done(place, alice, bob, dan):
    room = talk(alice, bob, dan)
    said(room, alice, "hello")
    client = browser(bob)
    settings = text_of(client, f"/rooms/{room.pk}/settings/")
    assert "Hide the conversation" in settings and "Archive" not in settings and "Leave the room" not in settings
    assert "Add somebody" not in text_of(client, f"/rooms/{room.pk}/members/")
    assert client.post(f"/rooms/{room.pk}/notify/", {"notify": "nothing"}).status_code == 302
    for path in ("settings/", "archiving/", "invitations/", f"members/{dan.pk}/removal/"):
        assert client.post(f"/rooms/{room.pk}/{path}").status_code == 403
    assert client.post(f"/rooms/{room.pk}/members/", {"username": "alice"}).status_code == 403
    assert room.memberships.count() == 3


def test_somebody_without_a_workspace_still_has_their_conversations(place, alice, bob):
    room = talk(alice, bob)
    said(room, alice, "hello")
    commit(services.remove_from_workspace, alice, place, bob)
    client = browser(bob)
    assert listed(text_of(client, "/")) == ["alice"]
    page = text_of(client, f"/rooms/{room.pk}/")
    assert "Nobody is left to read it" in page and "<message-composer" not in page


def test_blocking_on_the_page_of_a_person(place, alice, bob):
    room = talk(alice, bob)
    said(room, alice, "hello")
    client = browser(bob)
    assert f'action="/people/{alice.pk}/block/"' in text_of(client, f"/people/{alice.pk}/")
    assert client.post(f"/people/{alice.pk}/block/").headers["Location"] == f"/people/{alice.pk}/"
    page = text_of(client, f"/people/{alice.pk}/")
    assert "You blocked alice." in page and 'name="users"' not in page
    assert "You blocked this person" in text_of(client, f"/rooms/{room.pk}/")
    assert "takes no direct messages" in text_of(browser(alice), f"/rooms/{room.pk}/")
    refused = browser(alice).post("/direct/new/", {"users": bob.pk})
    assert (refused.status_code, "takes no direct messages" in refused.content.decode()) == (403, True)
    assert "alice" in re.search(r'id="blocked">.*?</section>', text_of(client, "/profile/"), re.DOTALL)[0]
    assert client.post(f"/people/{alice.pk}/block/lifting/", {"list": "1"}).headers["Location"] == "/profile/"
    assert 'id="blocked"' not in text_of(client, "/profile/")
    assert client.post(f"/people/{alice.pk}/block/lifting/").status_code == 404
    assert client.post(f"/people/{bob.pk}/block/").status_code == 400


def test_messages_of_a_blocked_author_are_folded_for_the_blocker_alone(room, alice, bob):
    folded = said(room, alice, "look at this, @bob")
    quoting = said(room, bob, "no", reply_to=folded)
    commit(accounts.block, bob, alice)
    page = text_of(browser(bob), f"/rooms/{room.pk}/")
    assert "blocked" in classes(page, folded)
    assert "Message of somebody you blocked." in article(page, folded)
    assert "Message of somebody you blocked." in article(page, quoting) and "look at this" not in article(page, quoting)
    assert f'data-blocked="{alice.pk}"' in page
    hers = text_of(browser(alice), f"/rooms/{room.pk}/")
    assert 'class="fold"' not in article(hers, folded) and "data-blocked" not in hers
    assert "look at this" in article(hers, quoting)


def test_template_alone_knows_no_blocks(room, alice, bob):
    commit(accounts.block, bob, alice)
    message = said(room, alice, "hello")
    assert "fold" not in render_to_string("messaging/message.html", {"message": wire.message(message), "people": {}})


def test_direct_room_page_needs_few_queries(place, alice, bob, django_assert_max_num_queries):
    room = talk(alice, bob)
    first = said(room, alice, "hello @bob")
    for number in range(60):
        said(room, alice, f"number {number}", reply_to=first)
    for number in range(5):
        said(talk(alice, bob, person(f"p{number}", place)), alice, "hello")
    client = browser(bob)
    client.get(f"/rooms/{room.pk}/")
    with django_assert_max_num_queries(20):
        client.get(f"/rooms/{room.pk}/")
    assert Message.objects.filter(room=room).count() == 61


def test_a_word_to_somebody_from_the_lists_of_people(place, room, alice, bob):
    for path in (f"/w/{place.pk}/members/", f"/rooms/{room.pk}/members/"):
        page = text_of(browser(bob), path)
        assert f'name="users" value="{alice.pk}"' in page
        assert f'name="users" value="{bob.pk}"' not in page
    for path in (f"/w/{place.pk}/members/{alice.pk}/", f"/rooms/{room.pk}/members/{alice.pk}/"):
        assert f'action="/people/{alice.pk}/block/"' in text_of(browser(bob), path)
    own = text_of(browser(bob), f"/people/{bob.pk}/")
    assert "Notes to self" in own and "/block/" not in own
