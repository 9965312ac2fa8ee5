"""Access and refresh tokens: what is forged, spent, over or of the wrong kind is 401, and nothing else."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AuditEntry, Session
from chatsite.realtime.commit import commit
from chatsite.realtime.events import SignedOut
from tests.accounts.conftest import PASSWORD, all_at_once, bearing, claims, is_in, made, obtain, program, refreshed

KEY = settings.SIMPLE_JWT["SIGNING_KEY"]


def test_claims_are_those_of_the_protocol(alice, gus, pair):
    read = claims(pair["access"])
    assert set(read) == {"user_id", "role", "sid", "token_type", "exp", "iat", "jti", "iss", "aud"}
    assert read["user_id"] == alice.pk
    assert read["role"] == "admin"
    assert read["token_type"] == "access"
    assert read["exp"] - read["iat"] <= 300
    assert claims(obtain("gus").json()["access"])["role"] == "guest"


def test_access_token_lets_in_without_a_cookie(pair):
    response = bearing(pair["access"]).get("/api/v1/users/me/")
    assert response.json()["username"] == "alice"
    assert not response.cookies


def test_obtaining_sets_no_cookie(alice):
    assert not obtain("alice").cookies
    assert not obtain("alice", "wrong").cookies


@pytest.mark.parametrize(
    ("login", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("nobody@example.org", PASSWORD)]
)
def test_wrong_is_refused_alike(alice, login, password):
    response = obtain(login, password)
    assert response.status_code == 401
    problem = response.json()
    del problem["request_id"]
    assert problem == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "unauthenticated",
        "detail": "The username or the password is not right.",
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "alice"},
        {"username": "alice", "password": 7},
        {"username": ["alice"], "password": PASSWORD},
        {"username": "alice", "password": PASSWORD, "admin": True},
        {"username": "a" * 300, "password": PASSWORD},
        {"username": "alice", "password": "x" * 1001},
    ],
)
def test_malformed_is_invalid(alice, body):
    response = Client().post("/api/v1/auth/token/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"


def test_deactivated_gets_no_tokens(alice):
    commit(services.deactivate, (dora := made("dora")), dora)
    assert obtain("dora").status_code == 401
    assert obtain("dora").json()["detail"] == "This account is deactivated."


def test_unverified_address_is_told_to_be_verified(alice, settings, mailoutbox):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    response = obtain("alice")
    assert response.status_code == 401
    assert response.json()["code"] == "email_unverified"
    assert len(mailoutbox) == 1
    alice.emailaddress_set.update(verified=True)
    assert obtain("alice").status_code == 200


# --- Over -----------------------------------------------------------------------------------------------------------


def test_logout_ends_access_and_refresh_at_once(alice, heard):
    client, other = program(alice), program(alice)
    sid = claims(client.pair["access"])["sid"]
    assert client.post("/api/v1/auth/logout/", content_type="application/json").status_code == 204
    assert not is_in(client)
    assert refreshed(client.pair["refresh"]).status_code == 401
    assert is_in(other)
    assert SignedOut(sids=[sid]) in heard


def test_logout_needs_somebody():
    assert Client().post("/api/v1/auth/logout/", content_type="application/json").status_code == 401


def test_password_change_ends_tokens(alice):
    client = program(alice)
    alice.set_password("by a command 9")
    alice.save()
    assert not is_in(client)
    assert refreshed(client.pair["refresh"]).status_code == 401


def test_deactivation_ends_tokens(alice):
    dora = made("dora")
    client = program(dora)
    commit(services.deactivate, dora, dora)
    assert not is_in(client)
    assert refreshed(client.pair["refresh"]).status_code == 401


def test_refresh_of_a_deleted_person_is_401():
    dora = made("dora")
    client = program(dora)
    dora.delete()
    assert refreshed(client.pair["refresh"]).status_code == 401


def test_tokens_end_with_the_sessions_life(alice):
    client = program(alice)
    Session.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    renewed = refreshed(client.pair["refresh"]).json()
    assert claims(renewed["refresh"])["exp"] <= time.time() + 3600
    Session.objects.update(expires_at=timezone.now())
    assert not is_in(client)
    assert refreshed(renewed["refresh"]).status_code == 401


# --- Rotation -------------------------------------------------------------------------------------------------------


def test_refresh_rotates_and_keeps_the_session(alice, pair):
    renewed = refreshed(pair["refresh"]).json()
    assert renewed["refresh"] != pair["refresh"]
    assert claims(renewed["access"])["sid"] == claims(pair["access"])["sid"]
    assert is_in(bearing(renewed["access"]))
    assert refreshed(renewed["refresh"]).status_code == 200


def test_direct_predecessor_within_seconds_is_refused_and_no_more(alice, pair):
    renewed = refreshed(pair["refresh"]).json()
    assert refreshed(pair["refresh"]).status_code == 401
    assert is_in(bearing(renewed["access"]))
    assert refreshed(renewed["refresh"]).status_code == 200


def test_predecessor_after_the_grace_ends_the_family(alice, pair, heard, mailoutbox):
    renewed = refreshed(pair["refresh"]).json()
    Session.objects.update(rotated_at=timezone.now() - timedelta(seconds=11))
    assert refreshed(pair["refresh"]).status_code == 401
    assert not is_in(bearing(renewed["access"]))
    assert refreshed(renewed["refresh"]).status_code == 401
    assert AuditEntry.objects.get().action == "session.refresh_reused"
    assert [mail.to for mail in mailoutbox] == [["alice@example.org"]]
    assert SignedOut(sids=[claims(pair["access"])["sid"]]) in heard


def test_older_ancestor_ends_the_family_at_once(alice, pair):
    second = refreshed(pair["refresh"]).json()
    third = refreshed(second["refresh"]).json()
    assert refreshed(pair["refresh"]).status_code == 401
    assert not is_in(bearing(third["access"]))


@pytest.mark.django_db(transaction=True)
def test_of_many_refreshes_at_once_one_succeeds_and_the_family_lives(place):
    alice = made("alice", place)
    client = program(alice)
    pairs = []

    def refresh(_n):
        response = refreshed(client.pair["refresh"])
        if response.status_code == 200:
            pairs.append(response.json())
        return response.status_code

    assert sorted(all_at_once(refresh, *range(12))) == [200] + [401] * 11
    assert refreshed(pairs[0]["refresh"]).status_code == 200
