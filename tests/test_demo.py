"""The demo: a workspace that looks alive, made in seconds, in an empty database alone."""

import re
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from chatsite.realtime import limits
from chatsite.realtime.errors import Conflict
from messaging.demo.making import make
from messaging.demo.scenes import ASIDES, SCENES
from messaging.models import Attachment, Message
from rooms.models import Installation, Membership, Room, RoomLog, Workspace
from rooms.snapshot import rooms_of
from tests.cast import log_in
from tests.server import Server
from tests.services import ROOT

pytestmark = pytest.mark.thorough


@pytest.fixture
def files(settings, tmp_path):
    """Pictures and attachments go into a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield tmp_path


@pytest.fixture
def passwords(db, files) -> dict[str, str]:
    limits._buckets.clear()
    return make()


def test_it_is_there_within_seconds(db, files):
    started = time.process_time()
    make()
    assert time.process_time() - started < 15


def test_everybody_has_a_password_of_their_own_and_a_face(passwords):
    people = User.objects.all()
    assert len(people) == 9
    assert next(iter(passwords)) == "robin"
    assert len(set(passwords.values())) == len(passwords) == 8
    for user in people:
        assert user.avatar and user.display_name and not user.email
        assert user.has_usable_password() != user.is_bot
        assert user.is_superuser == (user.username == "robin")
    for name, password in passwords.items():
        assert log_in(name, password)[1].status_code == 302


def test_there_is_something_of_everything(passwords):
    assert set(Room.objects.values_list("kind", flat=True)) == {"public", "private", "direct"}
    assert Room.objects.filter(threads="threaded").exists() and Room.objects.exclude(archived_at=None).exists()
    said = Message.objects.filter(kind="message")
    assert said.count() == sum(len(one.lines) for one in [*SCENES, *ASIDES])
    for kind in ("<table", "<pre", "<code", "<blockquote", "<ol", "mention"):
        assert any(kind in html for html in said.values_list("html", flat=True)), kind
    assert said.exclude(thread_title="").count() >= 3
    assert said.exclude(pinned_at=None).exists() and said.exclude(thread_root=None).count() >= 10
    assert {row.content_type for row in Attachment.objects.all()} >= {"image/jpeg", "image/png"}
    assert not Attachment.objects.filter(message=None).exists()
    assert any(re.search("[\u4e00-\u9fff]", body) for body in said.values_list("body", flat=True))


def test_its_times_lie_in_the_past_and_in_order(passwords):
    now = timezone.now()
    for room in Room.objects.all():
        times = list(Message.objects.filter(room=room).order_by("seq").values_list("created_at", flat=True))
        assert times == sorted(times), room
        assert now - timedelta(days=31) < times[0] and times[-1] < now
    assert Message.objects.filter(created_at__gt=now - timedelta(hours=2)).exists()


def test_the_numbers_are_those_of_services(passwords):
    for log in RoomLog.objects.all():
        rows = Message.objects.filter(room=log.room_id)
        assert sorted(rows.values_list("seq", flat=True)) == list(range(1, log.last_seq + 1))
        assert log.posted == rows.filter(kind="message").count()
        assert max(rows.values_list("event_seq", flat=True)) <= log.head


def test_a_little_is_unread_for_who_signs_in_and_nothing_for_the_others(passwords):
    stated = {user: rooms_of(User.objects.get(username=user).pk).rooms for user in passwords}
    host = [room for room in stated.pop("robin") if room["unread"]]
    assert 3 <= len(host) <= 5 and all(room["unread"] <= 3 for room in host)
    assert sum(room["mentions"] for room in host) == 2
    assert not [room for rooms in stated.values() for room in rooms if room["unread"]]


def test_its_pages_are_drawn(passwords):
    client = log_in("robin", passwords["robin"])[0]
    assert "Harbour House" in client.get("/", follow=True).content.decode()
    for room in Room.objects.filter(pk__in=Membership.objects.filter(user__username="robin").values("room")):
        assert client.get(f"/rooms/{room.pk}/").status_code == 200


def test_it_refuses_a_database_in_which_anybody_is(db, files):
    User.objects.create(username="somebody")
    with pytest.raises(Conflict):
        make()
    with pytest.raises(CommandError, match="There are people in this database already"):
        call_command("make_demo")
    assert not Workspace.objects.exists() and User.objects.count() == 1


def test_half_a_demo_does_not_stay(db, files, monkeypatch):
    monkeypatch.setattr("messaging.demo.making.SCENES", [SCENES[0], None])
    with pytest.raises(AttributeError):
        make()
    assert not User.objects.exists() and not Room.objects.exists()
    assert not Installation.objects.exclude(set_up_at=None).exists()


def test_no_password_stands_in_its_files(passwords):
    for path in (ROOT / "messaging/demo").glob("*.py"):
        assert not [password for password in passwords.values() if password in path.read_text()]
    assert Client().get("/").status_code == 302


class DemoServer(Server):
    program = ("chatsite.serve", "--demo")


@pytest.mark.once
@pytest.mark.thorough
def test_bin_run_shows_who_may_sign_in_and_refuses_a_second_time(tmp_path):
    server = DemoServer(tmp_path / "data", {}, bare=True)
    try:
        said = server.start().said()
        password = re.search(r"Sign in as robin with the password (\S+)", said)[1]
        assert said.count(password) == 1
        assert "Set it up" not in said and server.stop() == 0
        again = DemoServer(tmp_path / "data", {})
        again.launch()
        assert again.process.wait(60) == 1
        assert again.said().count("\n") == 1 and "There are people in this database already" in again.said()
    finally:
        server.kill9()
