"""Threads: who follows them, what is unread in them, and how they are shown; at the service, the API and the pages."""

import uuid

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chatsite.realtime.commit import commit, run
from chatsite.realtime.events import Personal
from messaging import reads
from messaging import services as messages
from messaging.models import Message, ThreadFollower
from rooms import services as rooms
from tests.cast import heard, program
from tests.pages.conftest import alice, bob, browser, charlie, dan, gus, place, private, said, text_of

__all__ = ["alice", "bob", "charlie", "dan", "gus", "heard", "place", "private"]


@pytest.fixture
def room(place, alice, bob, dan):
    """A public room of Alice's in which replies gather in threads, with Bob and Dan in it."""
    made = commit(rooms.create_room, alice, place, name="Kitchen", threads="threaded")
    for user in (bob, dan):
        commit(rooms.join_room, user, made)
    return made


def following(root) -> set[str]:
    return set(
        User.objects.filter(pk__in=root.followers.filter(is_following=True).values("user")).values_list(
            "username", flat=True
        )
    )


def change(user, message, **what):
    return commit(messages.change_following, user, message.pk, **what)


def thread_of(user, message) -> dict:
    return program(user).get(f"/api/v1/messages/{message.pk}/thread/").json()


def unread(user, message) -> int:
    return thread_of(user, message)["unread"]


# --- Following -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
def test_replies_that_are_posted_together_leave_the_same_unread_as_one_by_one(room, alice, bob, dan, together):
    """Alice answers in her thread behind Bob, whose reply she has not read: her own does not read it for her."""
    root = said(room, alice, "dinner?")
    posts = [
        messages.Post(author, room.pk, text, str(uuid.uuid4()), reply_to=root.pk)
        for author, text in ((bob, "seven"), (alice, "anybody?"), (dan, "eight, @bob"), (bob, "fine"))
    ]
    batches = [posts] if together else [[post] for post in posts]
    seqs = [outcome.seq for batch in batches for outcome in run(messages.post_messages, batch).value]
    read = dict(root.followers.values_list("user__username", "read_seq"))
    assert read == {"alice": seqs[0] - 1, "bob": seqs[0], "dan": seqs[2]}
    assert following(root) == {"alice", "bob", "dan"}


def test_who_replies_who_wrote_the_root_and_who_is_named_follows(room, alice, bob, dan):
    root = said(room, alice, "dinner?")
    assert following(root) == set()
    said(room, bob, "seven, @dan", reply_to=root)
    assert following(root) == {"alice", "bob", "dan"}


def test_a_plain_post_asks_nothing_of_threads(room, alice):
    with CaptureQueriesContext(connection) as captured:
        said(room, alice, "hello")
    assert not [one for one in captured.captured_queries if "threadfollower" in one["sql"]]


def test_a_reply_to_a_reply_is_of_the_same_thread(room, alice, bob, dan):
    root = said(room, alice, "dinner?")
    said(room, dan, "eight", reply_to=said(room, bob, "seven", reply_to=root))
    assert following(root) == {"alice", "bob", "dan"}


def test_who_left_off_is_brought_back_by_a_reply_of_their_own_alone(room, alice, bob):
    root = said(room, alice, "dinner?")
    said(room, bob, "seven", reply_to=root)
    for user in (alice, bob):
        change(user, root, following=False)
    said(room, bob, "or eight, @alice", reply_to=root)
    assert following(root) == {"bob"}


def test_following_is_ones_own_and_tells_ones_devices(room, bob, dan, alice, heard):
    root = said(room, alice, "dinner?")
    before = User.objects.get(pk=bob.pk).user_seq
    heard.clear()
    assert change(bob, root, following=True).is_following
    (told,) = heard
    assert told == Personal(user=bob.pk, user_seq=before + 1, kinds=["sidebar"])
    heard.clear()
    change(bob, root, following=True)
    assert heard == []
    assert following(root) == {"bob"}


