"""The set-up, once; what is said before it; the epoch."""

import contextlib
import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict, Unavailable
from chatsite.realtime.events import NewEpoch
from rooms import services
from rooms.management.commands import set_up as command
from rooms.models import Installation, Room, Workspace, WorkspaceMembership
from tests.rooms.conftest import told

ASKED = {"workspace": "House", "username": "olga", "email": "olga@example.org", "password": "correct horse 7"}


@pytest.fixture
def bare(place):
    """Nobody set it up yet."""
    Installation.objects.all().delete()
    place.delete()


def key_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_the_link_sets_the_place_up_once(bare):
    key = key_of(services.set_up_link())
    assert key not in services.installation().set_up_key
    owner = commit(services.set_up, key, **ASKED)
    assert WorkspaceMembership.objects.get().role == "owner"
    assert owner.check_password(ASKED["password"])
    assert owner.emailaddress_set.get().verified
    room = Room.objects.get()
    assert (room.slug, room.kind, room.memberships.get().user, told(room)) == (
        "general",
        "public",
        owner,
        ["room_created"],
    )
    assert services.set_up_link() is None
    assert not services.opens_set_up(key)
    for again in (key, None):
        with pytest.raises(Conflict):
            commit(services.set_up, again, **ASKED | {"username": "eve"})
    assert User.objects.count() == Workspace.objects.count() == 1


@pytest.mark.parametrize("wrong", ["", "wrong", "é"])
def test_a_wrong_key_opens_nothing(bare, wrong):
    older = key_of(services.set_up_link())
    services.set_up_link()
    for key in (wrong, older):
        assert not services.opens_set_up(key)
        with pytest.raises(PermissionDenied):
            commit(services.set_up, key, **ASKED)
    assert not User.objects.exists()


def test_no_link_yet_means_no_key(bare):
    assert not services.opens_set_up("")


def test_all_that_is_wrong_is_said_at_once(bare):
    with pytest.raises(ValidationError) as refused:
        commit(services.set_up, None, workspace=" ", username="a b", email="x", password="1234567")
    assert set(refused.value.message_dict) == {"workspace", "username", "email", "password"}
    assert not services.installation().is_set_up


def test_two_at_once_set_up_one(transactional_db, bare):
    services.installation()

    def attempt(name):
        try:
            commit(services.set_up, None, **ASKED | {"username": name})
        except (Conflict, Unavailable):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, ["olga", "oleg"])) == [False, True]
    assert User.objects.count() == 1


def test_until_then_everything_says_so(bare):
    client = Client()
    key = key_of(services.set_up_link())
    for path in ("/", "/admin/", "/accounts/login/", "/set-up/wrong/", "/rooms/1/"):
        response = client.get(path)
        assert (response.status_code, "not set up yet" in response.content.decode()) == (503, True), path
    answer = client.get("/api/v1/rooms/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get(f"/set-up/{key}/").status_code == 200
    commit(services.set_up, key, **ASKED)
    assert client.get("/api/v1/rooms/").status_code == 401


def test_once_it_is_done_nobody_asks_again(django_assert_num_queries):
    client = Client()
    client.get("/api/v1/nothing/")
    with django_assert_num_queries(0):
        assert client.get("/api/v1/nothing/").status_code == 404


@pytest.fixture
def from_input(monkeypatch):
    """Puts a text into the command's standard input, a pipe."""
    with contextlib.ExitStack() as pipes:

        def put(text: str) -> None:
            reading, writing = os.pipe()
            os.write(writing, text.encode())
            os.close(writing)
            monkeypatch.setattr(command.sys, "stdin", pipes.enter_context(os.fdopen(reading)))

        yield put


def run(**more) -> str:
    out = io.StringIO()
    call_command("set_up", workspace="House", owner="olga", email="olga@example.org", stdout=out, **more)
    return out.getvalue()


def test_the_command_takes_a_password_from_its_input(bare, from_input):
    from_input("correct horse 7\n")
    assert "Password" not in run()
    assert User.objects.get().check_password("correct horse 7")


def test_the_command_makes_one_up_and_fails_in_a_sentence(bare, from_input):
    from_input("")
    password = run().rsplit("Password: ", 1)[1].strip()
    assert User.objects.get().check_password(password)
    from_input("")
    with pytest.raises(CommandError, match="set up already"):
        run()


def test_the_command_says_what_is_wrong(bare, from_input):
    from_input("short\n")
    with pytest.raises(CommandError, match="password"):
        run()
    assert not User.objects.exists()


def test_new_epoch(heard):
    before = services.epoch()
    out = io.StringIO()
    call_command("new_epoch", stdout=out)
    assert services.epoch() == out.getvalue().strip() != before
    assert heard == [NewEpoch(epoch=services.epoch())]
