"""Again, and after a stop: nothing twice, nothing left out."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.db import connection

from accounts.models import User
from messaging.importing import importer
from messaging.importing.importer import Import, survey
from messaging.models import Message
from rooms.models import Membership, RoomLog, Workspace
from tests.messaging.importing.world import bring_in, conversation, line, recount, said
from tests.services import ROOT

pytestmark = pytest.mark.django_db


def test_again_imports_nothing_even_after_renaming(owner, file):
    path = file(conversation(30))
    bring_in(path)
    ada = User.objects.get(username="ada-chen")
    ada.display_name = "Ada of Chen"
    ada.set_password("hunter2-hunter2")
    ada.save()
    before = list(Message.objects.values()), list(Membership.objects.values()), list(RoomLog.objects.values())
    out, _err = bring_in(path)
    assert out.startswith("0 messages imported, 30 known already, 0 lines skipped; 0 rooms and 0 people made;")
    assert (list(Message.objects.values()), list(Membership.objects.values()), list(RoomLog.objects.values())) == before
    assert User.objects.count() == 4


def test_equal_lines_are_each_a_message(owner, file):
    path = file([line(0, body="ping"), line(0, body="ping"), line(0, body="pong"), line(0, body="ping")])
    bring_in(path)
    bring_in(path)
    assert [row.body for row in said()] == ["ping", "ping", "pong", "ping"]


def test_stopped_between_batches_it_goes_on(owner, file, monkeypatch):
    monkeypatch.setattr(importer, "BATCH", {connection.vendor: 10})
    path = file(conversation(55))
    run = Import(path, survey(path, pytest.fail), actor=owner, workspace=Workspace.objects.get(), processes=0).run()
    next(run), next(run)
    run.close()
    assert Message.objects.filter(kind="message").count() == 20
    recount()
    out, _err = bring_in(path)
    assert out.startswith("35 messages imported, 20 known already")
    assert [row.body for row in said("jobs")] == [f"Message {number}" for number in range(0, 55, 5)]
    recount()


@pytest.mark.faults
def test_killed_in_the_middle_it_goes_on_and_leaves_no_process(file, tmp_path):
    path = str(file(conversation(10_000)))
    data = tmp_path / "data"
    data.mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment["CHATSITE_DATA"] = str(data)
    command = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def manage(*words):
        return subprocess.run(
            [sys.executable, "manage.py", *words], **command, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def written():
        with closing(sqlite3.connect(data / "chatsite.sqlite3")) as database:
            return database.execute("SELECT count(*) FROM messaging_message WHERE kind = 'message'").fetchone()[0]

    manage("migrate")
    manage("set_up", "--workspace", "Place", "--owner", "olga", "--email", "olga@example.org")
    with subprocess.Popen(
        [sys.executable, "manage.py", "import_messages", path], **command, stdout=subprocess.DEVNULL
    ) as running:
        wait_until(lambda: written() >= 3000)
        children = _children(running.pid)
        running.kill()
    known = written()
    assert 3000 <= known < 10_000
    assert len(children) >= 2
    assert manage("import_messages", path).startswith(f"{10_000 - known} messages imported, {known} known already")
    assert manage("import_messages", path).startswith("0 messages imported, 10000 known already")
    assert written() == 10_000
    wait_until(lambda: not any(map(_is_running, children)))


def wait_until(true):
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in found.stdout.split()]


def _is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
