"""What was said in a private room or a direct conversation is read in the admin by way of a report alone, and each look is audited."""

import pytest

from accounts.models import AuditEntry, User
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message, Report
from rooms import services as rooms
from rooms.models import Membership, Room
from tests.cast import root
from tests.pages.conftest import ada, alice, bob, browser, charlie, dan, mo, place, private, room, said, text_of

__all__ = ["ada", "alice", "bob", "charlie", "dan", "mo", "place", "private", "room", "root"]

ADMIN = "/admin"
SECRETS = ("Cellar", "Wine", "the key is under the mat")


@pytest.fixture
def staff(mo, ada) -> list[User]:
    for user in (mo, ada):
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return [mo, ada]


@pytest.fixture
def secret(private, bob, dan, mo) -> Message:
    """Said in a room in which a moderator is a member."""
    commit(rooms.change_room, bob, private, topic="Wine")
    for user in (dan, mo):
        commit(rooms.add_member, bob, private, user)
    return said(private, bob, "the key is under the mat")


@pytest.fixture
def direct(bob, dan, mo) -> Room:
    """A direct conversation, as its rows are."""
    made = Room.objects.create(kind=Room.Kind.DIRECT, direct_key="k" * 64, members_count=2)
    from rooms.models import RoomLog

    RoomLog.objects.create(room=made)
    for user in (bob, dan):
        Membership.objects.create(
            room=made, user=user, joined_seq=0, joined_event_seq=0, last_read_seq=0, read_posted=0, receipt_seq=0
        )
    return made


def report(user: User, message: Message) -> Report:
    return commit(messages.report_message, user, message.pk, reason="theft")[0]


def pages(private: Room) -> list[str]:
    member = Membership.objects.filter(room=private).first()
    return [
        "/",
        "/rooms/room/",
        f"/rooms/room/{private.pk}/change/",
        f"/rooms/room/{private.pk}/history/",
        "/rooms/membership/",
        f"/rooms/membership/{member.pk}/change/",
        "/rooms/ban/",
        "/rooms/invitation/",
        "/messaging/message/",
        "/messaging/report/",
        "/accounts/auditentry/",
    ]


def test_no_list_and_no_page_shows_what_a_private_room_holds(private, secret, staff, bob, dan, root):
    commit(rooms.create_invitation, bob, private.workspace, room=private, role="guest")
    commit(rooms.ban_from_room, bob, private, dan, reason="late")
    for user in (root, *staff):
        client = browser(user)
        client.post(f"{ADMIN}/rooms/room/", {"action": "archive", "_selected_action": private.pk})
        client.post(f"{ADMIN}/rooms/room/", {"action": "unarchive", "_selected_action": private.pk})
        for path in pages(private):
            page = client.get(ADMIN + path, follow=True).content.decode()
            for word in SECRETS:
                assert word not in page, (user.username, path, word)


def test_a_name_cannot_be_guessed_letter_by_letter(private, secret, root):
    client = browser(root)
    assert "private #" in text_of(client, f"{ADMIN}/rooms/room/")
    assert "private #" not in text_of(client, f"{ADMIN}/rooms/room/?q=Cell")
    for lookup in ("name__startswith=C", "topic=Wine", "slug=cellar"):
        answer = client.get(f"{ADMIN}/rooms/room/?{lookup}", follow=True)
        assert "private #" not in answer.content.decode() or answer.redirect_chain, lookup
    assert "private #" not in client.get(f"{ADMIN}/rooms/membership/?room__name__startswith=C").content.decode()


def test_a_message_of_a_private_room_is_not_in_the_list_of_messages(room, secret, staff, alice):
    public = said(room, alice, "soup for all")
    page = text_of(browser(staff[0]), f"{ADMIN}/messaging/message/")
    assert "soup for all" in page
    client = browser(staff[0])
    assert client.get(f"{ADMIN}/messaging/message/{public.pk}/change/").status_code == 200
    assert client.get(f"{ADMIN}/messaging/message/{secret.pk}/change/").status_code == 302


def test_who_talks_directly_with_whom_is_nobodys_list(direct, root):
    client = browser(root)
    assert f"#{direct.pk}" not in text_of(client, f"{ADMIN}/rooms/room/")
    assert f"#{direct.pk}" not in text_of(client, f"{ADMIN}/rooms/membership/")


def test_a_report_opens_the_message_between_its_neighbours_and_each_look_is_audited(private, secret, staff, bob, dan):
    for n in range(7):
        said(private, bob, f"later {n} <b>bold</b>")
    reported = report(dan, secret)
    client = browser(staff[1])
    listed = text_of(client, f"{ADMIN}/messaging/report/")
    shown = text_of(client, f"{ADMIN}/messaging/report/{reported.pk}/change/")
    assert "theft" in listed and "theft" in shown
    assert "under the mat" not in listed + shown
    path = f"{ADMIN}/messaging/report/{reported.pk}/context/"
    assert client.get(path).status_code == 405
    looked = client.post(path).content.decode()
    assert "the key is under the mat" in looked
    assert "later 4" in looked and "later 5" not in looked
    assert "&lt;b&gt;bold" in looked and "<b>bold" not in looked
    client.post(path)
    entries = AuditEntry.objects.filter(action="report.looked_into")
    assert [(entry.actor, entry.details["message"]) for entry in entries] == [(staff[1], secret.pk)] * 2


def test_moderators_see_reports_of_their_workspaces_and_superusers_all(secret, direct, staff, bob, dan, charlie, root):
    charlie.is_staff = True
    charlie.save(update_fields=["is_staff"])
    in_room = report(dan, secret)
    between = report(dan, said(direct, bob, "between us"))
    for user, seen in (
        (staff[0], {in_room}),
        (staff[1], {in_room}),
        (charlie, set()),
        (dan, set()),
        (root, {in_room, between}),
    ):
        assert set(Report.objects.in_admin_of(user)) == seen
        if user.is_staff:
            for one in (in_room, between):
                status = browser(user).post(f"{ADMIN}/messaging/report/{one.pk}/context/").status_code
                assert status == (200 if one in seen else 404), (user.username, one)


def test_upholding_there_deletes_what_the_moderator_cannot_see_elsewhere(secret, direct, staff, bob, dan, root):
    in_room, between = report(dan, secret), report(dan, said(direct, bob, "between us"))
    path = f"{ADMIN}/messaging/report/"
    for user, one in ((staff[1], in_room), (root, between)):
        answer = browser(user).post(
            path, {"action": "uphold", "_selected_action": one.pk, "reason": "theft"}, follow=True
        )
        assert "upheld" in answer.content.decode()
        one.refresh_from_db()
        assert (one.state, one.handled_by) == ("upheld", user)
        assert one.message.is_deleted
    assert AuditEntry.objects.filter(action="message.deleted", reason="theft").count() == 2


def test_dismissing_there_leaves_it_and_open_ones_are_listed_first(secret, staff, dan):
    reported = report(dan, secret)
    client = browser(staff[1])
    client.post(f"{ADMIN}/messaging/report/", {"action": "dismiss", "_selected_action": reported.pk, "reason": ""})
    assert not Message.objects.get(pk=secret.pk).is_deleted
    assert "theft" not in text_of(client, f"{ADMIN}/messaging/report/")
    assert "theft" in text_of(client, f"{ADMIN}/messaging/report/?state=dismissed")
    assert "theft" in text_of(client, f"{ADMIN}/messaging/report/?state=all")
