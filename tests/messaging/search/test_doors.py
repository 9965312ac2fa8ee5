"""Searching by the API and by the page."""

import re

import pytest
from django.test import Client

from accounts import services as accounts
from chatsite.realtime.commit import commit
from messaging import services as messages
from rooms import services
from tests.cast import browser, program
from tests.messaging.search.conftest import say


def test_the_api_answers_with_messages_and_a_next(room, alice, bob):
    rows = [say(alice, room, f"tea {number}") for number in range(7)]
    answer = program(bob).get("/api/v1/search/?q=tea&limit=3").json()
    assert [one["id"] for one in answer["results"]] == [row.pk for row in rows[:3:-1]]
    assert answer["previous"] is None
    assert answer["results"][0].keys() == program(bob).get(f"/api/v1/messages/{rows[0].pk}/").json().keys()
    again = program(bob).get(answer["next"]).json()
    assert [one["id"] for one in again["results"]] == [row.pk for row in rows[3:0:-1]]
    last = program(bob).get(again["next"]).json()
    assert [one["id"] for one in last["results"]] == [rows[0].pk] and last["next"] is None


def test_the_api_takes_filters(room, private, alice, bob):
    say(alice, room, "tea")
    row = say(bob, private, "tea https://example.org")
    for query in (f"room={private.pk}", f"author={bob.pk}", "has=link", f"room={private.pk}&author={bob.pk}&has=link"):
        answer = program(alice).get(f"/api/v1/search/?q=tea&{query}&after=2020-01-01&before=2100-01-01T00:00:00Z")
        assert [one["id"] for one in answer.json()["results"]] == [row.pk], query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"), ("q=", "q"), ("q=%20", "q"), ("q=!!", "q"), ("q=%E3%80%80", "q"), ("q=" + "x" * 10_000, "q"), ("q=has:x", "q"),
        ("q=tea&room=x", "room"), ("q=tea&room=0", "room"), ("q=tea&author=-1", "author"), ("q=tea&author=%D9%A1", "author"),
        ("q=tea&before=x", "before"), ("q=tea&after=", "after"), ("q=tea&after=9999-99-99", "after"),
        ("q=tea&has=x", "has"), ("q=tea&cursor=x", "cursor"), ("q=tea&cursor=0", "cursor"), ("q=tea&cursor=" + "9" * 40, "cursor"),
        ("q=tea&limit=0", "limit"), ("q=tea&limit=101", "limit"),
    ],
)  # fmt: skip
def test_the_api_refuses_nonsense_with_a_sentence(room, alice, query, field):
    answer = program(alice).get(f"/api/v1/search/?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid" and answer.json()["errors"][field][0]


def test_searches_draw_from_the_reads(room, alice, settings):
    client = program(alice)
    settings.READS_BURST, settings.READS_PER_SECOND = 3, 0.1
    answers = [client.get("/api/v1/search/?q=tea").status_code for _try in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_nobody_is_asked_to_sign_in(db, place):
    assert Client().get("/api/v1/search/?q=tea").status_code == 401
    assert Client().get("/search/?q=tea").headers["Location"].startswith("/accounts/login/")


def test_the_page_shows_where_it_stands_and_marks_it(room, alice, bob):
    row = say(alice, room, "A **cup** of <b>tea</b> & 'more'")
    page = browser(bob).get("/search/?q=tea").content.decode()
    assert f'href="/rooms/{room.pk}/{row.seq}/"' in page
    assert "<mark>tea</mark>" in page and "&lt;b&gt;" in page and "Kitchen" in page and "alice" in page
    assert "<b>tea" not in page


def test_what_was_asked_for_is_escaped(room, alice):
    page = browser(alice).get("/search/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page


def test_the_page_leads_on_and_back(room, alice):
    for number in range(30):
        say(alice, room, f"tea {number}")
    client = browser(alice)
    page = client.get("/search/?q=tea").content.decode()
    assert page.count("<mark>tea</mark>") == 25
    older = re.search(r'href="([^"]*)" rel="next"', page)[1].replace("&amp;", "&")
    page = client.get(older).content.decode()
    assert page.count("<mark>tea</mark>") == 5
    assert 'href="/search/?q=tea"' in page and 'rel="next"' not in page


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 200, "What was said"),
        ("q=", 200, "What was said"),
        ("q=nothing", 200, "Nothing found"),
        ("q=!!", 400, "no letter"),
        ("q=%00", 400, "not valid"),
        ("q=" + "x" * 10_000, 400, "at most 200"),
        ("q=tea&after=x", 400, "Expected a date"),
        ("q=tea&has=x", 400, "id_has_error"),
        ("q=tea&cursor=x", 400, "id_q"),
        ("q=in:nowhere+tea", 400, "no room"),
        ("room=x", 200, "What was said"),
    ],
)
def test_the_page_says_what_there_is_to_say(room, alice, query, status, words):
    answer = browser(alice).get(f"/search/?{query}")
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_room_leads_to_its_search(room, alice, dan, charlie):
    say(alice, room, "tea")
    page = browser(alice).get(f"/rooms/{room.pk}/").content.decode()
    assert f'href="/search/?room={room.pk}"' in page
    page = browser(dan).get(f"/search/?room={room.pk}").content.decode()
    assert f'<option value="{room.pk}" selected>Kitchen</option>' in page
    assert browser(charlie).get(f"/search/?room={room.pk}").status_code == 404


def test_a_direct_room_is_called_by_its_people(place, alice, bob):
    direct, _new = commit(services.open_direct, alice, [bob.pk])
    say(alice, direct, "tea")
    page = browser(alice).get("/search/?q=tea").content.decode()
    assert "bob" in re.search(r'class="rows found".*?<small>(.*?)</small>', page, re.DOTALL)[1]


def test_words_of_somebody_blocked_are_folded(room, alice, bob):
    say(bob, room, "tea")
    commit(accounts.block, alice, bob)
    page = browser(alice).get("/search/?q=tea").content.decode()
    assert 'class="fold"' in page


def test_a_deleted_message_is_on_no_page(room, alice):
    row = say(alice, room, "tea")
    commit(messages.delete_message, alice, row.pk)
    assert "Nothing found" in browser(alice).get("/search/?q=tea").content.decode()
