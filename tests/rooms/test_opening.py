"""Opening rooms."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from chatsite.realtime.commit import commit
from chatsite.realtime.events import Change, Personal
from rooms import services
from rooms.models import Membership, Room
from tests.rooms.conftest import log_of, of_kind, told, user_seq


def test_creator_moderates_and_is_told(place, bob, heard):
    before = user_seq(bob)
    room = commit(services.create_room, bob, place, name="  Big   plans ", topic="What next")
    membership = room.memberships.get()
    assert (room.name, room.slug, room.members_count) == ("Big plans", "big-plans", 1)
    assert (membership.user, membership.role, membership.joined_seq, membership.last_read_seq) == (
        bob,
        "moderator",
        1,
        1,
    )
    assert told(room) == ["room_created"]
    assert (log_of(room).last_seq, log_of(room).head, log_of(room).posted) == (1, 1, 0)
    assert of_kind(heard, Personal) == [Personal(user=bob.pk, user_seq=before + 1, rooms=[room.pk])]
    assert of_kind(heard, Change)[0].shared["members_count"] == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Café Ω", "café-ω"),
        ("聊天室", "聊天室"),
        ("🎉", "room"),
        ("---", "room"),
        ("مطبخ", "مطبخ"),
        ("a" * 80, "a" * 70),
    ],
)
def test_slug_in_any_script(place, bob, name, slug):
    assert commit(services.create_room, bob, place, name=name).slug == slug


def test_same_name_gets_a_number(place, bob):
    slugs = [commit(services.create_room, bob, place, name=name).slug for name in ("Tea", "tea", "Tea!", "Tea 2")]
    assert slugs == ["tea", "tea-2", "tea-3", "tea-2-2"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u3000 "),
        ("name", "x" * 81),
        ("name", "evil\u202etxt"),
        ("topic", "x" * 251),
        ("kind", "direct"),
        ("kind", "secret"),
        ("history", "none"),
        ("threads", "deep"),
    ],
)
def test_bad_values_are_named_and_nothing_is_written(place, bob, field, value):
    with pytest.raises(ValidationError) as refused:
        commit(services.create_room, bob, place, **{"name": "Room", field: value})
    assert list(refused.value.message_dict) == [field]
    assert not Room.objects.exists()


def test_guests_and_outsiders_open_none(place, gus, charlie):
    for user in (gus, charlie):
        with pytest.raises(PermissionDenied):
            commit(services.create_room, user, place, name="Room")
    assert not Room.objects.exists()


def test_what_fails_half_way_leaves_nothing(place, bob, heard, monkeypatch):
    monkeypatch.setattr("rooms.services.rooms.touch", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        commit(services.create_room, bob, place, name="Room")
    assert not Room.objects.exists()
    assert not Membership.objects.exists()
    assert heard == []


def test_who_sees_it(place, room, private, alice, bob, mo, gus, charlie):
    def seen(user):
        return {found.pk for found in Room.objects.visible_to(user)}

    assert seen(bob) == {room.pk, private.pk}
    assert seen(mo) == seen(alice) == {room.pk}
    assert seen(gus) == seen(charlie) == set()
