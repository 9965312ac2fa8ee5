"""Signing in and out at the pages: the row of the session decides."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.adapter import AccountAdapter
from accounts.middleware import AuthenticationMiddleware
from accounts.models import Session
from chatsite.realtime.commit import commit
from chatsite.realtime.events import Personal, SignedOut
from tests.accounts.conftest import PASSWORD, browser, is_in, lines, log_in, made, sid_of


@pytest.mark.parametrize("login", ["alice", "ALICE", " alice ", "alice@example.org", "Alice@Example.ORG"])
def test_name_or_address_in_any_spelling_lets_in(alice, login):
    client, response = log_in(login)
    assert response.status_code == 302
    assert client.get("/api/v1/users/me/").json()["username"] == "alice"


@pytest.mark.parametrize(("login", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("nobody@example.org", "x")])
def test_wrong_is_refused_without_saying_what(alice, login, password):
    client, response = log_in(login, password)
    assert response.status_code == 200
    assert "not correct" in response.content.decode()
    assert not is_in(client)
    assert not Session.objects.exists()


def test_row_holds_no_key_but_its_hash(alice):
    client = browser(alice)
    row = Session.objects.get()
    assert row.user == alice
    assert client.cookies["sessionid"].value not in (row.key_hash, row.sid)


def test_key_changes_at_sign_in(alice):
    client = Client()
    client.get("/accounts/password/reset/key/1-nonsense/")
    session = client.session
    session["something"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    log_in("alice", client=client)
    assert client.cookies["sessionid"].value != before
    assert is_in(client)
    assert not is_in(Client(headers={"Cookie": f"sessionid={before}"}))


def test_preset_key_is_not_taken(alice):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    log_in("alice", client=client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_signing_out_ends_row_and_copies_of_cookie(alice, heard):
    client, other = browser(alice), browser(alice)
    sid, key = sid_of(client), client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    assert not is_in(Client(headers={"Cookie": f"sessionid={key}"}))
    assert is_in(other)
    assert SignedOut(sids=[sid]) in heard


def test_signing_out_needs_a_post(alice):
    client = browser(alice)
    client.get("/accounts/logout/")
    assert is_in(client)


def test_signing_in_raises_user_seq_and_tells_other_devices(alice, heard):
    browser(alice)
    alice.refresh_from_db()
    assert Personal(user=alice.pk, user_seq=alice.user_seq, kinds=["sessions"]) in heard
    assert alice.user_seq == 2


def test_signing_in_again_where_one_is_in_begins_anew(alice, rf):
    client = browser(alice)
    old = sid_of(client)
    request = rf.post("/", REMOTE_ADDR="192.0.2.1")
    request.session = client.session
    AuthenticationMiddleware(lambda request: None).process_request(request)
    AccountAdapter().login(request, alice)
    assert request.session.session_key != client.cookies["sessionid"].value
    assert request.user == alice
    assert request.device.pk != old
    assert not is_in(client)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"last_seen_at": timezone.now() - settings.SESSION_IDLE - timedelta(seconds=1)},
        {"stamp": "of another password"},
    ],
    ids=["absolute", "idle", "stamp"],
)
def test_session_that_is_over_is_refused_and_removed(alice, heard, change):
    client = browser(alice)
    sid = sid_of(client)
    Session.objects.update(**change)
    assert not is_in(client)
    assert not Session.objects.exists()
    assert SignedOut(sids=[sid]) in heard


def test_use_is_noted_at_most_once_a_minute(alice, django_assert_num_queries):
    client = browser(alice)
    at = timezone.now() - timedelta(minutes=2)
    Session.objects.update(last_seen_at=at)
    is_in(client)
    noted = Session.objects.get().last_seen_at
    assert noted > at
    is_in(client)
    assert Session.objects.get().last_seen_at == noted


def test_who_asks_costs_one_query(alice, django_assert_num_queries):
    client = browser(alice)
    client.get("/profile/sessions/")
    with django_assert_num_queries(1):
        client.get("/accounts/login/")


def test_password_change_keeps_own_session_and_ends_others(alice, heard):
    own, other = browser(alice), browser(alice)
    sid, ended, key = sid_of(own), sid_of(other), own.cookies["sessionid"].value
    answer = own.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "another horse 8", "password2": "another horse 8"},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert sid_of(own) == sid
    assert own.cookies["sessionid"].value != key
    assert not is_in(other)
    assert SignedOut(sids=[ended]) in heard
    assert not any(sid in event.sids for event in heard if isinstance(event, SignedOut))
    assert log_in("alice", "another horse 8")[1].status_code == 302


def test_password_changed_at_any_door_ends_sessions(alice):
    client = browser(alice)
    alice.set_password("by a command 9")
    alice.save()
    assert not is_in(client)


def test_one_ends_ones_other_sessions(alice, bob):
    own, other, third = browser(alice), browser(alice), browser(alice)
    stranger = browser(bob)
    assert own.post(f"/profile/sessions/{sid_of(other)}/end/").status_code == 302
    assert not is_in(other)
    assert is_in(third)
    assert own.post(f"/profile/sessions/{sid_of(stranger)}/end/").status_code == 404
    assert own.post("/profile/sessions/end/").status_code == 302
    assert not is_in(third)
    assert is_in(own)
    assert is_in(stranger)


def test_ending_the_present_session_is_signing_out(alice):
    client = browser(alice)
    response = client.post(f"/profile/sessions/{sid_of(client)}/end/")
    assert response["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_api_lists_and_ends_sessions(alice, bob):
    own, other = browser(alice), browser(alice)
    shown = lines(own)
    assert [row["current"] for row in shown].count(True) == 1
    assert len(shown) == 2
    address = f"/api/v1/users/me/sessions/{sid_of(other)}/"
    assert browser(bob).delete(address).status_code == 404
    assert own.delete(address).status_code == 204
    assert not is_in(other)
    third = browser(alice)
    assert own.delete("/api/v1/users/me/sessions/").status_code == 204
    assert not is_in(third)
    assert is_in(own)


def test_cookie_needs_csrf_at_every_door(alice):
    client = Client(enforce_csrf_checks=True)
    client.cookies = browser(alice).cookies
    for address in ("/api/v1/auth/logout/", "/accounts/logout/", "/profile/", "/profile/sessions/end/"):
        assert client.post(address, {}, content_type="application/json").status_code == 403, address
    assert is_in(client)


def test_deactivated_is_told_so_only_with_the_right_password(alice):
    dora = made("dora")
    commit(services.deactivate, dora, dora)
    assert log_in("dora")[1]["Location"] == "/accounts/inactive/"
    assert "not correct" in log_in("dora", "wrong")[1].content.decode()


def test_two_people_in_one_browser_do_not_share_data(alice, bob):
    client = browser(alice)
    session = client.session
    session["secret"] = "of alice"
    session.save()
    client.post("/accounts/logout/")
    log_in("bob", client=client)
    assert "secret" not in client.session
