"""The sidebar's first lines and marks: which rooms have a draft, and what waits for moderators, on the pages and by the API."""

import re
import uuid

import pytest

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal
from messaging import services as messages
from messaging.models import Message
from rooms import services as rooms
from rooms.models import Role, Room, Workspace, WorkspaceMembership
from tests.cast import ada, heard, person, program
from tests.pages.conftest import alice, bob, browser, charlie, dan, gus, mo, place, private, room, said, text_of

__all__ = ["ada", "alice", "bob", "charlie", "dan", "gus", "heard", "mo", "place", "private", "room"]

MARK = re.compile(r'<a class="place[^"]*" href="/rooms/(\d+)/"[^>]*>(?:(?!</a>).)*<span class="draft"', re.DOTALL)
BADGE = re.compile(r'data-errand="reports"[^>]*>.*?<span class="name">Reports</span>(?:<span class="badge">(\d+))?')


def marked(page: str) -> list[int]:
    """The rooms with a pencil in the sidebar."""
    return [int(room) for room in MARK.findall(page)]


def errands(user: User, query: str = "") -> dict:
    return program(user).get(f"/api/v1/users/me/errands/{query}").json()


def waiting(page: str) -> str | None:
    """The number at the line of reports; None where the line is not there."""
    found = BADGE.search(page)
    return (found[1] or "") if found else None


def report(user: User, message: Message) -> None:
    commit(messages.report_message, user, message.pk, reason="spam")


def test_rooms_with_a_draft_are_marked_and_others_are_not(place, room, private, alice, bob, dan):
    direct = commit(rooms.open_direct, bob, [dan.pk])[0]
    said(direct, bob, "hello")
    assert marked(text_of(browser(bob), f"/w/{place.pk}/")) == []
    for one in (room, direct):
        commit(messages.save_draft, bob, one.pk, body="half a thought")
    for path in (f"/w/{place.pk}/", f"/rooms/{private.pk}/"):
        assert marked(text_of(browser(bob), path)) == [room.pk, direct.pk]
    assert errands(bob)["draft_rooms"] == sorted([room.pk, direct.pk])
    assert marked(text_of(browser(alice), f"/w/{place.pk}/")) == [], "Drafts are one's own."
    commit(messages.discard_draft, bob, room.pk)
    assert marked(text_of(browser(bob), f"/w/{place.pk}/")) == [direct.pk]


def test_the_draft_of_a_thread_marks_no_room(place, room, alice, bob):
    root = said(room, alice, "soup?")
    commit(messages.save_draft, bob, room.pk, body="yes", thread=root.pk)
    found = errands(bob)
    assert (found["drafts"], found["draft_rooms"]) == (1, [])
    assert marked(text_of(browser(bob), f"/w/{place.pk}/")) == []


def test_sending_by_the_form_takes_the_mark_away(place, room, bob):
    commit(messages.save_draft, bob, room.pk, body="soup")
    client = browser(bob)
    answer = client.post(f"/rooms/{room.pk}/messages/", {"body": "soup", "msg_id": str(uuid.uuid4())})
    assert answer.status_code == 302
    assert marked(text_of(client, f"/w/{place.pk}/")) == []


def test_a_room_that_was_lost_has_no_mark(room, alice, bob):
    commit(messages.save_draft, bob, room.pk, body="soup")
    commit(rooms.remove_member, alice, room, bob)
    assert errands(bob)["draft_rooms"] == []


def test_who_has_no_draft_is_not_asked_for_rooms(place, bob, django_assert_num_queries):
    client = program(bob)
    client.get("/api/v1/users/me/errands/")
    with django_assert_num_queries(2):  # who it is, and the numbers
        client.get("/api/v1/users/me/errands/")


def test_moderators_see_how_many_reports_wait(place, room, private, alice, bob, dan, mo, gus):
    commit(rooms.add_member, alice, room, gus)
    report(bob, said(room, alice, "buy this"))
    report(dan, said(room, alice, "buy that"))
    commit(rooms.add_member, bob, private, dan)
    said(private, dan, "psst")
    pages = {user: text_of(browser(user), f"/rooms/{room.pk}/") for user in (mo, alice, bob, dan, gus)}
    assert [waiting(pages[user]) for user in (mo, dan, gus)] == ["2", None, None]
    assert waiting(pages[alice]) == "", "They are about her own messages."
    assert waiting(pages[bob]) == "", "He moderates a room of his own, in which nothing waits."
    assert f'href="/w/{place.pk}/reports/"' in pages[mo]
    assert [errands(user)["reports"] for user in (mo, alice, bob, dan)] == [2, 0, 0, 0]


def test_what_waits_in_another_workspace_is_counted_there(place, room, alice, bob, mo):
    other = Workspace.objects.create(name="Boathouse")
    for user, role in ((mo, Role.OWNER), (bob, Role.MEMBER), (person("eve"), Role.MEMBER)):
        WorkspaceMembership.objects.create(workspace=other, user=user, role=role)
    shed = commit(rooms.create_room, bob, other, name="Shed")
    report(User.objects.get(username="eve"), said(shed, bob, "buy this"))
    assert waiting(text_of(browser(mo), f"/w/{place.pk}/")) == ""
    assert waiting(text_of(browser(mo), f"/w/{other.pk}/")) == "1"
    counted = [errands(mo, query)["reports"] for query in ("", f"?workspace={place.pk}", f"?workspace={other.pk}")]
    assert counted == [1, 0, 1]
    assert program(mo).get("/api/v1/users/me/errands/?workspace=x").status_code == 400


@pytest.mark.parametrize("decide", [messages.uphold_report, messages.dismiss_report])
def test_only_those_who_decide_are_told_of_a_report(place, room, alice, ada, bob, dan, mo, charlie, heard, decide):
    commit(rooms.change_member_role, alice, room, bob, role="moderator")
    message = said(room, alice, "buy this")
    heard.clear()
    report(dan, message)
    told = {event.user: event for event in heard if isinstance(event, Personal)}
    assert set(told) == {ada.pk, bob.pk, mo.pk}, "Alice wrote it."
    assert all(event.kinds == ["sidebar"] and not event.rooms for event in told.values())
    assert told[mo.pk].user_seq == User.objects.get(pk=mo.pk).user_seq
    heard.clear()
    report(dan, message)
    assert not heard, "Another reason is no other number."
    commit(decide, mo, message.reports.get())
    assert {event.user for event in heard if isinstance(event, Personal)} == {ada.pk, bob.pk, mo.pk}


def test_of_a_private_room_only_its_own_moderators_are_told(private, bob, dan, mo, ada, heard):
    for user in (dan, mo):
        commit(rooms.add_member, bob, private, user)
    message = said(private, bob, "psst")
    heard.clear()
    report(dan, message)
    assert {event.user for event in heard} == {mo.pk}


def test_a_report_that_is_opened_again_is_told_of(room, alice, bob, mo, heard):
    message = said(room, alice, "buy this")
    report(bob, message)
    commit(messages.dismiss_report, mo, message.reports.get())
    commit(messages.edit_message, alice, message.pk, body="buy that", edited_at=None)
    heard.clear()
    report(bob, message)
    assert [event.user for event in heard if isinstance(event, Personal)] == [mo.pk]


def test_of_a_direct_conversation_no_moderator_is_told(place, alice, bob, mo, heard):
    direct: Room = commit(rooms.open_direct, alice, [bob.pk])[0]
    message = said(direct, alice, "buy this")
    heard.clear()
    report(bob, message)
    assert not heard
