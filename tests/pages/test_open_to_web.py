"""Rooms that are open to the web, for readers without an account: they read, and nothing else."""

import re

import pytest

from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import services as messages
from rooms import services
from rooms.models import Ban
from tests.pages.conftest import browser, said, text_of


@pytest.fixture
def web(place, alice, bob):
    """A public room of Alice's with Bob in it, open to the web."""
    made = commit(services.create_room, alice, place, name="Market", topic="What is sold")
    commit(services.add_member, alice, made, bob)
    return commit(services.change_room, alice, made, open_to_web=True)


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/?next=")


def main_of(page: str) -> str:
    """What the page shows, without the parts that its scripts copy."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_everybody_reads_its_page(web, alice, client):
    early = said(web, alice, "the very first")
    for n in range(60):
        said(web, alice, f"number {n}")
    page = text_of(client, f"/rooms/{web.pk}/")
    assert "number 59<" in page and "the very first" not in page
    assert "Sign in to take part" in page and f"/accounts/login/?next=/rooms/{web.pk}/" in page
    older = re.search(r'href="([^"]*\?before=\d+)" rel="prev"', page)[1]
    assert "number 5<" in text_of(client, older)
    assert "the very first" in text_of(client, f"/rooms/{web.pk}/{early.seq}/")
    assert "number 59<" in text_of(client, f"/rooms/{web.pk}/messages/")


def test_its_page_offers_nothing_but_reading(web, alice, client):
    said(web, alice, "hello")
    page = text_of(client, f"/rooms/{web.pk}/")
    assert '<meta name="robots" content="noindex">' in page
    shown = main_of(page)
    for word in (
        "<textarea",
        "<room-list",
        "<typing-line",
        "/members/",
        "/settings/",
        "data-act=",
        "csrfmiddlewaretoken",
    ):
        assert word not in shown
    assert "csrftoken" not in client.cookies and "sessionid" not in client.cookies


def test_an_archived_one_can_still_be_read(web, alice, client):
    said(web, alice, "for the ages")
    commit(services.archive_room, alice, web)
    assert "for the ages" in text_of(client, f"/rooms/{web.pk}/")


def test_replies_stand_where_they_were_said(web, alice, client):
    commit(services.change_room, alice, web, threads="threaded")
    root = said(web, alice, "the root")
    reply = said(web, alice, "the reply", reply_to=root)
    page = text_of(client, f"/rooms/{web.pk}/")
    assert "the root" in page and "the reply" in page
    assert "the reply" in text_of(client, f"/rooms/{web.pk}/{reply.seq}/")


def test_every_other_room_and_page_asks_to_sign_in(web, room, private, client):
    for path in (
        f"/rooms/{room.pk}/",
        f"/rooms/{private.pk}/",
        "/rooms/999999/",
        f"/rooms/{web.pk}/members/",
        f"/rooms/{web.pk}/settings/",
        "/",
    ):
        assert asks_to_sign_in(client.get(path)), path
    assert asks_to_sign_in(client.post(f"/rooms/{web.pk}/messages/", {"body": "hello"}))
    assert client.get(f"/api/v1/rooms/{web.pk}/messages/").status_code == 401
    assert client.get(f"/api/v1/rooms/{web.pk}/").status_code == 401


@pytest.mark.parametrize("change", [{"open_to_web": False}, {"kind": "private"}, {"history": "joined"}])
def test_closed_again_it_asks_to_sign_in(web, alice, client, change):
    said(web, alice, "hello")
    assert client.get(f"/rooms/{web.pk}/").status_code == 200
    commit(services.change_room, alice, web, **change)
    assert asks_to_sign_in(client.get(f"/rooms/{web.pk}/"))


def test_strangers_with_an_account_read_it_and_see_no_members(web, alice, charlie):
    said(web, alice, "come and look")
    stranger = browser(charlie)
    page = text_of(stranger, f"/rooms/{web.pk}/")
    assert "come and look" in page and "<textarea" not in main_of(page) and f"/rooms/{web.pk}/joining/" not in page
    assert f"/rooms/{web.pk}/members/" not in page
    assert stranger.get(f"/rooms/{web.pk}/members/").status_code == 404
    assert stranger.post(f"/rooms/{web.pk}/joining/").status_code == 404


def test_guests_read_it_though_they_were_not_added(web, alice, gus):
    said(web, alice, "come and look")
    assert "come and look" in text_of(browser(gus), f"/rooms/{web.pk}/")


def test_who_is_banned_does_not_see_it_while_signed_in(web, place, alice, bob, dan, client):
    said(web, alice, "not for everybody")
    his, theirs = browser(bob), browser(dan)
    commit(services.ban_from_room, alice, web, bob, reason="noise")
    commit(services.ban_from_workspace, alice, place, dan)
    for one in (his, theirs):
        answer = one.get(f"/rooms/{web.pk}/")
        assert answer.status_code in (403, 404) and b"not for everybody" not in answer.content
    Ban.objects.all().delete()
    assert "not for everybody" in text_of(theirs, f"/rooms/{web.pk}/")


def test_a_place_on_the_web_reads_as_fast_as_one_person(web, client, settings):
    settings.READS_PER_SECOND, settings.READS_BURST = 0.001, 2
    limits._buckets.clear()
    for _ in range(2):
        assert client.get(f"/rooms/{web.pk}/").status_code == 200
    slow_down = client.get(f"/rooms/{web.pk}/")
    assert slow_down.status_code == 429 and int(slow_down.headers["Retry-After"]) >= 1
    assert client.get(f"/rooms/{web.pk}/", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_the_settings_open_and_close_it(room, alice, client):
    hers = browser(alice)
    form = {"name": "Kitchen", "topic": "", "kind": "public", "history": "shared", "open_to_web": "1"}
    assert hers.post(f"/rooms/{room.pk}/settings/", form).status_code == 302
    assert client.get(f"/rooms/{room.pk}/").status_code == 200
    assert '<option value="1" selected>' in text_of(hers, f"/rooms/{room.pk}/settings/")
    del form["open_to_web"]
    hers.post(f"/rooms/{room.pk}/settings/", form)
    assert client.get(f"/rooms/{room.pk}/").status_code == 200  # what a form does not send stays
    hers.post(f"/rooms/{room.pk}/settings/", form | {"open_to_web": "0"})
    assert asks_to_sign_in(client.get(f"/rooms/{room.pk}/"))


def test_only_a_public_room_with_shared_history_can_be_open(room, alice, client):
    hers = browser(alice)
    form = {"name": "Kitchen", "topic": "", "history": "joined", "kind": "public", "open_to_web": "1"}
    answer = hers.post(f"/rooms/{room.pk}/settings/", form)
    assert answer.status_code == 400 and "everybody sees all of it" in answer.content.decode()
    answer = hers.post(f"/rooms/{room.pk}/settings/", form | {"history": "shared", "kind": "private"})
    assert answer.status_code == 400 and "Only a public room" in answer.content.decode()
    room.refresh_from_db()
    assert not room.open_to_web and room.kind == "public"


def test_a_deleted_message_is_gone_for_everybody(web, alice, client):
    message = said(web, alice, "said too soon")
    commit(messages.delete_message, alice, message.pk)
    assert "said too soon" not in text_of(client, f"/rooms/{web.pk}/")