def test_nobody_follows_what_they_may_not_read(room, private, alice, bob, charlie, gus):
    root = said(private, bob, "psst")
    for user in (alice, charlie, gus):
        with pytest.raises(ObjectDoesNotExist):
            change(user, root, following=True)
    with pytest.raises(PermissionDenied):
        change(bob, Message.objects.filter(room=private, kind="system").first(), following=True)
    assert not ThreadFollower.objects.exists()


def test_a_batch_follows_in_two_statements(room, alice, bob, dan):
    root = said(room, alice, "dinner?")
    posts = [
        messages.Post(author, room.pk, f"{n} @alice", str(uuid.uuid4()), root.pk)
        for n in range(3)
        for author in (bob, dan)
    ]
    with CaptureQueriesContext(connection) as captured:
        run(messages.post_messages, posts)
    asked = [
        one["sql"] for one in captured.captured_queries if one["sql"].startswith("INSERT") and "follower" in one["sql"]
    ]
    assert len(asked) == 2
    assert following(root) == {"alice", "bob", "dan"}


# --- What is unread -------------------------------------------------------------------------------------------------


def test_unread_are_the_living_replies_of_others_behind_the_mark(room, alice, bob, dan):
    root = said(room, alice, "dinner?")
    said(room, bob, "seven", reply_to=root)
    assert (unread(alice, root), unread(bob, root), unread(dan, root)) == (1, 0, 0)
    second = said(room, dan, "eight", reply_to=root)
    said(room, alice, "nine", reply_to=root)
    assert (unread(alice, root), unread(bob, root), unread(dan, root)) == (2, 2, 1)
    commit(messages.delete_message, dan, second.pk)
    assert (unread(alice, root), unread(bob, root)) == (1, 1)


def test_who_is_named_has_that_reply_unread_and_nothing_before(room, alice, bob, dan):
    root = said(room, alice, "dinner?")
    said(room, bob, "seven", reply_to=root)
    said(room, bob, "is @dan there?", reply_to=root)
    assert unread(dan, root) == 1


def test_the_mark_never_moves_back_nor_beyond_the_end(room, alice, bob):
    root = said(room, alice, "dinner?")
    first, last = (said(room, bob, body, reply_to=root) for body in ("seven", "eight"))
    assert change(alice, root, read_seq=first.seq).read_seq == first.seq
    assert change(alice, root, read_seq=10**9).read_seq == last.seq
    assert change(alice, root, read_seq=0).read_seq == last.seq
    with pytest.raises(ValidationError):
        change(alice, root, read_seq=-1)
    assert unread(alice, root) == 0


def test_a_mark_without_following_is_not_kept(room, alice, bob, dan, heard):
    root = said(room, alice, "dinner?")
    reply = said(room, bob, "seven", reply_to=root)
    heard.clear()
    assert change(dan, root, read_seq=reply.seq).read_seq == 0
    assert heard == []


def test_the_rooms_own_count_is_unchanged_by_threads(room, alice, bob):
    root = said(room, alice, "dinner?")
    said(room, alice, "soon", reply_to=root)
    stated = program(bob).get(f"/api/v1/rooms/{room.pk}/").json()
    assert stated["unread"] == 2


# --- The API --------------------------------------------------------------------------------------------------------


def test_threads_of_a_room_come_latest_answer_first(room, alice, bob, charlie):
    first, second = said(room, alice, "dinner?"), said(room, alice, "lunch?", reply_to=None)
    said(room, alice, "nobody answers")
    said(room, bob, "twelve", reply_to=second)
    said(room, bob, "seven", reply_to=first)
    url = f"/api/v1/rooms/{room.pk}/threads/"
    page = program(alice).get(url + "?limit=1").json()
    assert [one["root"]["id"] for one in page["results"]] == [first.pk]
    rest = program(alice).get(page["next"]).json()
    assert [one["root"]["id"] for one in rest["results"]] == [second.pk]
    assert rest["next"] is None
    (one,) = page["results"]
    assert (one["unread"], one["following"], one["root"]["thread"]["replies"]) == (1, True, 1)
    assert [person["username"] for person in one["people"]] == ["bob"]
    assert program(charlie).get(url).status_code == 404


