"""In whose time a page tells the time: the person's own, by their setting; that of their browser's script; else the installation's."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts import services as accounts
from accounts.models import AuditEntry
from chatsite.realtime.commit import commit
from messaging.models import Message
from rooms import services as rooms
from tests.cast import browser, program
from tests.pages.conftest import said, text_of

EVENING = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
"""In Shanghai it is the next day, 02:30."""


@pytest.fixture
def message(room, alice):
    made = said(room, alice, "good night")
    Message.objects.filter(pk=made.pk).update(created_at=EVENING)
    return made


def shown(client, message) -> str:
    page = text_of(client, f"/rooms/{message.room_id}/{message.seq}/")
    article = re.search(rf'id="m-{message.room_id}-{message.seq}".*?</article>', page, re.DOTALL)[0]
    return re.search(r"<time datetime=\"2026-03-01T18:30:00.000Z\">([^<]+)", article)[1]


def test_pages_tell_the_time_of_their_reader(message, alice, bob):
    commit(accounts.change_profile, bob, time_zone="Asia/Shanghai")
    assert shown(browser(bob), message) == "02:30"
    assert shown(browser(alice), message) == "18:30"
    assert '<time datetime="2026-03-02">Monday, 2 March' in text_of(
        browser(bob), f"/rooms/{message.room_id}/{message.seq}/"
    )


@override_settings(TIME_ZONE="Europe/Berlin")
def test_who_has_said_nothing_gets_the_installations_time(message, bob):
    timezone.get_default_timezone.cache_clear()
    try:
        assert shown(browser(bob), message) == "19:30"
    finally:
        timezone.get_default_timezone.cache_clear()


def test_the_browser_tells_its_zone_once_and_where_none_is_set(place, bob):
    """What `static/js/lib/zone.js` sends: the page says by an empty `data-zone` that it is wanted."""
    client = browser(bob)
    assert 'data-zone=""' in text_of(client, f"/w/{place.pk}/")
    answer = client.patch("/api/v1/users/me/", {"time_zone": "Asia/Shanghai"}, content_type="application/json")
    assert answer.status_code == 200
    assert 'data-zone="Asia/Shanghai"' in text_of(client, f"/w/{place.pk}/")
    refused = client.patch("/api/v1/users/me/", {"time_zone": "Mars/Olympus"}, content_type="application/json")
    assert refused.status_code == 400
    bob.refresh_from_db()
    assert bob.time_zone == "Asia/Shanghai"


def test_the_admin_tells_the_time_of_its_reader(alice, bob):
    commit(accounts.change_profile, alice, time_zone="Asia/Shanghai")
    alice.is_staff = alice.is_superuser = True
    alice.save(update_fields=["is_staff", "is_superuser"])
    entry = AuditEntry.objects.create(
        at=EVENING, actor=alice, action="room.banned", target_type="rooms.room", target_id="7"
    )
    page = text_of(browser(alice), f"/admin/accounts/auditentry/{entry.pk}/change/")
    assert "March 2, 2026, 2:30 a.m." in page


def test_the_end_of_a_ban_is_told_in_the_time_of_who_is_banned(room, alice, bob):
    end = (timezone.now() + timedelta(days=3)).replace(hour=18, minute=30)
    commit(rooms.ban_from_room, alice, room, bob, expires_at=end)
    commit(accounts.change_profile, bob, time_zone="Asia/Shanghai")
    assert "2:30 a.m. (CST)" in browser(bob).get(f"/rooms/{room.pk}/").content.decode()


def test_programs_get_utc_whatever_the_zone(message, bob):
    commit(accounts.change_profile, bob, time_zone="Asia/Shanghai")
    answer = program(bob).get(f"/api/v1/messages/{message.pk}/").json()
    assert answer["created_at"] == "2026-03-01T18:30:00.000Z"
