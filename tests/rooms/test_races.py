"""Two at the same moment: whoever comes second sees what the first did."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import connection

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from messaging.services import post_message
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


def test_a_conversation_that_two_open_at_once_is_one(place, alice, bob, dan):
    for number in range(5):
        carol = person(f"carol{number}", place)
        people = [alice, bob, dan, carol]
        opened = at_once(
            *[
                lambda user=user, people=people: commit(
                    services.open_direct, user, [other.pk for other in people if other != user]
                )
                for user in people
            ]
        )
        room = Room.objects.get(kind="direct", memberships__user=carol)
        assert room.memberships.filter(is_hidden=False).count() == sum(opened)
        assert (room.members_count, room.memberships.count()) == (4, 4)


def test_a_message_and_a_hiding_at_once_leave_it_as_the_later_one_wants(place, alice, bob):
    room, _is_new = commit(services.open_direct, alice, [bob.pk])
    for number in range(10):
        said, hidden = at_once(
            lambda number=number: commit(post_message, alice, room.pk, body=f"{number}", msg_id=str(uuid.uuid4())),
            lambda: commit(services.hide_room, bob, room),
        )
        assert said and hidden
        commit(post_message, alice, room.pk, body="once more", msg_id=str(uuid.uuid4()))
        assert not Membership.objects.get(room=room, user=bob).is_hidden
    assert log_of(room).last_seq == 20
