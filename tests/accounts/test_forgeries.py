"""Tokens that somebody made up, changed, or brought to the wrong door: 401, every one."""

import base64
import json
import time

import jwt
import pytest
from django.conf import settings
from django.test import Client

from accounts import tickets
from accounts.models import Session
from tests.accounts.conftest import (
    bearing,
    browser,
    claims,
    is_in,
    refreshed,
)

KEY = settings.SIMPLE_JWT["SIGNING_KEY"]


def signed(payload: dict, key: str = KEY, algorithm: str = "HS256", **headers) -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers or None)


def unsigned(payload: dict) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, payload)]
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts).decode() + "."


FORGERIES = {
    "alg none": lambda read, raw: unsigned(read),
    "wrong key": lambda read, raw: signed(read, "x" * 40),
    "session key instead of token key": lambda read, raw: signed(read, settings.SECRET_KEY),
    "other algorithm": lambda read, raw: signed(read, KEY, "HS512"),
    "changed payload": lambda read, raw: ".".join(
        [raw.split(".")[0], unsigned(read | {"user_id": 1}).split(".")[1], raw.split(".")[2]]
    ),
    "embedded key": lambda read, raw: signed(read, "y" * 40, jwk={"kty": "oct", "k": "eXl5"}, kid="../../dev/null"),
    "wrong audience": lambda read, raw: signed(read | {"aud": "others"}),
    "no audience": lambda read, raw: signed({k: v for k, v in read.items() if k != "aud"}),
    "wrong issuer": lambda read, raw: signed(read | {"iss": "others"}),
    "no issuer": lambda read, raw: signed({k: v for k, v in read.items() if k != "iss"}),
    "expired": lambda read, raw: signed(read | {"exp": int(time.time()) - 11}),
    "no expiry": lambda read, raw: signed({k: v for k, v in read.items() if k != "exp"}),
    "of the future": lambda read, raw: signed(read | {"nbf": int(time.time()) + 60}),
    "no type": lambda read, raw: signed({k: v for k, v in read.items() if k != "token_type"}),
    "refresh type": lambda read, raw: signed(read | {"token_type": "refresh"}),
    "no session": lambda read, raw: signed({k: v for k, v in read.items() if k != "sid"}),
    "another session": lambda read, raw: signed(read | {"sid": "x" * 22}),
    "session is a list": lambda read, raw: signed(read | {"sid": ["x"]}),
    "another person": lambda read, raw: signed(read | {"user_id": read["user_id"] + 1}),
    "person is a text": lambda read, raw: signed(read | {"user_id": str(read["user_id"])}),
    "person is huge": lambda read, raw: signed(read | {"user_id": 2**70}),
    "nonsense": lambda read, raw: "a.b.c",
    "empty parts": lambda read, raw: "..",
    "not ASCII": lambda read, raw: "\u00e9.\u00e9.\u00e9",
    "two tokens": lambda read, raw: f"{raw} {raw}",
    "none": lambda read, raw: "",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_access_token_is_401(alice, bob, pair, forgery):
    forged = FORGERIES[forgery](claims(pair["access"]), pair["access"])
    response = bearing(forged).get("/api/v1/users/me/")
    assert response.status_code == 401
    assert response.json()["code"] == "unauthenticated"
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_forgers_own_tool_makes_a_valid_token(pair):
    assert is_in(bearing(signed(claims(pair["access"]))))


def test_tokens_of_another_kind_are_401(alice, pair):
    ticket = tickets.issue(Session.objects.get())
    assert not is_in(bearing(pair["refresh"]))
    assert not is_in(bearing(ticket))
    assert refreshed(pair["access"]).status_code == 401
    assert refreshed(ticket).status_code == 401


def test_bad_token_is_401_beside_a_good_cookie(alice, pair):
    client = browser(alice)
    assert client.get("/api/v1/users/me/", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_scheme_is_read_in_any_case(pair):
    assert is_in(Client(headers={"Authorization": f"bearer {pair['access']}"}))
