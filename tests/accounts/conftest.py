"""The cast as far as accounts know them, and the ways in."""

import threading
from collections.abc import Callable

import jwt
import pytest
from django.db import connections
from django.test import Client

from accounts import ports
from accounts.models import Session
from tests.cast import PASSWORD, alice, bob, browser, charlie, gus, heard, house, log_in, mo, person, program, root

__all__ = ["alice", "bob", "browser", "charlie", "gus", "heard", "log_in", "made", "mo", "program", "root"]

made = person


@pytest.fixture(autouse=True)
def place(db):
    """An installation that is set up, with one workspace."""
    return house()


def is_in(client: Client) -> bool:
    return client.get("/api/v1/users/me/").status_code == 200


def obtain(login: str, password: str = PASSWORD, **extra):
    """Ask for tokens."""
    return Client().post(
        "/api/v1/auth/token/", {"username": login, "password": password}, content_type="application/json", **extra
    )


def refreshed(token: str):
    return Client().post("/api/v1/auth/token/refresh/", {"refresh": token}, content_type="application/json")


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
