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


# --- The pages ------------------------------------------------------------------------------------------------------


def test_the_rooms_page_shows_roots_and_what_was_answered(room, alice, bob):
    root = said(room, alice, "dinner?")
    said(room, bob, "seven it is", reply_to=root)
    page = text_of(browser(alice), f"/rooms/{room.pk}/")
    assert "seven it is" not in page
    assert f'href="/rooms/{room.pk}/threads/{root.pk}/"' in page
    assert "1 reply" in page
    assert 'data-threads="threaded"' in page


def test_older_pages_have_roots_whatever_was_said_between(room, alice, bob):
    root = said(room, alice, "the oldest")
    for n in range(60):
        said(room, bob, f"reply {n}", reply_to=root)
    for n in range(55):
        said(room, bob, f"root {n}")
    page = text_of(browser(alice), f"/rooms/{room.pk}/")
    assert page.count('<article class="message') == 50 + 1  # and the likeness of a pending one
    older = page.split('rel="prev"')[0].rpartition('href="')[2].rstrip('" ')
    assert "the oldest" in text_of(browser(alice), older)


def test_a_threads_page_shows_it_beside_its_room_and_takes_replies(room, alice, bob):
    root = said(room, alice, "dinner?")
    said(room, bob, "seven it is", reply_to=root)
    client, url = browser(alice), f"/rooms/{room.pk}/threads/{root.pk}/"
    page = text_of(client, url)
    assert "<thread-pane" in page and "<chat-room" in page and "seven it is" in page
    assert page.count('name="thread"') == 1
    form = {"body": "and dessert", "thread": root.pk, "msg_id": str(uuid.uuid4())}
    answer = client.post(f"/rooms/{room.pk}/messages/", form)
    reply = Message.objects.get(body="and dessert")
    assert (reply.thread_root_id, reply.reply_to_id) == (root.pk, root.pk)
    assert answer.headers["Location"] == f"{url}#t-{room.pk}-{reply.seq}"
    refused = client.post(f"/rooms/{room.pk}/messages/", {"body": "x" * 10_001, "thread": root.pk})
    assert refused.status_code == 413
    assert "<thread-pane" in refused.content.decode()


def test_the_pane_alone_is_a_piece_of_the_page(room, alice, bob):
    root = said(room, alice, "dinner?")
    piece = text_of(browser(bob), f"/rooms/{room.pk}/threads/{root.pk}/?pane")
    assert "<thread-pane" in piece and "<chat-room" not in piece and "<html" not in piece


def test_a_reply_is_found_in_its_thread(room, alice, bob):
    root = said(room, alice, "dinner?")
    reply = said(room, bob, "seven", reply_to=root)
    where = f"/rooms/{room.pk}/threads/{root.pk}/?around={reply.seq}#t-{room.pk}-{reply.seq}"
    assert browser(alice).get(f"/rooms/{room.pk}/{reply.seq}/").headers["Location"] == where
    assert browser(alice).get(f"/rooms/{room.pk}/threads/{reply.pk}/").headers["Location"] == where


def test_in_flat_rooms_replies_stand_in_the_room(place, alice, bob):
    flat = commit(rooms.create_room, alice, place, name="Hall")
    commit(rooms.join_room, bob, flat)
    reply = said(flat, bob, "seven it is", reply_to=said(flat, alice, "dinner?"))
    assert "seven it is" in text_of(browser(alice), f"/rooms/{flat.pk}/")
    assert browser(alice).get(f"/rooms/{flat.pk}/{reply.seq}/").status_code == 200


def test_title_is_the_root_authors_to_give(room, alice, bob):
    root = said(room, alice, "dinner?")
    url = f"/rooms/{room.pk}/threads/{root.pk}/"
    assert browser(bob).post(url + "title/", {"title": "Mine"}).status_code == 403
    client = browser(alice)
    assert client.post(url + "title/", {"title": "Dinner"}).status_code == 302
    assert Message.objects.get(pk=root.pk).thread_title == "Dinner"
    assert "Dinner" in text_of(client, f"/rooms/{room.pk}/threads/")
    assert client.post(url + "title/", {"title": "x" * 121}).status_code == 400
    client.post(url + "title/", {"title": ""})
    assert Message.objects.get(pk=root.pk).thread_title == ""


def test_following_works_by_forms(room, alice, bob):
    root = said(room, alice, "dinner?")
    url = f"/rooms/{room.pk}/threads/{root.pk}/"
    client = browser(bob)
    assert client.post(url + "following/", {"following": "1"}).headers["Location"] == url
    assert following(root) == {"bob"}
    said(room, alice, "seven", reply_to=root)
    assert "1 unread" in text_of(client, "/threads/")
    client.post(url + "following/", {"read_seq": "1000"})
    assert "unread" not in text_of(client, "/threads/").split("<main")[1].split("<script")[0]
    client.post(url + "following/", {"following": "0"})
    assert "No threads yet" in text_of(client, "/threads/")
    assert client.post(url + "following/", {"following": "maybe"}).status_code == 400


def test_a_thread_is_not_of_another_room(room, place, alice):
    other = commit(rooms.create_room, alice, place, name="Hall")
    root = said(room, alice, "dinner?")
    assert browser(alice).get(f"/rooms/{other.pk}/threads/{root.pk}/").status_code == 404


def test_outsider_gets_404_and_nobody_the_sign_in_page(room, alice, charlie, client):
    root = said(room, alice, "dinner?")
    url = f"/rooms/{room.pk}/threads/{root.pk}/"
    assert browser(charlie).get(url).status_code == 404
    assert client.get(url).headers["Location"].startswith("/accounts/login/")


def test_a_threaded_room_page_needs_few_more_queries(room, alice, bob, django_assert_max_num_queries):
    for n in range(10):
        said(room, bob, "yes", reply_to=said(room, alice, f"question {n}"))
    client = browser(bob)
    client.get(f"/rooms/{room.pk}/")
    with django_assert_max_num_queries(22):
        client.get(f"/rooms/{room.pk}/")
    with django_assert_max_num_queries(16):
        client.get("/threads/")


def test_the_room_beside_a_thread_still_names_its_people(room, alice, bob):
    root = said(room, alice, "dinner?")
    assert "bob joined" in text_of(browser(alice), f"/rooms/{room.pk}/threads/{root.pk}/")
