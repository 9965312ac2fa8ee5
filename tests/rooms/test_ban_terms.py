"""Other terms for a ban that holds: its reason and its end are changed, and nobody comes in meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Room
from tests.cast import browser
from tests.rooms.test_admin import act


def soon(days: int = 7):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def banned(place, alice, dan) -> Ban:
    """Dan is kept out of the workspace for a week."""
    return commit(services.ban_from_workspace, alice, place, dan, reason="loud", expires_at=soon())


def change(actor, ban, **said) -> Ban:
    terms = {"reason": ban.reason, "expires_at": ban.expires_at}
    return commit(services.change_ban, actor, ban, **{**terms, **said})


def days_left(ban: Ban) -> int:
    ban.refresh_from_db()
    return round((ban.expires_at - timezone.now()) / timedelta(days=1))


def test_reason_and_end_change_and_the_ban_stays(place, alice, mo, dan, banned, heard):
    end, heard[:] = banned.expires_at, []
    change(mo, banned, reason="loud & rude", expires_at=None)
    banned.refresh_from_db()
    assert (banned.reason, banned.expires_at, banned.by) == ("loud & rude", None, alice)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.reason) == (mo, "workspace.ban_changed", "loud & rude")
    assert entry.details == {"user": dan.pk, "expires_at": None, "was": end.isoformat()}
    assert not heard, "Whoever is out stays out: no place changed."
    code = commit(services.create_invitation, alice, place).code
    with pytest.raises(PermissionDenied, match="Reason: loud & rude"):
        commit(services.accept_invitation, dan, code)


def test_the_same_again_is_nothing(alice, banned):
    before = AuditEntry.objects.count()
    change(alice, banned)
    assert AuditEntry.objects.count() == before


def test_of_a_room_its_moderators_change_it(room, alice, bob, dan, mo):
    ban = commit(services.ban_from_room, alice, room, dan, reason="spam")
    change(mo, ban, expires_at=soon(1))
    assert days_left(ban) == 1
    assert AuditEntry.objects.latest("pk").action == "room.ban_changed"
    assert not Room.objects.visible_to(dan).exists()
    with pytest.raises(PermissionDenied):
        change(bob, ban, reason="none of his business")
    commit(services.archive_room, alice, room)
    with pytest.raises(PermissionDenied):
        change(mo, ban, reason="read only")


@pytest.mark.parametrize("who", ["bob", "gus", "dan", "charlie"])
def test_who_may_not_lift_it_may_not_change_it(request, banned, who):
    with pytest.raises(PermissionDenied):
        change(request.getfixturevalue(who), banned, reason="nothing")
    banned.refresh_from_db()
    assert banned.reason == "loud"


def test_bad_values(alice, banned):
    for said in ({"expires_at": timezone.now()}, {"expires_at": soon(100_000)}, {"reason": "x" * 501}):
        with pytest.raises(ValidationError):
            change(alice, banned, **said)
    assert days_left(banned) == 7


def test_what_was_lifted_or_is_over_cannot_be_changed(alice, banned):
    Ban.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Ban.DoesNotExist):
        change(alice, banned, expires_at=soon())
    Ban.objects.all().delete()
    with pytest.raises(Ban.DoesNotExist):
        change(alice, banned, reason="too late")


def test_the_page_changes_it(place, mo, dan, banned):
    client = browser(mo)
    assert f'href="/w/{place.pk}/bans/{banned.pk}/"' in client.get(f"/w/{place.pk}/members/").content.decode()
    url = f"/w/{place.pk}/bans/{banned.pk}/"
    page = client.get(url).content.decode()
    assert 'value="loud"' in page and "banned until" in page and "by alice" in page
    assert client.post(url, {"reason": "loud, twice", "expires_at": "keep"}).status_code == 302
    assert (days_left(banned), banned.reason) == (7, "loud, twice")
    client.post(url, {"reason": "loud, twice"})
    assert days_left(banned) == 7, "An end that is not sent stays."
    client.post(url, {"reason": "loud, twice", "expires_at": "30"})
    assert days_left(banned) == 30
    client.post(url, {"reason": "", "expires_at": ""})
    banned.refresh_from_db()
    assert (banned.reason, banned.expires_at) == ("", None)
    assert "banned for good" in client.get(url).content.decode()


def test_the_page_refuses_what_is_wrong_and_keeps_what_was_typed(place, alice, banned):
    client = browser(alice)
    for terms in ({"reason": "x" * 501, "expires_at": "7"}, {"reason": "fine words", "expires_at": "12345"}):
        answer = client.post(f"/w/{place.pk}/bans/{banned.pk}/", terms)
        assert answer.status_code == 400
        assert terms["reason"] in answer.content.decode()
    banned.refresh_from_db()
    assert banned.reason == "loud"


def test_others_find_no_page(place, room, alice, bob, dan, charlie, banned):
    for user, status in ((bob, 403), (dan, 404), (charlie, 404)):
        assert browser(user).get(f"/w/{place.pk}/bans/{banned.pk}/").status_code == status
    assert browser(alice).get(f"/rooms/{room.pk}/bans/{banned.pk}/").status_code == 404
    of_room = commit(services.ban_from_room, alice, room, bob)
    assert browser(alice).get(f"/w/{place.pk}/bans/{of_room.pk}/").status_code == 404
    assert browser(alice).get(f"/rooms/{room.pk}/bans/{of_room.pk}/").status_code == 200
    commit(services.unban_from_workspace, alice, banned)
    assert browser(alice).get(f"/w/{place.pk}/bans/{banned.pk}/").status_code == 404


def test_the_admin_changes_many_and_keeps_what_is_left_blank(room, alice, bob, mo, banned):
    of_room = commit(services.ban_from_room, alice, room, bob, reason="spam")
    act(mo, Ban, "change_terms", Ban.objects.order_by("pk"), reason="", expires_at="30")
    of_room.refresh_from_db()
    assert (days_left(banned), days_left(of_room), banned.reason, of_room.reason) == (30, 30, "loud", "spam")
    [said] = act(mo, Ban, "change_terms", Ban.objects.filter(pk=banned.pk), reason="very loud", expires_at="keep")
    assert "changed" in said
    assert (days_left(banned), banned.reason) == (30, "very loud")
    with pytest.raises(ValidationError):
        act(mo, Ban, "change_terms", Ban.objects.all(), expires_at="12345")
    Ban.objects.filter(pk=banned.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    act(mo, Ban, "change_terms", Ban.objects.filter(pk=banned.pk), reason="late", expires_at="30")
    banned.refresh_from_db()
    assert banned.is_over and banned.reason == "very loud"
