"""Everything is read at once: all marks move to their ends, told once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal, Receipt
from messaging import services as messages
from rooms import services as rooms
from rooms.models import Membership
from rooms.snapshot import rooms_of
from tests.cast import heard, program
from tests.pages.conftest import alice, bob, browser, charlie, dan, place, room, said, text_of

__all__ = ["alice", "bob", "charlie", "dan", "heard", "place", "room"]


def unread(user) -> dict[int, tuple[int, int]]:
    return {one["id"]: (one["unread"], one["mentions"]) for one in rooms_of(user.pk).rooms}


def more_rooms(place, alice, bob, number: int) -> list:
    made = []
    for n in range(number):
        made.append(commit(rooms.create_room, alice, place, name=f"Room {n}"))
        commit(rooms.join_room, bob, made[-1])
        said(made[-1], alice, "hello @bob")
    return made


def test_all_marks_move_with_one_version_and_one_word(place, room, alice, bob, heard):
    others = more_rooms(place, alice, bob, 3)
    said(room, alice, "hello")
    before = User.objects.get(pk=bob.pk).user_seq
    heard.clear()
    moved = commit(messages.mark_all_read, bob)
    assert moved.rooms == sorted([room.pk, *(one.pk for one in others)])
    assert moved.user_seq == before + 1
    assert set(unread(bob).values()) == {(0, 0)}
    (told,) = [event for event in heard if isinstance(event, Personal)]
    assert (told.user, told.user_seq, told.rooms) == (bob.pk, before + 1, moved.rooms)
    receipts = [event for event in heard if isinstance(event, Receipt)]
    assert {(one.room, one.last_read_seq) for one in receipts} == set(
        Membership.objects.filter(user=bob).values_list("room", "receipt_seq")
    )


def test_where_nothing_is_unread_nothing_changes(room, alice, bob, heard):
    said(room, alice, "hello")
    first = commit(messages.mark_all_read, bob)
    heard.clear()
    assert commit(messages.mark_all_read, bob) == messages.AllRead(first.user_seq, [])
    assert heard == []


def test_ones_own_words_behind_the_mark_are_no_longer_counted(room, alice, bob):
    said(room, alice, "hello")
    said(room, bob, "mine")
    assert Membership.objects.get(room=room, user=bob).own_after == 1
    commit(messages.mark_all_read, bob)
    assert Membership.objects.get(room=room, user=bob).own_after == 0
    said(room, alice, "and now?")
    assert unread(bob)[room.pk] == (1, 0)


def test_it_costs_the_same_however_many_rooms(place, alice, bob):
    costs = []
    for number in (1, 20):
        more_rooms(place, alice, bob, number)
        with CaptureQueriesContext(connection) as captured:
            commit(messages.mark_all_read, bob)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_followed_threads_are_read_too(place, alice, bob):
    threaded = commit(rooms.create_room, alice, place, name="Talk", threads="threaded")
    commit(rooms.join_room, bob, threaded)
    root = said(threaded, bob, "dinner?")
    said(threaded, alice, "seven", reply_to=root)
    client = program(bob)
    assert client.get("/api/v1/users/me/errands/").json()["threads"] == 1
    client.post("/api/v1/users/me/read/")
    assert client.get("/api/v1/users/me/errands/").json()["threads"] == 0


def test_nobody_elses_marks_move(place, room, alice, bob, dan):
    commit(rooms.join_room, dan, room)
    said(room, alice, "hello")
    commit(messages.mark_all_read, bob)
    assert unread(dan)[room.pk][0] == 1


def test_the_api_and_the_page_do_it(room, alice, bob, charlie):
    said(room, alice, "hello")
    answer = program(bob).post("/api/v1/users/me/read/")
    assert (answer.status_code, answer.json()["rooms"]) == (200, [room.pk])
    said(room, alice, "again")
    client = browser(bob)
    assert 'action="/all-read/"' in text_of(client, f"/rooms/{room.pk}/")
    assert client.post("/all-read/", {"next": f"/rooms/{room.pk}/"}).headers["Location"] == f"/rooms/{room.pk}/"
    assert unread(bob)[room.pk] == (0, 0)
    assert client.post("/all-read/", {"next": "//evil.example/"}).headers["Location"] == "/"
    assert program(charlie).post("/api/v1/users/me/read/").json()["rooms"] == []
