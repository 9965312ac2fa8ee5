"""The cast, made once for all tests: Alice owns, Ada is an admin, Mo moderates, Bob and Dan are members, Gus is a guest, Charlie has no business here.

A folder's conftest says what `place` is (most often `house()`) and imports the people that it needs.
"""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import services, tokens
from accounts.models import User
from chatsite.realtime import bus, limits
from chatsite.realtime.commit import commit
from rooms.models import Installation, Role, Workspace, WorkspaceMembership

PASSWORD = "correct horse 7"


def house() -> Workspace:
    """The workspace of the cast, in an installation that is set up, with nothing in the cache and every bucket full."""
    limits._buckets.clear()
    cache.clear()
    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now()})
    return Workspace.objects.create(name="House")


def person(name: str, place: Workspace | None = None, role: str = Role.MEMBER, **more) -> User:
    """Somebody with a password and an address, and with a role in `place` if one is given; `more` are columns of theirs."""
    user = services.new_person(username=name, password=PASSWORD, email=f"{name}@example.org")
    for column, value in more.items():
        setattr(user, column, value)
    commit(services.add_person, user)
    if place:
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    return user


@pytest.fixture
def alice(place) -> User:
    return person("alice", place, Role.OWNER)


@pytest.fixture
def ada(place) -> User:
    return person("ada", place, Role.ADMIN)


@pytest.fixture
def mo(place) -> User:
    return person("mo", place, Role.MODERATOR)


@pytest.fixture
def bob(place) -> User:
    return person("bob", place)


@pytest.fixture
def dan(place) -> User:
    return person("dan", place)


@pytest.fixture
def gus(place) -> User:
    return person("gus", place, Role.GUEST)


@pytest.fixture
def charlie() -> User:
    return person("charlie")


@pytest.fixture
def root() -> User:
    return person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def heard(transactional_db):
    """Every event that was let out. Asks for real commits: without one nothing is."""
    events: list = []
    bus.carried_by(events.extend)
    yield events
    bus.carried_by(None)


def log_in(login: str, password: str = PASSWORD, client: Client | None = None, **extra):
    """Send the sign-in page's form; `(client, response)`."""
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": login, "password": password}, **extra)


def browser(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client, response = log_in(user.username)
    assert response.status_code == 302, response.content.decode()
    return client


def program(user: User) -> Client:
    """A program with an access token of `user`; its pair is `.pair`."""
    pair = tokens.issue(user)
    client = Client(headers={"Authorization": f"Bearer {pair['access']}"})
    client.pair = pair
    return client
