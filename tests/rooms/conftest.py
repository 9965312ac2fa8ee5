"""The cast in its house: Alice owns, Bob is a member, Mo moderates, Gus is a guest, Charlie has no business here."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from chatsite.realtime import bus, limits
from chatsite.realtime.commit import commit
from messaging.models import Message
from rooms import services
from rooms.models import Installation, Role, Room, RoomLog, Workspace, WorkspaceMembership

API = "/api/v1"


@pytest.fixture(autouse=True)
def place(db):
    """The workspace of the cast, in an installation that is set up."""
    limits._buckets.clear()
    cache.clear()
    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now()})
    return Workspace.objects.create(name="House")


@pytest.fixture
def elsewhere(charlie):
    """Another workspace, Charlie's own."""
    workspace = Workspace.objects.create(name="Elsewhere")
    WorkspaceMembership.objects.create(workspace=workspace, user=charlie, role=Role.OWNER)
    return workspace


@pytest.fixture
def heard(transactional_db):
    """Every event that was let out, which takes commits that are real."""
    events = []
    bus.carried_by(events.extend)
    yield events
    bus.carried_by(None)


def person(name: str, place: Workspace | None = None, role: str = Role.MEMBER, **more) -> User:
    user = User.objects.create(username=name, **more)
    if place:
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    return user


@pytest.fixture
def alice(place):
    return person("alice", place, Role.OWNER)


@pytest.fixture
def ada(place):
    return person("ada", place, Role.ADMIN)


@pytest.fixture
def mo(place):
    return person("mo", place, Role.MODERATOR)


@pytest.fixture
def bob(place):
    return person("bob", place)


@pytest.fixture
def dan(place):
    return person("dan", place)


@pytest.fixture
def gus(place):
    return person("gus", place, Role.GUEST)


@pytest.fixture
def charlie():
    return person("charlie")


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
