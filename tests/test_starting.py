"""`bin/run` as somebody who has just cloned the project meets it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis as redis_client

from tests.services import ROOT, free_port, wait_until

pytestmark = [pytest.mark.once, pytest.mark.thorough]


def refused(*arguments: str, **env: str) -> str:
    """What a start that fails says."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "chatsite.serve", "--port", str(free_port()), *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1"} | env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} is taken" in refused("--port", port, "--data", str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    assert f"The data folder {folder} cannot be written" in refused("--data", str(folder))


def test_workers_need_redis(tmp_path: Path) -> None:
    assert "set REDIS_URL" in refused("--workers", "2", "--data", str(tmp_path))


def test_database_that_does_not_answer_is_said_in_a_sentence_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://chat:hush@127.0.0.1:{free_port()}/chat"
    said = refused("--data", str(tmp_path), DATABASE_URL=url)
    assert "The database cannot be used" in said
    assert "hush" not in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_being_asked_to_stop_is_no_failure(running_server, how: signal.Signals) -> None:
    server = running_server(bare=True)
    os.kill(server.pid, how)
    assert server.process.wait(30) == 0
    assert "Traceback" not in server.said()
    assert f"Chatsite is at {server.url}/\n" in server.said()
    assert "One process on SQLite; measured: about " in server.said()


def test_what_it_writes_lies_in_the_data_folder(running_server, tmp_path: Path) -> None:
    server = running_server(bare=True)
    assert {path.name for path in tmp_path.iterdir()} == {server.data.name, server.log.name}
    assert (server.data / "chatsite.sqlite3").exists()
    assert (server.data / "static").is_dir()


def test_two_processes_that_start_at_once_share_one_new_database(running_server) -> None:
    first = running_server("postgresql", redis=True, bare=True, start=False)
    second = running_server(beside=first, start=False)
    first.launch()
    second.launch()
    first.wait_for_health()
    second.wait_for_health()
    assert first.stop() == second.stop() == 0


@pytest.mark.faults
def test_a_killed_worker_is_replaced(running_server) -> None:
    server = running_server("postgresql", redis=True, bare=True, workers=2)
    wait_until(lambda: len(server.workers()) == 2, 20, "two workers run")
    assert "2 workers on PostgreSQL; measured: about " in server.said()
    victim = server.workers()[0]
    server.kill9(victim)
    wait_until(lambda: len(server.workers()) == 2 and victim not in server.workers(), 20, "another worker runs")
    assert server.stop() == 0


def test_redis_of_ones_own_can_be_killed_and_started_again(own_redis) -> None:
    client = redis_client.Redis.from_url(own_redis.url)
    client.set("key", "value")
    own_redis.stop()
    with pytest.raises(redis_client.ConnectionError):
        client.get("key")
    own_redis.start()
    assert client.get("key") is None


def test_postgresql_of_ones_own_keeps_its_rows_over_kill_9(own_postgres) -> None:
    own_postgres.execute("CREATE TABLE kept AS SELECT 1 AS n")
    own_postgres.kill9()
    own_postgres.start()
    own_postgres.execute("INSERT INTO kept VALUES (2)")
