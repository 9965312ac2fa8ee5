"""Reading over REST: history by `seq`, changes by `event_seq`, and the read mark."""

import pytest

from rooms.models import RoomLog
from tests.messaging.api.doors import refused

pytestmark = pytest.mark.django_db


def test_history_pages_both_ways(say, alice, room):
    for n in range(5):
        say(alice, f"m{n}")
    url = f"/api/v1/rooms/{room.pk}/messages/"
    end = RoomLog.objects.get(room=room).last_seq

    newest = alice.get(url, {"limit": 2}).json()
    assert [m["seq"] for m in newest["results"]] == [end - 1, end]
    assert (newest["has_before"], newest["has_after"]) == (True, False)
    older = alice.get(url, {"limit": 2, "before": end - 1}).json()
    assert [m["seq"] for m in older["results"]] == [end - 3, end - 2]
    newer = alice.get(url, {"limit": 1, "after": end - 2}).json()
    assert [m["seq"] for m in newer["results"]] == [end - 1]
    assert newer["has_after"]
    around = alice.get(url, {"around": end - 2, "limit": 3}).json()
    assert end - 2 in [m["seq"] for m in around["results"]]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=", "before=-1", "after=1.5", "before=1&after=2", "around=1&after=2",
     "before=99999999999999999999", "thread=x", "before=%00"],
)  # fmt: skip
def test_bad_bounds_are_invalid(alice, room, query):
    refused(alice.get(f"/api/v1/rooms/{room.pk}/messages/?{query}"), 400, "invalid")


def test_a_thread_holds_its_root(say, alice, bob, room, message):
    reply = say(bob, reply_to=message).json()["id"]
    say(alice, "elsewhere")
    found = alice.get(f"/api/v1/rooms/{room.pk}/messages/", {"thread": reply}).json()["results"]
    assert [m["id"] for m in found] == [message, reply]
    refused(alice.get(f"/api/v1/rooms/{room.pk}/messages/", {"thread": 10**6}), 404, "not_found")


def test_changes_carry_from_a_number_to_the_head(say, alice, bob, room, message):
    history = bob.get(f"/api/v1/rooms/{room.pk}/messages/").json()
    say(alice, "second")
    alice.patch(f"/api/v1/messages/{message}/", {"body": "mended", "edited_at": None}, format="json")
    answer = bob.get(f"/api/v1/rooms/{room.pk}/changes/", {"epoch": history["epoch"], "after": history["head"]}).json()
    assert (answer["from"], answer["to"], answer["more"]) == (history["head"], history["head"] + 2, False)
    assert [m["body"] for m in answer["messages"]] == ["second", "mended"]


def test_changes_of_another_epoch_are_a_reset(alice, room):
    answer = alice.get(f"/api/v1/rooms/{room.pk}/changes/", {"epoch": "other", "after": 0}).json()
    assert answer["reset"] is True
    assert set(answer) == {"epoch", "room", "reset", "head"}


@pytest.mark.parametrize("query", ["", "epoch=x", "after=1", "epoch=x&after=-1", "epoch=x&after=y"])
def test_changes_need_epoch_and_after(alice, room, query):
    refused(alice.get(f"/api/v1/rooms/{room.pk}/changes/?{query}"), 400, "invalid")


def test_reading_moves_the_mark(say, alice, bob, room):
    for _ in range(3):
        last = say(alice).json()["seq"]
    url = f"/api/v1/rooms/{room.pk}/read/"
    mark = bob.put(url, {"seq": last - 1}, format="json").json()
    assert (mark["last_read_seq"], mark["unread"], mark["last_seq"]) == (last - 1, 1, last)
    assert bob.put(url, {"seq": 1}, format="json").json()["last_read_seq"] == last - 1
    assert bob.put(url, {"seq": 10**9}, format="json").json()["last_read_seq"] == last
    for bad in ({}, {"seq": "1"}, {"seq": -1}, {"seq": None}, {"seq": 1, "x": 1}):
        refused(bob.put(url, bad, format="json"), 400, "invalid")
