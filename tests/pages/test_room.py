"""A room's page without scripts: reading, writing, and what the page puts on messages for its viewer."""

import re
import uuid
from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging import wire
from messaging.models import Message
from rooms import services
from tests.pages.conftest import browser, said, text_of


def article(page: str, message: Message) -> str:
    """The drawing of `message` on the page."""
    return re.search(rf'<article [^>]*id="m-{message.room_id}-{message.seq}".*?</article>', page, re.DOTALL)[0]


def classes(page: str, message: Message) -> set[str]:
    return set(re.search(r'class="([^"]*)"', article(page, message))[1].split())


def path(room, rest: str = "") -> str:
    return f"/rooms/{room.pk}/{rest}"


def read_all(user, room) -> None:
    commit(messages.mark_read, user, room.pk, 10_000)


def test_page_shows_the_newest_messages_and_leads_to_older_ones(room, alice, bob):
    sent = [said(room, alice, f"number {n}") for n in range(60)]
    page = text_of(browser(bob), path(room))
    assert "number 59<" in page
    assert "number 5<" not in page
    older = re.search(r'href="([^"]*\?before=\d+)" rel="prev"', page)[1]
    page = text_of(browser(bob), older)
    assert "number 5<" in page
    assert f'id="m-{room.pk}-{sent[59].seq}"' not in page
    newer = re.search(r'href="([^"]*\?after=\d+)" rel="next"', page)[1]
    assert "number 59<" in text_of(browser(bob), newer)


def test_permalink_shows_what_stands_around_the_message(room, alice, bob):
    sent = [said(room, alice, f"number {n}") for n in range(90)]
    page = text_of(browser(bob), path(room, f"{sent[10].seq}/"))
    assert "number 10<" in page
    assert "number 89<" not in page
    assert f'data-around="{sent[10].seq}"' in page


def test_outsider_gets_404_and_nobody_the_sign_in_page(room, private, alice, charlie, client):
    assert browser(charlie).get(path(room)).status_code == 404
    assert browser(alice).get(path(private)).status_code == 404
    assert client.get(path(room)).headers["Location"].startswith("/accounts/login/")


def test_room_page_needs_at_most_15_queries(room, alice, bob, django_assert_max_num_queries):
    first = said(room, alice, "hello @bob")
    for n in range(60):
        said(room, alice, f"number {n}", reply_to=first)
    client = browser(bob)
    client.get(path(room))
    with django_assert_max_num_queries(15):
        client.get(path(room))


def test_message_is_sent_once_however_often_the_form_is(room, bob):
    client = browser(bob)
    form = {"body": "half past seven", "msg_id": str(uuid.uuid4())}
    for _ in range(2):
        response = client.post(path(room, "messages/"), form)
        assert response.status_code == 302
    assert Message.objects.filter(body="half past seven").count() == 1
    assert response.headers["Location"] == path(room, f"#m-{room.pk}-{Message.objects.get(body='half past seven').seq}")


@pytest.mark.parametrize("body", ["", "   \n", "x" * 10_001, "a\0b"])
def test_refused_message_says_why_and_keeps_what_was_typed(room, bob, body):
    response = browser(bob).post(path(room, "messages/"), {"body": body})
    page = response.content.decode()
    assert response.status_code in (400, 413)
    assert 'id="id_body_error"' in page
    assert body.strip()[:20].replace("\0", "") in page
    assert not Message.objects.filter(author=bob, kind="message").exists()


def test_archived_room_is_read_only(room, alice, bob):
    commit(services.archive_room, alice, room)
    page = text_of(browser(bob), path(room))
    assert "<message-composer hidden>" in page
    assert "data-read-only hidden" not in page
    assert browser(bob).post(path(room, "messages/"), {"body": "still here"}).status_code == 403


def test_blocks_and_days(room, alice, bob):
    first, second, third, fourth = (said(room, alice, f"number {n}") for n in range(4))
    Message.objects.filter(pk=first.pk).update(created_at=first.created_at - timedelta(days=1))
    Message.objects.filter(pk=fourth.pk).update(created_at=fourth.created_at + timedelta(minutes=5))
    read_all(bob, room)
    page = text_of(browser(bob), path(room))
    assert [("more" in classes(page, message)) for message in (first, second, third, fourth)] == [
        False,
        False,
        True,
        False,
    ]
    assert ">Today</time>" in page
    assert ">Yesterday</time>" in page


