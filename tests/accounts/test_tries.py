"""Tries at signing in: one budget over every door, spelling, address header and process."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Tries
from tests.accounts.conftest import PASSWORD, all_at_once, browser, log_in, made, obtain


@pytest.fixture(autouse=True)
def few(settings):
    settings.SIGN_IN_FAILURES = 3
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 10


def page(login, password="wrong", **extra):
    return log_in(login, password, **extra)[1].status_code


def token(login, password="wrong", **extra):
    return obtain(login, password, **extra).status_code


def test_doors_and_spellings_share_one_budget(alice):
    assert page("alice") == 200
    assert token("ALICE") == 401
    assert token("alice@example.org", HTTP_HOST="other.example", HTTP_X_FORWARDED_FOR="10.1.2.3") == 401
    assert page("alice", PASSWORD) == 429
    assert token("Alice ", PASSWORD) == 429
    assert page("ALICE@example.org", PASSWORD, HTTP_X_FORWARDED_FOR="10.9.9.9") == 429


def test_admin_has_no_door_of_its_own(root):
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    answer = Client().post("/admin/login/", {"username": "root", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_refusal_says_when_to_come_again(alice):
    for _ in range(3):
        token("alice")
    refused = obtain("alice")
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= refused.json()["retry_after"] <= 901
    assert refused["Retry-After"] == str(refused.json()["retry_after"])


def test_success_gives_its_try_back(alice):
    for _ in range(5):
        assert page("alice", PASSWORD) == 302
        assert token("alice", PASSWORD) == 200
    assert set(Tries.objects.values_list("n", flat=True)) == {0}


def test_success_does_not_give_back_failures(alice):
    assert [token("alice"), token("alice", PASSWORD), token("alice"), token("alice")] == [401, 200, 401, 401]
    assert token("alice", PASSWORD) == 429


def test_unknown_names_are_counted_alike(alice):
    assert [token("nobody") for _ in range(4)] == [401, 401, 401, 429]
    assert [page("nobody@example.org") for _ in range(4)] == [200, 200, 200, 429]


def test_names_stand_nowhere_in_clear(alice):
    token("my password by mistake")
    assert not Tries.objects.filter(key__contains="mistake").exists()


def test_one_account_does_not_use_up_anothers(alice, bob):
    assert [token("alice") for _ in range(4)][-1] == 429
    assert token("bob", PASSWORD) == 200


def test_address_has_a_budget_over_all_names(alice):
    assert [token(f"name{n}") for n in range(11)][-1] == 429
    assert token("alice", PASSWORD) == 429
    assert token("alice", PASSWORD, REMOTE_ADDR="192.0.2.7") == 200


def test_ipv6_customer_is_one_address(alice):
    answers = [token(f"name{n}", REMOTE_ADDR=f"2001:db8:1:2::{n:x}") for n in range(1, 12)]
    assert answers[-1] == 429
    assert token("alice", PASSWORD, REMOTE_ADDR="2001:db8:1:3::1") == 200


def test_only_our_own_proxys_word_is_taken(alice, settings):
    settings.TRUSTED_PROXIES = 1
    answers = [token(f"name{n}", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 192.0.2.1") for n in range(11)]
    assert answers[-1] == 429
    assert token("alice", PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.2") == 200


def test_window_ends(alice):
    assert [token("alice") for _ in range(4)][-1] == 429
    Tries.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert token("alice") == 401
    assert Tries.objects.get(key=f"account:{alice.pk}").n == 1


def test_owner_gets_in_from_a_known_device(alice):
    client = browser(alice)
    client.post("/accounts/logout/")
    assert [token("alice") for _ in range(4)][-1] == 429
    assert log_in("alice", client=client)[1].status_code == 302


def test_known_device_has_tries_of_its_own_and_no_more(alice, bob):
    client = browser(alice)
    client.post("/accounts/logout/")
    assert [log_in("alice", "wrong", client=client)[1].status_code for _ in range(4)] == [200, 200, 200, 429]
    assert token("alice", PASSWORD) == 200
    device = client.cookies["device"].value
    stranger = Client()
    stranger.cookies["device"] = device
    assert [log_in("bob", "wrong", client=stranger)[1].status_code for _ in range(4)][-1] == 429
    assert token("bob", PASSWORD) == 429, "a device known to one person opens no other budget"


def test_forged_device_is_a_stranger(alice):
    client = Client()
    client.cookies["device"] = "eyJ1c2VyIjoxfQ:1abcde:nonsense"
    assert [log_in("alice", "wrong", client=client)[1].status_code for _ in range(4)][-1] == 429
    assert token("alice", PASSWORD) == 429


def test_old_password_is_asked_for_within_the_budget(alice):
    client = browser(alice)
    client.cookies.pop("device")
    form = {"oldpassword": "wrong", "password1": "another horse 8", "password2": "another horse 8"}
    answers = [client.post("/accounts/password/change/", form).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_mails_to_one_address_are_few(alice, mailoutbox):
    answers = [Client().post("/accounts/password/reset/", {"email": "alice@example.org"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mailoutbox) == 5


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_gets_no_more_tries(place, settings):
    settings.SIGN_IN_FAILURES = 5
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 1000
    made("alice", place)

    def guess(n):
        return (page if n % 2 else token)("alice", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")

    assert all_at_once(guess, *range(16)).count(429) == 11
