"""Alice owns the place, Bob is a member of her room, Charlie has no business here; each stands at the API's door."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from rooms import services as rooms
from rooms.models import Installation, Role, Room, Workspace, WorkspaceMembership


@pytest.fixture(autouse=True)
def full_buckets():
    limits._buckets.clear()


@pytest.fixture
def place():
    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": "2026-01-01T00:00:00Z"})
    return Workspace.objects.create(name="Place")


def person(place, name, role=Role.MEMBER):
    user = User.objects.create(username=name)
    if role:
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    return user


def door(user):
    client = APIClient()
    client.force_authenticate(user)
    client.user = user
    return client


@pytest.fixture
def alice(place):
    return door(person(place, "alice", Role.OWNER))


@pytest.fixture
def bob(place):
    return door(person(place, "bob"))


@pytest.fixture
def charlie():
    return door(User.objects.create(username="charlie"))


@pytest.fixture
def room(place, alice, bob):
    room = commit(rooms.create_room, alice.user, place, name="Tea", kind=Room.Kind.PRIVATE)
    commit(rooms.add_member, alice.user, room, bob.user)
    return room


@pytest.fixture
def say(room):
    def say(client, body="hello", **more):
        return client.post(f"/api/v1/rooms/{room.pk}/messages/", {"body": body, **more}, format="json")

    return say


@pytest.fixture
def message(say, alice):
    return say(alice, "first").json()["id"]
