"""Invitations: who makes them, what they open, and what ends them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.ports import admitted, may_register
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.events import Personal
from rooms import services
from rooms.models import Invitation, Room, WorkspaceMembership
from tests.rooms.conftest import is_member, last_told, log_of, of_kind, person, user_seq


@pytest.fixture
def into_workspace(place, mo):
    return commit(services.create_invitation, mo, place, max_uses=1)


@pytest.fixture
def into_cellar(place, private, bob):
    """Bob's, as the moderator of his private room: for guests."""
    return commit(services.create_invitation, bob, place, room=private, role="guest")


def role(place, user) -> str | None:
    return place.memberships.filter(user=user).values_list("role", flat=True).first()


def uses(invitation) -> int:
    return Invitation.objects.get(pk=invitation.pk).uses


def test_a_stranger_becomes_a_member(place, into_workspace, room, charlie, heard):
    before, _ = user_seq(charlie), heard.clear()
    commit(services.accept_invitation, charlie, into_workspace.code)
    assert (role(place, charlie), uses(into_workspace)) == ("member", 1)
    assert set(Room.objects.visible_to(charlie)) == {room}
    assert of_kind(heard, Personal) == [Personal(user=charlie.pk, user_seq=before + 1, kinds=["workspaces"])]


def test_a_guest_sees_that_room_only(place, into_cellar, private, room, charlie, heard):
    heard.clear()
    commit(services.accept_invitation, charlie, into_cellar.code)
    assert role(place, charlie) == "guest"
    assert set(Room.objects.visible_to(charlie)) == {private}
    assert last_told(private) == {"event": "joined", "user": charlie.pk}
    assert [event.rooms for event in of_kind(heard, Personal)] == [[private.pk]]


def test_it_never_lowers_a_role_and_raises_a_guest(place, into_cellar, into_workspace, private, alice, gus):
    commit(services.accept_invitation, alice, into_cellar.code)
    assert (role(place, alice), is_member(alice, private)) == ("owner", True)
    commit(services.accept_invitation, gus, into_workspace.code)
    assert role(place, gus) == "member"


def test_who_is_there_already_uses_nothing_up(place, into_workspace, into_cellar, private, bob, heard):
    heard.clear()
    head = log_of(private).head
    commit(services.accept_invitation, bob, into_workspace.code)
    commit(services.accept_invitation, bob, into_cellar.code)
    assert (uses(into_workspace), uses(into_cellar), log_of(private).head, heard) == (0, 0, head, [])


@pytest.mark.parametrize(
    "ended",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"uses": 1},
        {"revoked_at": timezone.now()},
        {"code": "another"},
    ],
    ids=["expired", "used up", "revoked", "unknown"],
)
def test_what_is_over_opens_nothing(place, into_workspace, charlie, ended):
    Invitation.objects.filter(pk=into_workspace.pk).update(**ended)
    with pytest.raises(Invitation.DoesNotExist):
        commit(services.accept_invitation, charlie, into_workspace.code)
    with pytest.raises(PermissionDenied):
        may_register(into_workspace.code)
    assert role(place, charlie) is None
    assert not into_workspace.__class__.objects.usable().filter(code=into_workspace.code).exists()


def test_it_opens_its_own_room_alone(place, elsewhere, into_cellar, room, charlie, dan):
    commit(services.accept_invitation, dan, into_cellar.code)
    assert not is_member(dan, room)
    assert set(charlie.workspace_memberships.values_list("workspace", flat=True)) == {elsewhere.pk}


def test_banned_people_stay_out_and_use_nothing_up(place, into_cellar, private, bob, dan):
    commit(services.ban_from_room, bob, private, dan)
    with pytest.raises(PermissionDenied):
        commit(services.accept_invitation, dan, into_cellar.code)
    assert (is_member(dan, private), uses(into_cellar)) == (False, 0)


def test_an_archived_room_takes_nobody(place, into_cellar, private, bob, charlie):
    commit(services.archive_room, bob, private)
    with pytest.raises(PermissionDenied):
        commit(services.accept_invitation, charlie, into_cellar.code)
    assert (role(place, charlie), uses(into_cellar)) == (None, 0)


def test_who_may_make_which(place, room, private, alice, mo, bob, dan, gus, charlie):
    refused = [
        (bob, {}),
        (gus, {}),
        (charlie, {}),
        (dan, {"room": room}),
        (charlie, {"room": room}),
        (mo, {"room": private}),
        (bob, {"room": private, "role": "member"}),
    ]
    for actor, said in refused:
        with pytest.raises(PermissionDenied):
            commit(services.create_invitation, actor, place, **said)
    for actor, said in (
        (mo, {}),
        (mo, {"room": room}),
        (alice, {"role": "guest"}),
        (bob, {"room": private, "role": "guest"}),
    ):
        commit(services.create_invitation, actor, place, **said)
    assert Invitation.objects.count() == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "owner"),
        ("role", "moderator"),
        ("max_uses", 0),
        ("max_uses", -1),
        ("max_uses", 10_001),
        ("expires_at", timezone.now() - timedelta(days=1)),
        ("expires_at", timezone.now() + timedelta(days=100_000)),
    ],
)
def test_bad_values_are_named(place, alice, field, value):
    with pytest.raises(ValidationError) as refused:
        commit(services.create_invitation, alice, place, **{field: value})
    assert list(refused.value.message_dict) == [field]


def test_revoking(place, into_workspace, into_cellar, mo, bob, dan, charlie):
    for actor in (dan, charlie):
        for invitation in (into_workspace, into_cellar):
            with pytest.raises(PermissionDenied):
                commit(services.revoke_invitation, actor, invitation)
    with pytest.raises(PermissionDenied):
        commit(services.revoke_invitation, mo, into_cellar)
    commit(services.revoke_invitation, bob, into_cellar)
    commit(services.revoke_invitation, mo, into_workspace)
    assert not Invitation.objects.usable().exists()


def test_links_end_with_the_right_of_who_made_them(place, into_workspace, into_cellar, alice, mo, bob):
    commit(services.change_role, alice, place, mo, role="member")
    commit(services.remove_from_workspace, alice, place, bob)
    assert not Invitation.objects.usable().exists()


def test_a_link_for_one_lets_in_one_of_twenty(transactional_db, place, into_workspace):
    people = [person(f"p{number}") for number in range(20)]

    def accept(user):
        try:
            commit(services.accept_invitation, user, into_workspace.code)
        except (Invitation.DoesNotExist, Unavailable):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(accept, people)) == 1
    assert WorkspaceMembership.objects.filter(user__in=people).count() == uses(into_workspace) == 1


@pytest.mark.parametrize("rule", ["open", "invite", "closed"])
def test_registration(place, into_workspace, settings, rule):
    settings.REGISTRATION = rule
    without, holder = person("without"), person("holder")
    outcome = {"open": "member"}.get(rule)
    if outcome is None:
        with pytest.raises(PermissionDenied):
            commit(admitted, without, "")
    else:
        commit(admitted, without, "")
    assert role(place, without) == outcome
    if rule == "closed":
        with pytest.raises(PermissionDenied):
            commit(admitted, holder, into_workspace.code)
    else:
        commit(admitted, holder, into_workspace.code)
        with pytest.raises(PermissionDenied):
            commit(admitted, person("late"), into_workspace.code)
    assert uses(into_workspace) == (0 if rule == "closed" else 1)
