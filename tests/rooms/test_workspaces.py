"""Workspaces: roles, the last owner, and leaving all rooms at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.ports import administers, deactivated, people_moderated_by, people_visible_to, places, role_of
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Change, Personal
from rooms import services
from rooms.models import Ban, Membership, Room, WorkspaceMembership
from tests.rooms.conftest import is_member, last_told, of_kind, person, told, user_seq


def role(place, user) -> str:
    return place.memberships.get(user=user).role


def test_admins_change_roles_up_to_their_own(place, alice, ada, bob, heard):
    before = user_seq(bob)
    commit(services.change_role, ada, place, bob, role="admin")
    assert (role(place, bob), heard) == ("admin", [Personal(user=bob.pk, user_seq=before + 1, kinds=["workspaces"])])
    commit(services.change_role, ada, place, bob, role="admin")
    assert len(heard) == 1
    commit(services.change_role, alice, place, bob, role="owner")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.details) == ("workspace.role_changed", {"user": bob.pk, "old": "admin", "new": "owner"})


def test_nobody_raises_above_their_own(place, alice, ada, mo, bob, gus, charlie):
    acts = [
        (ada, bob, "owner"),
        (ada, ada, "owner"),
        (ada, alice, "member"),
        (mo, bob, "moderator"),
        (bob, bob, "admin"),
    ]
    for actor, user, new in [*acts, (gus, gus, "member"), (charlie, bob, "guest"), (charlie, charlie, "owner")]:
        old = place.memberships.filter(user=user).values_list("role", flat=True).first()
        with pytest.raises((PermissionDenied, ObjectDoesNotExist)):
            commit(services.change_role, actor, place, user, role=new)
        assert place.memberships.filter(user=user).values_list("role", flat=True).first() == old
    with pytest.raises(ValidationError):
        commit(services.change_role, alice, place, bob, role="king")
    with pytest.raises(ObjectDoesNotExist):
        commit(services.change_role, alice, place, charlie, role="member")


def test_the_last_owner_stays(place, alice, bob):
    for attempt in (
        lambda: commit(services.change_role, alice, place, alice, role="member"),
        lambda: commit(services.remove_from_workspace, alice, place, alice),
        lambda: commit(deactivated, alice),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    commit(services.change_role, alice, place, bob, role="owner")
    commit(deactivated, alice)
    commit(services.change_role, alice, place, alice, role="member")
    assert role(place, alice) == "member"
    with pytest.raises(PermissionDenied):
        commit(services.remove_from_workspace, bob, place, bob)


def test_an_owner_whose_account_is_closed_does_not_count(place, alice):
    person("old", place, "owner", is_active=False)
    with pytest.raises(PermissionDenied):
        commit(services.remove_from_workspace, alice, place, alice)


def test_a_guest_keeps_their_rooms_and_sees_no_others(place, room, private, alice, bob):
    commit(services.create_room, alice, place, name="Other")
    commit(services.join_room, bob, room)
    commit(services.change_role, alice, place, bob, role="guest")
    assert set(Room.objects.visible_to(bob)) == {room, private}


def test_banned_from_everything_in_one_transaction(place, room, private, alice, bob, mo, heard):
    commit(services.join_room, bob, room)
    archived = commit(services.create_room, bob, place, name="Old")
    commit(services.archive_room, bob, archived)
    commit(services.create_invitation, alice, place)
    before, _ = user_seq(bob), heard.clear()
    commit(services.ban_from_workspace, mo, place, bob, reason="spam")
    for left in (room, private, archived):
        assert last_told(left) == {"event": "banned", "user": bob.pk, "by": mo.pk}
    assert [(event.room, event.removed, event.reason) for event in of_kind(heard, Change)] == [
        (left.pk, bob.pk, "banned") for left in (room, private, archived)
    ]
    gone = [room.pk, private.pk, archived.pk]
    assert of_kind(heard, Personal) == [Personal(user=bob.pk, user_seq=before + 1, gone=gone)]
    assert not Membership.objects.filter(user=bob).exists()
    assert not Room.objects.visible_to(bob).exists()
    assert list(Room.objects.order_by("pk").values_list("members_count", flat=True)) == [1, 0, 0]
    assert AuditEntry.objects.latest("pk").action == "workspace.banned"
    for attempt in (
        lambda: commit(services.add_to_workspace, alice, place, bob),
        lambda: commit(services.accept_invitation, bob, place.invitations.get().code),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert not WorkspaceMembership.objects.filter(user=bob).exists()


def test_what_fails_in_the_middle_removes_nothing(place, room, private, alice, bob, heard, monkeypatch):
    commit(services.join_room, bob, room)
    heard.clear()
    monkeypatch.setattr("rooms.services.workspaces.write_ban", lambda *args, **said: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        commit(services.ban_from_workspace, alice, place, bob)
    assert is_member(bob, room)
    assert is_member(bob, private)
    assert role(place, bob) == "member"
    assert (told(room), heard) == (["room_created", "joined"], [])


def test_a_ban_ends_and_is_lifted(place, alice, bob, dan, charlie):
    ban = commit(services.ban_from_workspace, alice, place, bob)
    for user in (dan, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.unban_from_workspace, user, ban)
    commit(services.unban_from_workspace, alice, ban)
    commit(services.add_to_workspace, alice, place, bob)
    commit(services.ban_from_workspace, alice, place, bob, expires_at=timezone.now() + timedelta(days=1))
    Ban.objects.update(expires_at=timezone.now())
    commit(services.add_to_workspace, alice, place, bob, role="guest")
    assert role(place, bob) == "guest"


def test_moderators_remove_those_below_them(place, room, alice, ada, mo, bob, dan, charlie):
    commit(services.join_room, bob, room)
    for actor, user in ((mo, ada), (mo, alice), (ada, alice), (bob, dan), (charlie, bob)):
        for service in (services.remove_from_workspace, services.ban_from_workspace):
            with pytest.raises(PermissionDenied):
                commit(service, actor, place, user)
    with pytest.raises(PermissionDenied):
        commit(services.ban_from_workspace, alice, place, alice)
    with pytest.raises(ObjectDoesNotExist):
        commit(services.remove_from_workspace, mo, place, charlie)
    commit(services.remove_from_workspace, mo, place, bob)
    assert last_told(room) == {"event": "removed", "user": bob.pk, "by": mo.pk}
    assert not place.memberships.filter(user=bob).exists()


def test_leaving_the_workspace(place, room, bob, charlie):
    commit(services.join_room, bob, room)
    commit(services.remove_from_workspace, bob, place, bob)
    assert last_told(room) == {"event": "left", "user": bob.pk}
    with pytest.raises(ObjectDoesNotExist):
        commit(services.remove_from_workspace, charlie, place, charlie)


def test_adding_people(place, elsewhere, alice, ada, mo, bob, charlie):
    for actor in (mo, bob, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.add_to_workspace, actor, place, charlie)
    with pytest.raises(PermissionDenied):
        commit(services.add_to_workspace, ada, place, charlie, role="owner")
    commit(services.add_to_workspace, ada, place, charlie)
    commit(services.add_to_workspace, ada, place, charlie, role="guest")
    assert role(place, charlie) == "member"


def test_names_and_new_ones(place, alice, ada, bob, charlie):
    commit(services.rename_workspace, ada, place, name=" New  House ")
    assert place.name == "New House"
    for actor in (bob, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.rename_workspace, actor, place, name="Mine")
        with pytest.raises(PermissionDenied):
            commit(services.create_workspace, actor, name="Mine")
    with pytest.raises(ValidationError):
        commit(services.rename_workspace, alice, place, name=" ")
    assert role(commit(services.create_workspace, ada, name="Second"), ada) == "owner"


def test_what_accounts_ask(place, elsewhere, room, alice, ada, mo, bob, gus, charlie):
    commit(services.add_member, alice, room, gus)
    assert (places(gus.pk), places(charlie.pk)) == ([room.pk], [])
    assert [role_of(user.pk) for user in (alice, ada, mo, bob, gus, charlie)] == [
        "admin",
        "admin",
        "user",
        "user",
        "guest",
        "admin",
    ]
    assert set(people_visible_to(bob)) == {alice, ada, mo, bob, gus}
    assert set(people_visible_to(gus)) == {alice, gus}
    assert set(people_visible_to(charlie)) == {charlie}
    assert not people_visible_to(charlie, place.pk).exists()
    assert set(people_moderated_by(mo)) == {alice, ada, mo, bob, gus}
    assert not people_moderated_by(bob).exists()
    assert administers(ada, bob)
    assert not administers(ada, alice)
    assert not administers(mo, bob)
    assert not administers(alice, charlie)
