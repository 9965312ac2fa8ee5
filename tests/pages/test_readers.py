"""Who has read a message, and whether one wants to be disturbed: pages without scripts."""

import pytest

from chatsite.realtime.commit import commit
from messaging import readers
from messaging import services as messages
from tests.pages.conftest import browser, said, text_of


def test_the_room_asks_who_has_read_ones_own_last_message(room, alice, bob):
    message = said(room, alice, "read me")
    link = f"/messages/{message.pk}/readers/"
    assert link in text_of(browser(alice), f"/rooms/{room.pk}/")
    assert link not in text_of(browser(bob), f"/rooms/{room.pk}/")
    assert "Nobody yet" in text_of(browser(alice), link)
    commit(messages.mark_read, bob, room.pk, message.seq)
    page = text_of(browser(alice), link)
    assert "@bob" in page.partition("<main")[2] and "Nobody yet" not in page
    said(room, bob, "I did")
    assert link not in text_of(browser(alice), f"/rooms/{room.pk}/")


def test_putting_the_mark_back_does_not_unread(room, alice, bob):
    message = said(room, alice, "read me")
    commit(messages.mark_read, bob, room.pk, message.seq)
    commit(messages.mark_unread, bob, room.pk, message.seq)
    assert [one.user_id for one in readers.who_read(message)] == [bob.pk]


def test_only_members_are_told(room, private, alice, bob, dan, charlie):
    message, hidden = said(room, alice, "read me"), said(private, bob, "hidden")
    assert browser(dan).get(f"/messages/{message.pk}/readers/").status_code == 403
    assert browser(charlie).get(f"/messages/{message.pk}/readers/").status_code == 404
    assert browser(alice).get(f"/messages/{hidden.pk}/readers/").status_code == 404


def test_in_a_large_room_nobody_is_told(room, alice, monkeypatch):
    from messaging import talk

    message = said(room, alice, "read me")
    monkeypatch.setattr(readers, "RECEIPTS_UP_TO", 1)
    monkeypatch.setattr(talk, "RECEIPTS_UP_TO", 1)
    assert browser(alice).get(f"/messages/{message.pk}/readers/").status_code == 403
    assert "/readers/" not in text_of(browser(alice), f"/rooms/{room.pk}/")


def test_do_not_disturb_is_chosen_on_any_page(room, bob):
    his = browser(bob)
    answer = his.post("/status/", {"status": "dnd", "next": f"/rooms/{room.pk}/"})
    assert answer.headers["Location"] == f"/rooms/{room.pk}/"
    bob.refresh_from_db()
    assert bob.do_not_disturb
    assert 'data-status="dnd"' in text_of(his, f"/rooms/{room.pk}/").partition('<form class="float menu"')[0]
    his.post("/status/", {"status": "online"})
    bob.refresh_from_db()
    assert not bob.do_not_disturb


@pytest.mark.parametrize("status", ["", "away", "offline", "dnd\x00"])
def test_another_status_is_refused(bob, status):
    answer = browser(bob).post("/status/", {"status": status})
    assert answer.status_code == 400


def test_one_is_not_led_elsewhere(bob):
    answer = browser(bob).post("/status/", {"status": "dnd", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