def test_new_line_stands_before_the_first_unread_message_of_others(room, alice, bob):
    said(room, alice, "read")
    read_all(bob, room)
    unread = said(room, alice, "unread")
    page = text_of(browser(bob), path(room))
    before, after = page.split('data-line="new"')
    assert ">read<" in before
    assert "unread" in article(after, unread)
    assert 'data-line="new"' not in text_of(browser(alice), path(room))
    assert browser(bob).post(path(room, "read/"), {"seq": unread.seq}).status_code == 302
    assert 'data-line="new"' not in text_of(browser(bob), path(room))


def test_marks_depend_on_the_viewer(room, alice, bob):
    message = said(room, alice, "look at this, @bob")
    commit(messages.add_reaction, bob, message.pk, emoji="👍")
    seen = {user.username: text_of(browser(user), path(room)) for user in (alice, bob)}
    assert classes(seen["alice"], message) == {"message", "mine"}
    assert classes(seen["bob"], message) == {"message", "names-me"}
    assert 'aria-pressed="false"' in article(seen["alice"], message)
    assert 'aria-pressed="true"' in article(seen["bob"], message)


def test_template_alone_knows_no_viewer_and_no_other_message(room, alice, bob):
    quoted = said(room, alice, "the secret of the sauce")
    reply = said(room, bob, "no salt", reply_to=quoted)
    drawn = render_to_string("messaging/message.html", {"message": wire.message(reply), "people": {}})
    assert f'data-quote-seq="{quoted.seq}" href="/rooms/{room.pk}/{quoted.seq}/"></a>' in drawn
    assert "sauce" not in drawn
    assert 'class="message"' in drawn
    assert "acts" not in drawn
    assert "UTC</time>" in drawn


def test_quote_from_before_ones_joining_is_nowhere_in_the_page(place, alice, dan):
    room = commit(services.create_room, alice, place, name="Attic", history="joined")
    quoted = said(room, alice, "said in confidence")
    commit(services.add_member, alice, room, dan)
    said(room, alice, "as I said", reply_to=quoted)
    page = text_of(browser(dan), path(room))
    assert "as I said" in page
    assert "confidence" not in page
    assert browser(dan).get(f"/rooms/{room.pk}/?reply={quoted.pk}").content.decode().count("confidence") == 0


def test_quote_of_a_deleted_message_is_nowhere_in_the_page(room, alice, bob):
    quoted = said(room, alice, "said in wrath")
    said(room, bob, "now now", reply_to=quoted)
    assert "wrath" in text_of(browser(bob), path(room))
    commit(messages.delete_message, alice, quoted.pk)
    page = text_of(browser(bob), path(room))
    assert "wrath" not in page
    assert "Message deleted" in page


def test_reply_bar_names_what_is_replied_to(room, alice, bob):
    message = said(room, alice, "who cooks?")
    page = text_of(browser(bob), path(room, f"?reply={message.pk}"))
    assert f'data-reply="{message.pk}"' in page
    assert re.search(rf'name="reply_to" value="{message.pk}"', page)
    browser(bob).post(path(room, "messages/"), {"body": "me", "reply_to": message.pk})
    assert Message.objects.get(body="me").reply_to_id == message.pk


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "after=1.5", "before=1&after=2", "before=99999999999999999999"]
)
def test_wrong_bounds_are_invalid(room, bob, query):
    assert browser(bob).get(path(room, f"?{query}")).status_code == 400


def test_reader_of_a_public_room_may_join(room, dan):
    client = browser(dan)
    page = text_of(client, path(room))
    assert f'action="/rooms/{room.pk}/joining/"' in page
    assert "<message-composer" not in page
    assert client.post(path(room, "joining/")).status_code == 302
    assert "<message-composer" in text_of(client, path(room))


def test_fragment_holds_messages_alone(room, alice, bob):
    sent = [said(room, alice, f"number {n}") for n in range(3)]
    piece = text_of(browser(bob), path(room, f"messages/?before={sent[2].seq}"))
    assert "number 1<" in piece
    assert "number 2<" not in piece
    assert "<html" not in piece
