"""A second factor cannot be gone round: not by tokens, not by guessing."""

import pytest
from allauth.mfa.totp.internal import auth
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from accounts.models import Session
from tests.accounts.conftest import PASSWORD, is_in, log_in, obtain


@pytest.fixture
def secret(alice):
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(alice, secret)
    return secret


def code_for(secret: str, *, wrong: bool = False) -> str:
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    return str((int(code) + 1) % 1_000_000).zfill(6) if wrong else code


def with_code(code: str):
    body = {"username": "alice", "password": PASSWORD, "code": code}
    return Client().post("/api/v1/auth/token/", body, content_type="application/json")


def test_password_alone_gets_no_tokens(secret):
    response = obtain("alice")
    assert response.status_code == 401
    assert response.json()["code"] == "second_factor_required"
    assert not Session.objects.exists()


def test_wrong_password_does_not_tell_of_the_second_factor(secret):
    assert obtain("alice", "wrong").json()["code"] == "unauthenticated"


def test_right_code_gets_tokens_once(secret):
    code = code_for(secret)
    assert with_code(code).status_code == 200
    assert with_code(code).json()["code"] == "second_factor_required"


def test_guessing_codes_is_counted(secret, settings):
    settings.SIGN_IN_FAILURES = 3
    wrong = code_for(secret, wrong=True)
    assert [with_code(wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert with_code(code_for(secret)).status_code == 429


def test_page_asks_for_the_code_before_anybody_is_in(secret):
    client, response = log_in("alice")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert not Session.objects.exists()
    cache.clear()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)}).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("login", ["alice", "nobody", "alice@example.org", "nobody@example.org"])
@pytest.mark.parametrize("door", [log_in, obtain])
def test_wrong_password_costs_one_hash_whoever_it_is(alice, monkeypatch, door, login):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    door(login, "wrong")
    assert len(hashed) == 1
