"""The cast in its house: Alice owns, Bob is a member, Mo moderates, Gus is a guest, Charlie has no business here."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging.models import Message
from rooms import services
from rooms.models import Role, Room, RoomLog, Workspace, WorkspaceMembership
from tests.cast import ada, alice, bob, charlie, dan, gus, heard, house, mo, person

__all__ = ["ada", "alice", "bob", "charlie", "dan", "gus", "heard", "mo", "person"]

API = "/api/v1"


@pytest.fixture(autouse=True)
def place(db):
    """The workspace of the cast."""
    return house()


@pytest.fixture
def elsewhere(charlie):
    """Another workspace, Charlie's own."""
    workspace = Workspace.objects.create(name="Elsewhere")
    WorkspaceMembership.objects.create(workspace=workspace, user=charlie, role=Role.OWNER)
    return workspace


@pytest.fixture
def room(place, alice) -> Room:
    """A public room of Alice's."""
    return commit(services.create_room, alice, place, name="Kitchen")


@pytest.fixture
def private(place, bob) -> Room:
    """A private room of Bob's."""
    return commit(services.create_room, bob, place, name="Cellar", kind="private")


def door(user: User) -> APIClient:
    """`user` at the API."""
    client = APIClient()
    client.force_authenticate(user)
    return client


def sent(user: User, method: str, path: str, data: dict | None = None):
    """The answer to `user` who sends JSON to `path` of the API."""
    return getattr(door(user), method)(API + path, data, format="json")


def log_of(room: Room) -> RoomLog:
    return RoomLog.objects.get(pk=room.pk)


def told(room: Room) -> list[str]:
    """The events of the room's system messages, in their order."""
    return [row.system["event"] for row in Message.objects.filter(room=room).order_by("seq")]


def last_told(room: Room) -> dict:
    return Message.objects.filter(room=room).order_by("seq").last().system


def user_seq(user: User) -> int:
    return User.objects.values_list("user_seq", flat=True).get(pk=user.pk)


def of_kind(events: list, kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def is_member(user: User, room: Room) -> bool:
    return room.memberships.filter(user=user).exists()
