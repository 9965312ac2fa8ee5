"""How the mails of what was missed end."""

import re

import pytest

from tests.messaging.notices.conftest import mailed, said, time_passes, told

pytestmark = pytest.mark.usefixtures("mail_server")


def links(room, alice) -> tuple[str, str]:
    """The paths of the page and of the one click, from a mail to Bob."""
    told(said(alice, room, "@bob"))
    time_passes()
    (sent,) = mailed()
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = re.fullmatch(r"<https://chat\.example(/\S+)>", sent.extra_headers["List-Unsubscribe"])[1]
    page = re.search(r"https://chat\.example(/mail/stop/\S+/)", sent.body)[1]
    assert "\n" not in one_click
    return page, one_click


def test_one_click_ends_them_without_signing_in_and_without_a_token(room, alice, bob):
    from django.test import Client

    _page, one_click = links(room, alice)
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(one_click, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 204
    bob.refresh_from_db()
    assert not bob.mail_missed
    assert stranger.post(one_click, {"List-Unsubscribe": "One-Click"}).status_code == 204  # multipart, and again


def test_looking_at_it_ends_nothing(room, alice, bob, client):
    page, one_click = links(room, alice)
    assert client.get(one_click)["Location"] == page
    assert "Stop these mails" in client.get(page).content.decode()
    bob.refresh_from_db()
    assert bob.mail_missed
    assert client.post(page, follow=True).status_code == 200
    bob.refresh_from_db()
    assert not bob.mail_missed
    assert "have ended" in client.get(page).content.decode()


@pytest.mark.parametrize("token", ["x", "MQ:1tZ:abc", "a" * 500])
def test_a_forged_link_is_of_nobody(place, bob, client, token):
    for path in (f"/mail/stop/{token}/", f"/api/v1/mail/stop/{token}/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
