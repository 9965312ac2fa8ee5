"""Notifications at the API and on the pages."""

import re

import pytest

from chatsite.realtime.commit import commit
from messaging.models import Notification
from rooms import services
from tests.background import run_tasks
from tests.messaging.notices.conftest import browser, direct, program, said, told

API = "/api/v1/notifications/"


def listed(user, query: str = "") -> dict:
    return program(user).get(API + query).json()


def patched(user, **given):
    return program(user).patch(API, given, content_type="application/json")


def test_the_list_names_ids_and_nothing_that_was_said(room, alice, bob):
    first, second = said(alice, room, "secret @bob"), said(alice, direct(alice, bob), "secret")
    run_tasks()
    answer = listed(bob)
    assert [(one["kind"], one["message"]) for one in answer["results"]] == [
        ("direct", {"id": second.pk, "seq": second.seq}),
        ("mention", {"id": first.pk, "seq": first.seq}),
    ]
    assert answer["unread"] == 2 and "secret" not in str(answer)
    assert answer["results"][0].keys() == {"id", "kind", "room", "message", "created_at", "read_at"}
    assert listed(alice)["results"] == []


def test_pages_of_the_list_join_without_gap(room, alice, bob):
    for number in range(5):
        said(alice, room, f"@bob {number}")
    run_tasks()
    answer, found = listed(bob, "?limit=2"), []
    while True:
        found += [one["message"]["seq"] for one in answer["results"]]
        if not answer["next"]:
            break
        answer = program(bob).get(answer["next"]).json()
    assert found == sorted(found, reverse=True) and len(found) == 5


def test_what_was_lost_is_not_listed(cellar, alice, bob):
    told(said(alice, cellar, "@bob"))
    commit(services.remove_member, alice, cellar, bob)
    assert listed(bob)["results"] == [] and listed(bob)["unread"] == 0


def test_reading_by_the_api(room, alice, bob):
    for number in range(3):
        said(alice, room, f"@bob {number}")
    run_tasks()
    newest = listed(bob)["results"][0]["id"]
    assert patched(bob, read=True, ids=[newest]).json()["unread"] == 2
    assert patched(bob, read=True, before=newest).json()["unread"] == 0
    assert all(one["read_at"] for one in listed(bob)["results"])
    said(alice, room, "@bob again")
    run_tasks()
    assert patched(bob, read=True).json()["unread"] == 0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"read": False},
        {"read": 1},
        {"read": True, "ids": ["7"]},
        {"read": True, "ids": [0]},
        {"read": True, "ids": list(range(1, 102))},
        {"read": True, "before": 0},
        {"read": True, "before": 10**30},
        {"read": True, "ids": [1], "before": 2},
        {"read": True, "all": True},
    ],
)
def test_bad_readings_are_refused_and_read_nothing(room, alice, bob, given):
    told(said(alice, room, "@bob"))
    assert patched(bob, **given).status_code == 400
    assert Notification.objects.get().read_at is None


def test_nobody_without_signing_in(place, client):
    assert client.get(API).status_code == 401
    assert client.get("/notifications/").status_code == 302


# --- the page ---


def test_the_page_lists_them_with_words_and_links(room, alice, bob):
    message = said(alice, room, "what do you think, @bob & co?")
    told(message)
    page = browser(bob).get("/notifications/").content.decode()
    assert f'href="/rooms/{room.pk}/{message.seq}/"' in page
    assert "what do you think, @bob &amp; co?" in page and "Kitchen" in page and "mentions you" in page
    assert 'class="unread"' in page


def test_the_page_says_that_there_is_nothing(place, bob):
    assert "Nobody has called you" in browser(bob).get("/notifications/").content.decode()


def test_one_and_all_are_read_by_forms(room, alice, bob):
    for number in range(3):
        said(alice, room, f"@bob {number}")
    run_tasks()
    client = browser(bob)
    first = Notification.objects.earliest("pk")
    assert client.post("/notifications/reading/", {"ids": first.pk}).status_code == 302
    assert Notification.objects.filter(read_at=None).count() == 2
    page = client.get("/notifications/").content.decode()
    newest = re.search(r'name="before" value="(\d+)"', page)[1]
    said(alice, room, "@bob came later")
    run_tasks()
    client.post("/notifications/reading/", {"before": newest})
    assert Notification.objects.filter(read_at=None).count() == 1


