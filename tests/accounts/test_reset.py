"""A forgotten password, by mail."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts import services
from chatsite.realtime.commit import commit
from tests.accounts.conftest import browser, is_in, log_in, program

NEW = "another horse 8"


def asked(address: str, **extra):
    return Client().post("/accounts/password/reset/", {"email": address}, **extra)


def link_in(message) -> str:
    return re.search(r"https?://\S+/password/reset/key/\S+", message.body)[0]


def follow(link: str, client: Client | None = None, password: str = NEW):
    client = client or Client()
    form = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    action = form.redirect_chain[-1][0] if form.redirect_chain else link.removeprefix(settings.SITE_URL)
    return client.post(action, {"password1": password, "password2": password})


def test_link_sets_a_password_once_and_ends_all_sessions(alice):
    page, tokens = browser(alice), program(alice)
    asked("Alice@Example.org")
    link = link_in(mail.outbox[0])
    assert follow(link).status_code == 302
    assert not is_in(page)
    assert not is_in(tokens)
    assert log_in("alice", NEW)[1].status_code == 302
    assert follow(link, password="third horse 9").status_code == 200
    assert log_in("alice", NEW)[1].status_code == 302


def test_ones_own_session_stays_where_one_resets(alice):
    page, other = browser(alice), browser(alice)
    asked(alice.email)
    follow(link_in(mail.outbox[0]), client=page)
    assert is_in(page)
    assert not is_in(other)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1"])
def test_host_header_has_no_part_in_the_link(alice, host):
    asked(alice.email, HTTP_HOST=host, HTTP_X_FORWARDED_HOST="evil.example")
    assert link_in(mail.outbox[0]).startswith(settings.SITE_URL + "/accounts/")
    assert "evil" not in mail.outbox[0].body + mail.outbox[0].subject


def test_unknown_address_gets_the_same_answer_and_a_mail(alice):
    known, unknown = asked(alice.email), asked("nobody@example.org", HTTP_HOST="evil.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2
    assert settings.SITE_URL in mail.outbox[1].body
    assert "evil" not in mail.outbox[1].body


def test_link_is_void_after_the_address_changed(alice):
    asked(alice.email)
    commit(services.change_email, alice, email="new@example.org")
    assert follow(link_in(mail.outbox[0])).status_code == 200
    assert log_in("alice", NEW)[1].status_code == 200


def test_deactivated_get_no_link(root, bob):
    commit(services.deactivate, root, bob)
    asked(bob.email)
    assert not any("/reset/key/" in message.body for message in mail.outbox)


def test_link_works_for_an_hour(settings):
    assert settings.PASSWORD_RESET_TIMEOUT == 3600


def test_signing_in_goes_back_only_to_pages_of_ours(alice):
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "http:evil", "javascript:alert(1)"):
        response = Client().post(
            f"/accounts/login/?next={target}", {"login": "alice", "password": "correct horse 7", "next": target}
        )
        assert response["Location"] == "/", target
    response = Client().post(
        "/accounts/login/",
        {"login": "alice", "password": "correct horse 7", "next": "/profile/"},
        HTTP_HOST="evil.example",
    )
    assert response["Location"] == "/profile/"
