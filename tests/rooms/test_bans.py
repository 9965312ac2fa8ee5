"""Bans from a room."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Room
from tests.rooms.conftest import is_member, last_told, log_of, user_seq


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
