"""The cast as far as accounts know them, and the ways in."""

import threading
from collections.abc import Callable

import jwt
import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts import ports, services, tokens
from accounts.models import Session, User
from chatsite.realtime import bus
from chatsite.realtime.commit import commit
from rooms.models import Installation, Role, Workspace, WorkspaceMembership

PASSWORD = "correct horse 7"


@pytest.fixture(autouse=True)
def place(db):
    """An installation that is set up, with one workspace."""
    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now()})
    cache.clear()
    return Workspace.objects.create(name="House")


@pytest.fixture
def heard(transactional_db):
    """Every event that was let out. Asks for real commits: without one nothing is."""
    events = []
    bus.carried_by(events.extend)
    yield events
    bus.carried_by(None)


def made(name: str, place: Workspace | None = None, role: str = Role.MEMBER) -> User:
    user = services.new_person(username=name, password=PASSWORD, email=f"{name}@example.org")
    commit(services.add_person, user)
    if place:
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    return user


@pytest.fixture
def alice(place):
    return made("alice", place, Role.OWNER)


@pytest.fixture
def bob(place):
    return made("bob", place)


@pytest.fixture
def mo(place):
    return made("mo", place, Role.MODERATOR)


@pytest.fixture
def gus(place):
    return made("gus", place, Role.GUEST)


@pytest.fixture
def charlie():
    """Belongs to nothing."""
    return made("charlie")


@pytest.fixture
def root():
    user = made("root")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def log_in(login: str, password: str = PASSWORD, client: Client | None = None, **extra):
    """Send the sign-in page's form; `(client, response)`."""
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": login, "password": password}, **extra)


def browser(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client, response = log_in(user.username)
    assert response.status_code == 302, response.content.decode()
    return client


def is_in(client: Client) -> bool:
    return client.get("/api/v1/users/me/").status_code == 200


def obtain(login: str, password: str = PASSWORD, **extra):
    """Ask for tokens."""
    return Client().post(
        "/api/v1/auth/token/", {"username": login, "password": password}, content_type="application/json", **extra
    )


def refreshed(token: str):
    return Client().post("/api/v1/auth/token/refresh/", {"refresh": token}, content_type="application/json")


def program(user: User) -> Client:
    """A program with an access token of `user`; its pair is `.pair`."""
    pair = tokens.issue(user)
    client = Client(headers={"Authorization": f"Bearer {pair['access']}"})
    client.pair = pair
    return client


def scope(*, query: str = "", **headers: str) -> dict:
    """The ASGI scope of a socket's handshake."""
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "websocket", "path": "/ws/", "query_string": query.encode(), "headers": lines}


def with_cookie(client: Client) -> dict:
    return scope(cookie=f"sessionid={client.cookies['sessionid'].value}")


def sid_of(client: Client) -> str:
    return Session.objects.get(
        key_hash__isnull=False, pk__in=[row["sid"] for row in lines(client) if row["current"]]
    ).sid


def lines(client: Client) -> list[dict]:
    return client.get("/api/v1/users/me/sessions/").json()["results"]


def all_at_once(call: Callable, *arguments) -> list:
    """`call(argument)` for each, on a thread each, begun at the same moment; what they returned."""
    answers, start = [], threading.Barrier(len(arguments))

    def run(argument):
        start.wait()
        try:
            answers.append(call(argument))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def closed(monkeypatch):
    """Nobody may register."""
    monkeypatch.setattr(ports, "_admission", [])


def claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def bearing(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def pair(alice):
    """Tokens of Alice."""
    return obtain("alice").json()