def test_ones_own_threads_are_those_of_threaded_rooms_that_one_follows(place, room, alice, bob):
    flat = commit(rooms.create_room, alice, place, name="Hall")
    commit(rooms.join_room, bob, flat)
    for where in (room, flat):
        said(where, bob, "yes", reply_to=said(where, alice, "dinner?"))
    other = said(room, alice, "lunch?")
    change(bob, other, following=True)
    roots = [one["root"]["body"] for one in program(bob).get("/api/v1/users/me/threads/").json()["results"]]
    assert roots == ["lunch?", "dinner?"]
    assert program(bob).get("/api/v1/users/me/threads/?unread=1").json()["results"] == []
    assert len(program(alice).get("/api/v1/users/me/threads/?unread=1").json()["results"]) == 1


def test_a_follower_who_lost_access_sees_nothing(place, alice, bob):
    private = commit(rooms.create_room, alice, place, name="Attic", kind="private", threads="threaded")
    commit(rooms.add_member, alice, private, bob)
    root = said(private, alice, "secret plan")
    said(private, bob, "yes", reply_to=root)
    said(private, alice, "good", reply_to=root)
    client = program(bob)
    assert client.get("/api/v1/users/me/errands/").json()["threads"] == 1
    commit(rooms.remove_member, alice, private, bob)
    assert client.get("/api/v1/users/me/threads/").json()["results"] == []
    assert client.get("/api/v1/users/me/errands/").json()["threads"] == 0
    assert client.get(f"/api/v1/messages/{root.pk}/thread/").status_code == 404
    assert "secret plan" not in text_of(browser(bob), "/threads/")
    assert "bob" not in [one["username"] for one in thread_of(alice, root)["followers"]]


def test_the_api_follows_and_reads_on(room, alice, bob):
    root = said(room, alice, "dinner?")
    reply = said(room, bob, "seven", reply_to=root)
    url = f"/api/v1/messages/{reply.pk}/thread/"  # any message of it names the thread
    read = program(alice).put(url, {"read_seq": reply.seq}, content_type="application/json").json()
    assert (read["read_seq"], read["unread"], read["following"]) == (reply.seq, 0, True)
    left = program(alice).put(url, {"following": False}, content_type="application/json").json()
    assert left["following"] is False
    assert [one["username"] for one in left["followers"]] == ["bob"]
    for wrong in ({"following": 1}, {"read_seq": -1}, {"unread": 0}):
        assert program(alice).put(url, wrong, content_type="application/json").status_code == 400


def test_history_without_replies_holds_those_whose_root_is_hidden(place, alice, bob):
    cellar = commit(
        rooms.create_room, alice, place, name="Cellar", kind="private", history="joined", threads="threaded"
    )
    early = said(cellar, alice, "from before")
    commit(rooms.add_member, alice, cellar, bob)
    late = said(cellar, alice, "from after")
    orphan = said(cellar, alice, "answer to the past", reply_to=early)
    said(cellar, alice, "answer to the present", reply_to=late)
    shown = [one["id"] for one in reads.history(bob, cellar.pk, roots=True)["messages"] if one["kind"] == "message"]
    assert shown == [late.pk, orphan.pk]
    shown = [one["id"] for one in reads.history(alice, cellar.pk, roots=True)["messages"] if one["kind"] == "message"]
    assert shown == [early.pk, late.pk]
    assert "answer to the past" in text_of(browser(bob), f"/rooms/{cellar.pk}/")
    assert browser(bob).get(f"/rooms/{cellar.pk}/threads/{orphan.pk}/").status_code == 404
