"""Pages of threads: beside their room, in the room's log, and in lists; with forms alone."""

import uuid

from chatsite.realtime.commit import commit
from messaging.models import Message
from rooms import services as rooms
from tests.messaging.test_threads import following, room
from tests.pages.conftest import browser, said, text_of

__all__ = ["room"]


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
