"""Becoming somebody: names, passwords, and the rule for who may."""

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts import services, wire
from accounts.models import User
from rooms.models import Invitation, WorkspaceMembership
from tests.accounts.conftest import PASSWORD, all_at_once, is_in

JSON = "application/json"


def register(**body):
    return Client().post("/api/v1/users/", {"password": PASSWORD, **body}, content_type=JSON)


def sign_up(**form):
    client = Client()
    return client, client.post("/accounts/signup/", {"password1": PASSWORD, **form})


# --- Names ----------------------------------------------------------------------------------------------------------

GOOD = ["a", "a.b-c_d", "小明", "Élodie", "user13", "1", "a" * 32]
BAD = [
    "",
    " ",
    "\u3000",
    "a b",
    "ａｌｉｃｅ",
    ".a",
    "a-",
    "a" * 33,
    "all",
    "ALL",
    "a\u202eb",
    "a\u200bb",
    "a@b",
    "a/b",
    "İx",
]


@pytest.mark.parametrize("name", GOOD)
def test_name_is_taken_without_its_casing(name):
    assert services.new_person(username=name, password=PASSWORD).username == name.lower()


@pytest.mark.parametrize("name", BAD)
def test_name_is_refused_at_both_doors(settings, name):
    settings.REGISTRATION = "open"
    response = register(username=name)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["username"]
    _client, page = sign_up(username=name)
    assert page.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice"])
def test_taken_name_is_invalid_in_any_casing(alice, settings, name):
    settings.REGISTRATION = "open"
    assert "taken" in register(username=name).json()["errors"]["username"][0]
    assert sign_up(username=name)[1].status_code == 200
    assert User.objects.count() == 1


def test_database_itself_keeps_names_apart(alice):
    with pytest.raises(IntegrityError):
        User.objects.create(username="ALICE")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_a_name_at_once_one_gets_it(place, settings):
    settings.REGISTRATION = "open"
    statuses = all_at_once(lambda name: register(username=name).status_code, *["Zoe", "zoe", "ZOE", "zOe"])
    assert sorted(statuses) == [201, 400, 400, 400]


# --- Passwords ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["short", "password", "12345678", "qwertyuiop", "alice-alice"])
def test_weak_password_is_refused(settings, password):
    settings.REGISTRATION = "open"
    response = register(username="alice-alice", password=password)
    assert list(response.json()["errors"]) == ["password"]


@pytest.mark.parametrize("password", ["x7" * 100, "пароль-из-слов-и-ещё", "   spaced out 9  ", "天地玄黃宇宙洪荒"])
def test_long_and_foreign_passwords_work_whole(settings, password):
    settings.REGISTRATION = "open"
    assert register(username="zoe", password=password).status_code == 201
    assert User.objects.get().check_password(password)
    assert not User.objects.get().check_password(password[:-1])


# --- Registration ---------------------------------------------------------------------------------------------------


def test_open_registration_makes_a_member(place, settings, heard):
    settings.REGISTRATION = "open"
    response = register(username="Zoe", email="Zoe@Example.org", display_name="  Zoe\u3000 Z ")
    assert response.status_code == 201
    zoe = User.objects.get()
    assert response.json() == wire.author(zoe)
    assert (zoe.username, zoe.email, zoe.display_name) == ("zoe", "zoe@example.org", "Zoe Z")
    assert zoe.emailaddress_set.get().email == "zoe@example.org"
    assert WorkspaceMembership.objects.get(user=zoe).workspace == place


def test_page_makes_a_member_and_signs_in(place, settings):
    settings.REGISTRATION = "open"
    client, response = sign_up(username="Zoe", email="zoe@example.org")
    assert response.status_code == 302, response.content.decode()
    assert client.get("/api/v1/users/me/").json()["email"] == "zoe@example.org"
    assert WorkspaceMembership.objects.get().workspace == place


@pytest.mark.parametrize("rule", ["invite", "closed"])
def test_without_invitation_nobody_comes_in(settings, rule):
    settings.REGISTRATION = rule
    assert register(username="zoe").status_code == 403
    assert register(username="zoe", invitation="nonsense").status_code == 403
    assert sign_up(username="zoe")[1].status_code == 200
    assert not User.objects.exists()


def test_invitation_lets_in_as_often_as_it_says(alice, place, settings):
    settings.REGISTRATION = "invite"
    code = Invitation.objects.create(workspace=place, created_by=alice, max_uses=2).code
    assert register(username="zoe", invitation=code).status_code == 201
    client = Client()
    session = client.session
    session["invitation"] = code
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert client.post("/accounts/signup/", {"username": "yan", "password1": PASSWORD}).status_code == 302
    assert is_in(client)
    assert register(username="xu", invitation=code).status_code == 403
    assert not User.objects.filter(username="xu").exists()


def test_registration_with_an_address_that_somebody_has_tells_nothing(alice, settings):
    settings.REGISTRATION = "open"
    assert register(username="zoe", email=alice.email).status_code == 201
    assert sign_up(username="yan", email=alice.email)[1].status_code == 302


@pytest.mark.parametrize(
    "body", [{"is_staff": True}, {"role": "admin"}, {"username": 7}, {"email": "none"}, {"display_name": "a\u202eb"}]
)
def test_bad_registration_is_invalid(settings, body):
    settings.REGISTRATION = "open"
    assert register(**{"username": "zoe", **body}).status_code == 400
    assert not User.objects.exists()
