"""The threads that do background work: here, in a server, and when a process is killed."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from chatsite.realtime.commit import commit
from chatsite.tasks import runner, schedule, table
from chatsite.tasks.models import PendingTask
from chatsite.tasks.runner import Runner
from tests.chatsite import tasks_to_try as try_it
from tests.server import Server
from tests.services import ROOT, wait_until

WRITE = try_it.write.module_path


@pytest.fixture
def unscheduled(monkeypatch) -> None:
    """Nothing comes again but what the test says."""
    monkeypatch.setattr(schedule, "_every", {})


@pytest.fixture
def started(transactional_db, unscheduled) -> Iterator[Callable[..., Runner]]:
    """Starts runners of this process, which are stopped at the end."""
    try_it.done.clear()
    runners: list[Runner] = []

    def start(threads: int = 2, idle: float = 60) -> Runner:
        one = Runner(threads, idle)
        runners.append(one)
        one.start()
        return one

    yield start
    runner._runner = None
    for one in runners:
        one.stop()


def test_a_commit_wakes_the_runner(started):
    runner._runner = started()
    time.sleep(0.3)  # it has looked, and found nothing
    with transaction.atomic():
        try_it.note.enqueue("hello")
        time.sleep(0.2)
        assert try_it.done == []
    wait_until(lambda: try_it.done == ["hello"], 2, "the task is done")
    wait_until(lambda: not PendingTask.objects.exists(), 2, "its row is gone")


def test_what_nobody_rang_for_is_found(started):
    started(idle=0.1)
    PendingTask.objects.create(path=try_it.note.module_path, args=["hello"])
    wait_until(lambda: try_it.done == ["hello"], 5, "the task is done")


def test_two_runners_are_never_at_one_task_that_comes_again(started):
    try_it.most_at_once[0] = 0
    try_it.schedule_pulse()
    for _number in range(2):
        started(idle=0.05)
    wait_until(lambda: try_it.done.count("pulse") >= 2, 10, "it has come twice")
    assert try_it.most_at_once == [1]
    assert PendingTask.objects.filter(path=try_it.pulse.module_path).count() == 1


def test_asked_to_stop_it_ends_what_it_is_at_and_leaves_the_rest(started, tmp_path):
    one = started(threads=1, idle=0.05)
    for name in ("first", "second"):
        try_it.write.enqueue(str(tmp_path / name), 0.5)
    wait_until((tmp_path / "first").exists, 5, "the first has begun")
    one.stop()
    assert (tmp_path / "first").read_text() == "begun\ndone\n" and not (tmp_path / "second").exists()
    assert [row.attempts for row in PendingTask.objects.all()] == [0]


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_are_of_different_tasks():
    for number in range(20):
        try_it.note.enqueue(str(number))

    def claim(_number: int) -> uuid.UUID | None:
        try:
            row = table.claim()
            return row and row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(claim, range(30)))
    found = [pk for pk in claimed if pk]
    assert len(found) == len(set(found)) and len(found) >= (20 if connection.vendor == "sqlite" else 12)
    assert set(PendingTask.objects.exclude(leased_until=None).values_list("pk", flat=True)) == set(found)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_said_once_and_that_it_is_back(caplog):
    def down() -> bool:
        raise OperationalError("no")

    one = Runner(0, 1)
    with caplog.at_level("INFO", logger="chatsite.tasks"):
        for act in (down, down, down, lambda: False, down):
            one._guarded(act)
    assert [record.message for record in caplog.records] == [
        "tasks wait for the database", "tasks reach the database again", "tasks wait for the database",
    ]  # fmt: skip


# --- processes ---


def ask(server: Server, path: Path, seconds: float = 0) -> None:
    """Have the task written straight into the server's table, as another process would."""
    with closing(sqlite3.connect(server.data / "chatsite.sqlite3", timeout=10, autocommit=True)) as database:
        database.execute(
            "INSERT INTO tasks_pendingtask (id, path, args, kwargs, priority, attempts, last_error) VALUES (?, ?, ?, '{}', 0, 0, '')",
            (uuid.uuid4().hex, WRITE, json.dumps([str(path), seconds])),
        )


def rows(server: Server) -> list[tuple]:
    with closing(sqlite3.connect(server.data / "chatsite.sqlite3", timeout=10, autocommit=True)) as database:
        return database.execute(
            "SELECT attempts, leased_until IS NOT NULL FROM tasks_pendingtask WHERE path = ?", (WRITE,)
        ).fetchall()


def said(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


@pytest.mark.once
@pytest.mark.thorough
def test_a_killed_process_loses_no_task(running_server, tmp_path):
    server = running_server(env={"TASK_LEASE_SECONDS": "2"})
    ask(server, tmp_path / "long", 60)
    wait_until(lambda: said(tmp_path / "long") == ["begun"], 10, "it has begun")
    time.sleep(3)
    assert said(tmp_path / "long") == ["begun"], "a lease that is kept is nobody else's"
    server.kill9()
    server.start()
    wait_until(lambda: said(tmp_path / "long") == ["begun", "begun"], 15, "it has begun again")
    assert rows(server)[0][0] == 2


@pytest.mark.once
@pytest.mark.thorough
def test_a_server_that_is_stopped_ends_its_task_and_leaves_the_rest(running_server, tmp_path):
    server = running_server(env={"TASK_THREADS": "1", "DRAIN_SECONDS": "0"})
    ask(server, tmp_path / "first", 2)
    wait_until(lambda: said(tmp_path / "first") == ["begun"], 10, "it has begun")
    ask(server, tmp_path / "second")
    assert server.stop() == 0
    assert said(tmp_path / "first") == ["begun", "done"] and said(tmp_path / "second") == []
    assert rows(server) == [(0, 0)]
    server.start()
    wait_until(lambda: said(tmp_path / "second") == ["begun", "done"], 10, "the rest is done")


@pytest.mark.once
@pytest.mark.thorough
def test_with_workers_the_server_leaves_tasks_to_them(running_server, tmp_path):
    server = running_server(env={"TASK_RUNNER": "worker"})
    ask(server, tmp_path / "one")
    time.sleep(2)
    assert said(tmp_path / "one") == []
    command = [sys.executable, "manage.py", "run_tasks", "--threads", "1"]
    worker = subprocess.Popen(command, cwd=ROOT, env=server.env, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: said(tmp_path / "one") == ["begun", "done"], 20, "the worker has done it")
        ask(server, tmp_path / "two", 1.5)
        wait_until(lambda: said(tmp_path / "two") == ["begun"], 5, "the worker has begun the next")
        worker.send_signal(signal.SIGTERM)
        _out, log = worker.communicate(timeout=10)
    finally:
        worker.kill()
    assert worker.returncode == 0 and said(tmp_path / "two") == ["begun", "done"]
    assert "tasks ended" in log and '"exception"' not in log


@pytest.mark.django_db(transaction=True)
def test_ensuring_at_once_makes_one_row(unscheduled):
    try_it.schedule_pulse()

    def ensure(_number: int) -> None:
        try:
            commit(schedule.ensure)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ensure, range(8)))
    assert PendingTask.objects.count() == 1
