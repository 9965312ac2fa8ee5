"""Joining, leaving, adding, removing, roles: one number for each, and who may."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Change, Personal
from rooms import services
from rooms.models import Room
from tests.rooms.conftest import is_member, last_told, log_of, of_kind, told, user_seq


def test_joining_takes_one_number_and_puts_the_mark_to_the_end(room, bob, heard):
    before = user_seq(bob)
    heard.clear()
    membership = commit(services.join_room, bob, room)
    log = log_of(room)
    assert (log.last_seq, log.head) == (2, 2)
    assert (membership.joined_seq, membership.joined_event_seq, membership.role) == (2, 2, "member")
    assert (membership.last_read_seq, membership.receipt_seq, membership.read_posted) == (2, 2, log.posted)
    assert last_told(room) == {"event": "joined", "user": bob.pk}
    assert Room.objects.get().members_count == 2
    change, personal = heard
    assert isinstance(change, Change)
    assert change.shared["members_count"] == 2
    assert personal == Personal(user=bob.pk, user_seq=before + 1, rooms=[room.pk])


def test_joining_twice_takes_no_number(room, bob, heard):
    first = commit(services.join_room, bob, room)
    before, _ = user_seq(bob), heard.clear()
    assert commit(services.join_room, bob, room) == first
    assert (log_of(room).head, user_seq(bob), heard) == (2, before, [])


def test_nobody_joins_what_they_may_not(room, private, alice, gus, charlie):
    with pytest.raises(Room.DoesNotExist):
        commit(services.join_room, alice, private)
    for user in (gus, charlie):
        with pytest.raises(ObjectDoesNotExist):
            commit(services.join_room, user, room)
    assert room.memberships.count() == private.memberships.count() == 1


def test_leaving_ends_the_room_for_oneself(room, bob, heard):
    commit(services.join_room, bob, room)
    before, _ = user_seq(bob), heard.clear()
    commit(services.leave_room, bob, room)
    assert last_told(room) == {"event": "left", "user": bob.pk}
    change, personal = heard
    assert (change.removed, change.reason, change.event_seq) == (bob.pk, "left", 3)
    assert personal == Personal(user=bob.pk, user_seq=before + 1, gone=[room.pk])
    assert Room.objects.get(pk=room.pk).members_count == 1


def test_leaving_without_being_there_changes_nothing(room, bob, charlie, heard):
    heard.clear()
    for user in (bob, charlie):
        commit(services.leave_room, user, room)
    assert (log_of(room).head, heard) == (1, [])


def test_coming_back_is_a_new_joining(room, bob):
    first = commit(services.join_room, bob, room)
    commit(services.leave_room, bob, room)
    assert commit(services.join_room, bob, room).joined_seq == first.joined_seq + 2


def test_any_member_adds_to_a_public_room(room, bob, dan, gus, heard):
    commit(services.join_room, bob, room)
    heard.clear()
    commit(services.add_member, bob, room, gus)
    assert last_told(room) == {"event": "added", "user": gus.pk, "by": bob.pk}
    assert [event.user for event in of_kind(heard, Personal)] == [gus.pk]
    with pytest.raises(PermissionDenied):
        commit(services.add_member, gus, room, dan)
    assert not is_member(dan, room)


def test_who_is_no_member_adds_nobody(room, bob, dan, mo):
    with pytest.raises(PermissionDenied):
        commit(services.add_member, bob, room, dan)
    commit(services.add_member, mo, room, dan)
    assert is_member(dan, room)


def test_only_moderators_add_to_a_private_room(private, bob, dan, mo, gus):
    commit(services.add_member, bob, private, dan)
    with pytest.raises(PermissionDenied):
        commit(services.add_member, dan, private, gus)
    with pytest.raises(PermissionDenied):
        commit(services.add_member, mo, private, gus)
    assert not is_member(gus, private)


def test_outsider_is_not_added(room, alice, charlie):
    with pytest.raises(ObjectDoesNotExist):
        commit(services.add_member, alice, room, charlie)
    assert not is_member(charlie, room)


def test_deactivated_person_is_not_added(room, alice, bob):
    bob.is_active = False
    with pytest.raises(PermissionDenied):
        commit(services.add_member, alice, room, bob)


def test_moderators_remove(room, alice, bob, dan, mo, charlie, heard):
    commit(services.join_room, bob, room)
    commit(services.join_room, dan, room)
    for user in (dan, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.remove_member, user, room, bob)
    heard.clear()
    commit(services.remove_member, mo, room, bob, reason="loud")
    change, personal = heard
    assert (change.removed, change.reason) == (bob.pk, "removed")
    assert personal.gone == [room.pk]
    assert last_told(room) == {"event": "removed", "user": bob.pk, "by": mo.pk}
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.reason, entry.details) == (
        mo,
        "room.member_removed",
        "loud",
        {"user": bob.pk},
    )


def test_removing_who_is_not_there_is_not_found(room, alice, bob, charlie):
    for user in (bob, charlie):
        with pytest.raises(ObjectDoesNotExist):
            commit(services.remove_member, alice, room, user)
    assert told(room) == ["room_created"]


def test_roles(room, alice, bob, gus, charlie, heard):
    commit(services.join_room, bob, room)
    commit(services.add_member, alice, room, gus)
    for user in (bob, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.change_member_role, user, room, bob, role="moderator")
    heard.clear()
    commit(services.change_member_role, alice, room, bob, role="moderator")
    assert last_told(room) == {
        "event": "role_changed",
        "user": bob.pk,
        "by": alice.pk,
        "old": "member",
        "new": "moderator",
    }
    assert of_kind(heard, Personal)[0].rooms == [room.pk]
    head = log_of(room).head
    commit(services.change_member_role, bob, room, bob, role="moderator")
    assert log_of(room).head == head
    for user, role in ((gus, "moderator"), (bob, "owner")):
        with pytest.raises(ValidationError):
            commit(services.change_member_role, alice, room, user, role=role)


def test_a_moderator_who_became_a_guest_moderates_no_more(place, room, alice, bob, dan):
    commit(services.join_room, bob, room)
    commit(services.join_room, dan, room)
    commit(services.change_member_role, alice, room, bob, role="moderator")
    commit(services.change_role, alice, place, bob, role="guest")
    assert is_member(bob, room)
    with pytest.raises(PermissionDenied):
        commit(services.remove_member, bob, room, dan)


def test_notify_is_ones_own_and_takes_no_number(room, alice, charlie, heard):
    heard.clear()
    assert commit(services.set_notify, alice, room, notify="mentions").notify == "mentions"
    assert [type(event) for event in heard] == [Personal]
    before = user_seq(alice)
    commit(services.set_notify, alice, room, notify="mentions")
    assert (user_seq(alice), log_of(room).head) == (before, 1)
    with pytest.raises(ValidationError):
        commit(services.set_notify, alice, room, notify="loud")
    with pytest.raises(ObjectDoesNotExist):
        commit(services.set_notify, charlie, room, notify="all")
