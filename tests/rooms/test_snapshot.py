"""What `hello` states of rooms: the same few queries, and the right numbers."""

import pytest

from accounts.models import User
from chatsite.realtime.commit import commit
from rooms import services, snapshot
from rooms.models import Membership, RoomLog
from tests.rooms.conftest import user_seq


@pytest.mark.parametrize("number", [1, 12])
def test_three_queries_whatever_the_number_of_rooms(place, alice, django_assert_max_num_queries, number):
    for count in range(number):
        commit(services.create_room, alice, place, name=f"Room {count}")
    RoomLog.objects.update(last_seq=9, head=9, posted=8)
    with django_assert_max_num_queries(3):
        found = snapshot.rooms_of(alice.pk)
    assert len(found.rooms) == number
    assert found.user_seq == user_seq(alice)


def test_members_of_a_room(place, room, alice, bob):
    commit(services.join_room, bob, room)
    RoomLog.objects.update(last_seq=9, head=12, posted=7)
    Membership.objects.filter(user=bob).update(own_after=2)
    (stated,) = snapshot.rooms_of(bob.pk).rooms
    assert stated == {
        "id": room.pk,
        "workspace": place.pk,
        "slug": "kitchen",
        "name": "Kitchen",
        "topic": "",
        "kind": "public",
        "history": "shared",
        "threads": "flat",
        "open_to_web": False,
        "archived": False,
        "slow_mode_seconds": 0,
        "head": 12,
        "last_seq": 9,
        "members_count": 2,
        "role": "member",
        "joined_seq": 2,
        "joined_event_seq": 2,
        "notify": None,
        "last_read_seq": 2,
        "unread": 5,
        "mentions": 0,
    }


def test_only_ones_own(room, private, bob, charlie):
    assert [stated["id"] for stated in snapshot.rooms_of(bob.pk).rooms] == [private.pk]
    assert snapshot.some_rooms_of(bob.pk, [room.pk]).rooms == []
    assert snapshot.rooms_of(charlie.pk).rooms == []
    with pytest.raises(User.DoesNotExist):
        snapshot.rooms_of(0)