@pytest.mark.parametrize("given", [{"ids": "x"}, {"ids": "0"}, {"before": "1" + "0" * 30}, {"ids": "1", "before": "2"}])
def test_bad_forms_are_refused(room, alice, bob, given):
    told(said(alice, room, "@bob"))
    assert browser(bob).post("/notifications/reading/", given).status_code == 400
    assert Notification.objects.get().read_at is None


@pytest.mark.parametrize("page", ["0", "-1", "x", "1" + "0" * 30])
def test_a_page_that_is_not_there_is_another(place, bob, page):
    assert browser(bob).get(f"/notifications/?page={page}").status_code == 200


def test_the_sidebar_shows_how_many(room, alice, bob):
    told(said(alice, room, "@bob"))
    client = browser(bob)
    line = re.search(
        r'<a class="place[^"]*" data-errand="notifications".*?</a>', client.get("/threads/").content.decode()
    )
    assert '<span class="badge">1' in line[0]
    assert program(bob).get("/api/v1/users/me/errands/").json()["notifications"] == 1


def test_fifty_cost_no_more_than_one(room, alice, bob, django_assert_max_num_queries):
    for number in range(12):
        said(alice, room, f"@bob {number}")
    run_tasks()
    client = browser(bob)
    client.get("/notifications/")
    with django_assert_max_num_queries(14):
        client.get("/notifications/")


# --- what one chooses ---


def test_the_settings_page_keeps_what_one_chooses(place, bob):
    client = browser(bob)
    given = {"notify": "all", "do_not_disturb": "on", "quiet_from": "22:00", "quiet_until": "07:30"}
    assert client.post("/profile/notifications/", given).status_code == 302
    bob.refresh_from_db()
    assert (bob.notify, bob.do_not_disturb, bob.mail_missed) == ("all", True, False)
    page = client.get("/profile/notifications/").content.decode()
    assert 'value="22:00"' in page and 'value="07:30"' in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"notify": "all", "quiet_from": "22:00"}, "Quiet hours need an end, too."),
        ({"notify": "all", "quiet_until": "22:00"}, "Quiet hours need a beginning, too."),
        ({"notify": "all", "quiet_from": "x", "quiet_until": "22:00"}, "Enter a valid time."),
        ({"notify": "loud"}, "Select a valid choice."),
        ({}, "This field is required."),
    ],
)
def test_the_settings_page_says_what_is_wrong(place, bob, given, sentence):
    answer = browser(bob).post("/profile/notifications/", given)
    assert answer.status_code == 400 and sentence in answer.content.decode()
    bob.refresh_from_db()
    assert bob.notify == "mentions" and bob.quiet_from is None


def test_oneself_has_them_in_the_api(place, bob):
    def change(**given):
        return program(bob).patch("/api/v1/users/me/", given, content_type="application/json")

    me = program(bob).get("/api/v1/users/me/").json()
    assert (me["notify"], me["do_not_disturb"], me["quiet_from"], me["mail_missed"]) == ("mentions", False, "", True)
    me = change(quiet_from="22:30", quiet_until="07:00", do_not_disturb=True, display_name="Bobby").json()
    assert (me["quiet_from"], me["quiet_until"], me["display_name"]) == ("22:30", "07:00", "Bobby")
    assert change(quiet_from="", quiet_until="").json()["quiet_from"] == ""
    for bad in (
        {"quiet_from": "22:30"}, {"quiet_from": "25:00", "quiet_until": "07:00"}, {"quiet_from": "٢٢:٣٠", "quiet_until": "07:00"},
        {"notify": "loud"}, {"do_not_disturb": "yes"}, {"mail_missed": None, "quiet_from": 7},
    ):  # fmt: skip
        answer = change(**bad, display_name="No")
        assert answer.status_code == 400 and answer.json()["errors"], bad
    bob.refresh_from_db()
    assert bob.display_name == "Bobby"
