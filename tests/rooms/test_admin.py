"""The admin of rooms: what a moderator sees there, and acting through the services."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import site
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from rooms import services
from rooms.models import Ban, Invitation, Membership, Room, Workspace, WorkspaceMembership
from tests.rooms.conftest import is_member, last_told, person

MODELS = [Workspace, WorkspaceMembership, Room, Membership, Ban, Invitation]


@pytest.fixture
def root():
    return person("root", is_staff=True, is_superuser=True)


def asked(user, **post):
    request = RequestFactory().post("/admin/", post)
    request.user = user
    request._messages = CookieStorage(request)
    return request


def act(user, model, action, rows, **post) -> list[str]:
    request = asked(user, **post)
    getattr(site.get_model_admin(model), action)(request, rows)
    return [str(message) for message in request._messages]


def seen(user, model) -> set:
    return set(site.get_model_admin(model).get_queryset(asked(user)))


def test_lists_go_through_the_viewer(room, private, bob, mo, charlie, root):
    mo.is_staff = charlie.is_staff = True
    assert seen(mo, Room) == {room}
    assert {row.room for row in seen(mo, Membership)} == {room}
    assert seen(root, Room) == {room, private}
    for model in MODELS:
        assert seen(charlie, model) == set()


def test_nothing_is_edited_by_hand(room, root, bob):
    for model in MODELS:
        admin = site.get_model_admin(model)
        assert admin.has_view_permission(asked(root))
        assert not admin.has_view_permission(asked(bob))
        assert not admin.has_add_permission(asked(root))
        assert not admin.has_change_permission(asked(root))
        assert not admin.has_delete_permission(asked(root))


def test_acts_are_services_and_audited_twice(room, bob, mo):
    commit(services.join_room, bob, room)
    rows = Membership.objects.filter(user=bob)
    said = act(mo, Membership, "remove", rows, reason="loud")
    assert len(said) == 1
    assert last_told(room) == {"event": "removed", "user": bob.pk, "by": mo.pk}
    assert (AuditEntry.objects.get().reason, LogEntry.objects.get().user) == ("loud", mo)


def test_a_ban_has_a_reason_and_an_end_there_too(place, room, bob, dan, mo):
    commit(services.join_room, bob, room)
    act(mo, Membership, "ban", Membership.objects.filter(user=bob), reason="spam", expires_at="1")
    act(mo, WorkspaceMembership, "ban", WorkspaceMembership.objects.filter(user=dan), reason="loud", expires_at="")
    of_bob, of_dan = Ban.objects.order_by("pk")
    assert (of_bob.reason, of_dan.reason, of_dan.expires_at) == ("spam", "loud", None)
    assert timedelta(hours=23) < of_bob.expires_at - timezone.now() < timedelta(hours=25)
    with pytest.raises(ValidationError):
        act(mo, Membership, "ban", Membership.objects.all(), expires_at="12345")
    act(mo, Ban, "lift", Ban.objects.filter(pk=of_bob.pk), reason="it was a mistake")
    assert AuditEntry.objects.latest("pk").reason == "it was a mistake"


def test_who_may_not_is_told_so(private, bob, mo):
    said = act(mo, Membership, "remove", Membership.objects.filter(user=bob))
    assert "moderators" in said[0]
    assert is_member(bob, private)
    assert not AuditEntry.objects.exists()


def test_each_act(place, room, private, alice, bob, dan, gus, root):
    commit(services.join_room, bob, room)
    act(root, Membership, "make_moderator", Membership.objects.filter(user=bob, room=room))
    act(root, Membership, "make_member", Membership.objects.filter(user=bob, room=room))
    act(root, Room, "archive", Room.objects.filter(pk=room.pk))
    act(root, Room, "unarchive", Room.objects.filter(pk=room.pk))
    act(root, Membership, "ban", Membership.objects.filter(user=bob, room=room))
    act(root, WorkspaceMembership, "remove", WorkspaceMembership.objects.filter(user=dan))
    act(root, WorkspaceMembership, "ban", WorkspaceMembership.objects.filter(user=gus))
    assert Ban.objects.count() == 2
    act(root, Ban, "lift", Ban.objects.all())
    assert not Ban.objects.exists()
    commit(services.create_invitation, alice, place)
    act(root, Invitation, "revoke", Invitation.objects.all())
    assert not Invitation.objects.usable().exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "room.role_changed",
        "room.role_changed",
        "room.archived",
        "room.unarchived",
        "room.banned",
        "workspace.member_removed",
        "workspace.banned",
        "workspace.unbanned",
        "room.unbanned",
        "invitation.created",
        "invitation.revoked",
    ]
    assert LogEntry.objects.count() == 10


def test_pages_are_drawn(room, root, client, bob):
    client.force_login(root)
    commit(services.ban_from_room, root, room, bob)
    for model in MODELS:
        for row in seen(root, model):
            admin = site.get_model_admin(model)
            assert admin.changelist_view(_got(root)).render().status_code == 200
            assert admin.change_view(_got(root), str(row.pk)).render().status_code == 200


def _got(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    request._messages = CookieStorage(request)
    return request
