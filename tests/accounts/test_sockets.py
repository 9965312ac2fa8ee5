"""Who opens a socket: the same rows as for HTTP, by one function."""

import pytest
from django.core import signing

from accounts import services, sessions, sockets, tickets
from accounts.models import Session, UsedTicket
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated
from tests.accounts.conftest import all_at_once, browser, made, program, refreshed, scope, with_cookie


def refused(handshake: dict) -> bool:
    try:
        sockets.who(handshake)
    except Unauthenticated:
        return True
    return False


def ticket_of(client) -> str:
    response = client.post("/api/v1/auth/ws-ticket/", content_type="application/json")
    assert response.status_code == 201
    return response.json()["ticket"]


def test_bearer_ticket_and_cookie_let_in(alice):
    access = program(alice).pair["access"]
    client = browser(alice)
    assert sockets.who(scope(authorization=f"Bearer {access}")).user == alice
    assert sockets.who(with_cookie(client)).user == alice
    assert sockets.who(scope(query=f"ticket={ticket_of(client)}")).user == alice


def test_bearer_wins_over_ticket_and_cookie(alice, bob):
    access, client = program(alice).pair["access"], browser(bob)
    handshake = with_cookie(client)
    handshake["headers"].append((b"authorization", f"Bearer {access}".encode()))
    assert sockets.who(handshake).user == alice
    assert not sockets.comes_with_cookie(handshake)
    assert sockets.comes_with_cookie(with_cookie(client))
    assert refused(
        {**with_cookie(client), "headers": [*with_cookie(client)["headers"], (b"authorization", b"Bearer x")]}
    )


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "jwt", "sessionid"])
def test_other_token_in_the_address_is_refused_even_if_valid(alice, name):
    access = program(alice).pair["access"]
    assert refused(scope(query=f"{name}={access}"))
    assert refused(scope(query=f"{name}={access}", authorization=f"Bearer {access}"))


def test_nobody_is_refused():
    assert refused(scope())
    assert refused(scope(cookie="sessionid=" + "a" * 32))
    assert refused(scope(query="ticket="))
    assert refused(scope(authorization="Bearer "))


def test_ticket_is_good_once(alice):
    handshake = scope(query=f"ticket={ticket_of(program(alice))}")
    assert sockets.who(handshake).user == alice
    assert refused(handshake)


@pytest.mark.django_db(transaction=True)
def test_ticket_is_good_once_also_at_once(place):
    handshake = scope(query=f"ticket={ticket_of(program(made('alice', place)))}")
    assert sorted(all_at_once(refused, *[handshake] * 8)) == [False] + [True] * 7


def test_ticket_is_good_for_thirty_seconds(alice, monkeypatch):
    ticket = ticket_of(program(alice))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 31)
    assert refused(scope(query=f"ticket={ticket}"))
    assert not UsedTicket.objects.exists()


def test_ticket_ends_with_its_session(alice):
    client = program(alice)
    ticket = ticket_of(client)
    client.post("/api/v1/auth/logout/", content_type="application/json")
    assert refused(scope(query=f"ticket={ticket}"))


def test_other_signed_things_are_no_tickets(alice):
    row = commit(services.sign_in, alice, key="k" * 32)
    named = {"sid": row.sid, "user": alice.pk, "jti": "x"}
    assert refused(scope(query=f"ticket={signing.dumps(named, salt='accounts.device')}"))
    assert refused(scope(query=f"ticket={program(alice).pair['access']}"))
    assert not refused(scope(query=f"ticket={signing.dumps(named, salt=tickets.SALT)}"))


def test_refresh_token_opens_nothing(alice):
    assert refused(scope(authorization=f"Bearer {program(alice).pair['refresh']}"))


def test_deactivated_is_told_apart(alice):
    dora = made("dora")
    access, client = program(dora).pair["access"], browser(dora)
    handshake = with_cookie(client)
    commit(services.deactivate, dora, dora)
    for way in (handshake, scope(authorization=f"Bearer {access}")):
        with pytest.raises(sessions.Deactivated):
            sockets.who(way)


def test_sweep_tells_who_is_out_and_why(alice, bob, django_assert_num_queries):
    dora = made("dora")
    living, over, gone, closed = (commit(services.sign_in, user).sid for user in (alice, bob, bob, dora))
    Session.objects.filter(pk=over).update(stamp="other")
    Session.objects.filter(pk=gone).delete()
    commit(services.deactivate, dora, dora)
    with django_assert_num_queries(1):
        assert sessions.ended([living, over, gone, closed]) == {over: 4401, gone: 4401, closed: 4403}


def test_socket_costs_one_query(alice, django_assert_num_queries):
    handshake = with_cookie(browser(alice))
    with django_assert_num_queries(1):
        sockets.who(handshake)


def test_renewed_token_names_the_same_session(alice):
    client = program(alice)
    first = sockets.who(scope(authorization=f"Bearer {client.pair['access']}"))
    renewed = refreshed(client.pair["refresh"]).json()
    assert sockets.who(scope(authorization=f"Bearer {renewed['access']}")) == first
