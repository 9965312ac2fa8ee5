"""Bans from a room."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Room
from tests.cast import browser
from tests.rooms.conftest import is_member, last_told, log_of, sent, user_seq


def test_banned_is_out_and_stays_out(room, alice, bob, mo, heard):
    commit(services.join_room, bob, room)
    heard.clear()
    commit(services.ban_from_room, mo, room, bob, reason="spam")
    change, personal = heard
    assert (change.removed, change.reason, personal.gone) == (bob.pk, "banned", [room.pk])
    assert last_told(room) == {"event": "banned", "user": bob.pk, "by": mo.pk}
    assert not Room.objects.visible_to(bob).exists()
    for service, actor, said in ((services.join_room, bob, {}), (services.add_member, alice, {"user": bob})):
        with pytest.raises(PermissionDenied):
            commit(service, actor, room, **said)
    assert AuditEntry.objects.get().action == "room.banned"


def test_who_is_no_member_is_banned_without_a_number(room, alice, bob):
    before = user_seq(bob)
    commit(services.ban_from_room, alice, room, bob)
    assert (log_of(room).head, user_seq(bob)) == (1, before + 1)


def test_a_ban_ends(room, alice, bob, charlie):
    ban = commit(services.ban_from_room, alice, room, bob, expires_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        commit(services.unban, bob, ban)
    with pytest.raises(PermissionDenied):
        commit(services.unban, charlie, ban)
    Ban.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    commit(services.join_room, bob, room)
    assert is_member(bob, room)


def test_a_ban_is_lifted_and_put_again(room, alice, bob):
    ban = commit(services.ban_from_room, alice, room, bob)
    commit(services.unban, alice, ban)
    assert not Ban.objects.exists()
    commit(services.ban_from_room, alice, room, bob, reason="first")
    commit(services.ban_from_room, alice, room, bob, reason="second")
    assert Ban.objects.get().reason == "second"


def test_who_may_ban_whom(room, private, alice, bob, dan, mo, charlie):
    commit(services.add_member, bob, private, mo)
    for actor, where, target in (
        (bob, private, mo),
        (dan, room, bob),
        (charlie, room, bob),
        (mo, room, alice),
        (mo, room, mo),
    ):
        with pytest.raises(PermissionDenied):
            commit(services.ban_from_room, actor, where, target)
    with pytest.raises(ObjectDoesNotExist):
        commit(services.ban_from_room, alice, room, charlie)
    assert not Ban.objects.exists()


def test_bad_values(room, alice, bob):
    for said in ({"expires_at": timezone.now()}, {"reason": "x" * 501}):
        with pytest.raises(ValidationError):
            commit(services.ban_from_room, alice, room, bob, **said)
    assert not Ban.objects.exists()


def why(service, *args, **said) -> str:
    with pytest.raises(PermissionDenied) as refused:
        commit(service, *args, **said)
    return str(refused.value)


def test_the_banned_are_told_why_and_until_when(place, room, alice, bob):
    commit(services.ban_from_room, alice, room, bob, reason="spam", expires_at=timezone.now() + timedelta(days=2))
    with timezone.override("Asia/Shanghai"):
        said = why(services.join_room, bob, room)
    end = Ban.objects.get().expires_at + timedelta(hours=8)
    assert said.startswith("You are banned from this room until ")
    assert str(end.year) in said and "(CST)" in said and said.endswith("Reason: spam")
    commit(services.ban_from_room, alice, room, bob)
    assert why(services.join_room, bob, room) == "You are banned from this room."
    commit(services.ban_from_workspace, alice, place, bob, reason="more spam")
    code = commit(services.create_invitation, alice, place).code
    assert why(services.accept_invitation, bob, code) == "You are banned from House. Reason: more spam"


def test_who_brings_somebody_in_is_not_told_why_they_are_banned(place, room, alice, bob, dan):
    commit(services.ban_from_room, alice, room, bob, reason="spam")
    commit(services.join_room, dan, room)
    assert "spam" not in why(services.add_member, dan, room, bob)
    commit(services.ban_from_workspace, alice, place, bob, reason="more spam")
    assert "spam" not in why(services.add_to_workspace, alice, place, bob)


def test_the_pages_tell_them(place, room, private, alice, bob, dan):
    commit(services.join_room, dan, room)
    commit(services.ban_from_room, alice, room, dan, reason="loud & <b>rude</b>")
    commit(services.ban_from_room, bob, private, dan, reason="secret")
    client = browser(dan)
    for answer in (client.get(f"/rooms/{room.pk}/"), client.post(f"/rooms/{room.pk}/joining/")):
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "You are banned from this room. Reason: loud &amp; &lt;b&gt;rude&lt;/b&gt;" in page
    assert client.get(f"/rooms/{private.pk}/").status_code == 404
    code = commit(services.create_invitation, alice, place).code
    commit(services.ban_from_workspace, alice, place, dan, reason="spam")
    page = client.get(f"/join/{code}/").content.decode()
    assert "You are banned from House. Reason: spam" in page and "Come in" not in page
    assert "You are banned from House. Reason: spam" in client.get("/").content.decode()


def test_the_api_tells_them_at_joining(room, alice, bob):
    commit(services.ban_from_room, alice, room, bob, reason="spam")
    answer = sent(bob, "post", f"/rooms/{room.pk}/members/", {"user": bob.pk})
    assert (answer.status_code, answer.json()["detail"]) == (403, "You are banned from this room. Reason: spam")
    assert sent(bob, "post", f"/rooms/{room.pk}/members/", {"user": alice.pk}).status_code == 404
    assert sent(bob, "get", f"/rooms/{room.pk}/").status_code == 404


def test_a_ban_that_is_over_lets_in_again_at_every_door_without_any_job(place, room, alice, bob):
    soon = timezone.now() + timedelta(hours=1)
    commit(services.ban_from_room, alice, room, bob, expires_at=soon)
    Ban.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client = browser(bob)
    assert client.get(f"/rooms/{room.pk}/").status_code == 200
    assert client.post(f"/rooms/{room.pk}/joining/").status_code == 302
    commit(services.ban_from_workspace, alice, place, bob, expires_at=soon)
    Ban.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    code = commit(services.create_invitation, alice, place).code
    assert client.post(f"/join/{code}/").status_code == 302
    assert place.memberships.filter(user=bob).exists()
    assert "Banned" not in browser(alice).get(f"/w/{place.pk}/members/").content.decode()


def test_moderators_see_bans_with_reason_and_end_and_lift_them(place, room, alice, bob, mo):
    commit(services.join_room, bob, room)
    client = browser(mo)
    client.post(f"/rooms/{room.pk}/members/{bob.pk}/ban/", {"reason": "spam", "expires_at": "7"})
    ban = Ban.objects.get()
    assert timedelta(days=6) < ban.expires_at - timezone.now() < timedelta(days=8)
    page = client.get(f"/rooms/{room.pk}/members/").content.decode()
    assert "until " in page and "spam" in page
    assert client.post(f"/rooms/{room.pk}/bans/{ban.pk}/lifting/").status_code == 302
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "reason")) == [
        ("room.banned", "spam"),
        ("room.unbanned", ""),
    ]
