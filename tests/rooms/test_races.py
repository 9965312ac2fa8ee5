"""Two at the same moment: whoever comes second sees what the first did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from rooms import services
from rooms.models import Membership, Role, Room
from tests.rooms.conftest import log_of, person, told

REFUSED = (ObjectDoesNotExist, PermissionDenied, Unavailable)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Which of `acts`, all begun together, were not refused."""

    def attempt(act: Callable[[], object]) -> bool:
        try:
            act()
        except REFUSED:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(attempt, acts))


def test_two_owners_who_go_at_once_leave_one(place, alice):
    for number in range(5):
        bob = person(f"bob{number}", place, Role.OWNER)
        at_once(
            lambda: commit(services.change_role, alice, place, alice, role="member"),
            lambda bob=bob: commit(services.remove_from_workspace, bob, place, bob),
        )
        assert place.memberships.filter(role=Role.OWNER).exists()
        place.memberships.update_or_create(user=alice, defaults={"role": Role.OWNER})
        place.memberships.filter(user=bob).delete()


def test_nobody_joins_while_they_are_banned(place, room, alice, charlie):
    rooms = [room, *(commit(services.create_room, alice, place, name="Room") for _number in range(3))]
    for number in range(5):
        bob = person(f"bob{number}", place)
        commit(services.join_room, bob, rooms[1])
        banned, *_joined = at_once(
            lambda bob=bob: commit(services.ban_from_workspace, alice, place, bob),
            *[lambda bob=bob, each=each: commit(services.join_room, bob, each) for each in rooms],
        )
        if not banned:
            commit(services.ban_from_workspace, alice, place, bob)
        assert not Membership.objects.filter(user=bob).exists()
    for each in Room.objects.all():
        assert each.members_count == each.memberships.count()


def test_twenty_who_join_at_once_get_twenty_numbers(place, room):
    people = [person(f"p{number}", place) for number in range(20)]
    joined = sum(at_once(*[lambda user=user: commit(services.join_room, user, room) for user in people]))
    numbers = list(room.memberships.order_by("joined_seq").values_list("joined_seq", flat=True))
    assert numbers == list(range(1, joined + 2))
    assert (log_of(room).head, Room.objects.get().members_count) == (joined + 1, joined + 1)
    assert told(room) == ["room_created", *["joined"] * joined]


def test_rooms_of_one_name_at_once(place, alice):
    made = at_once(*[lambda: commit(services.create_room, alice, place, name="Tea") for _number in range(6)])
    slugs = set(Room.objects.values_list("slug", flat=True))
    assert slugs == {"tea", *[f"tea-{number}" for number in range(2, sum(made) + 1)]}
