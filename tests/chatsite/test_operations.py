"""The probes: they hold when little else does."""

import pytest
from django.db import OperationalError

from chatsite import operations
from chatsite.realtime import draining, metrics

PROBES = ["/ping", "/health", "/ready", "/metrics"]


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(operations, "_failures", 0)
    monkeypatch.setattr(operations, "_migrated", True)


@pytest.fixture
def database_down(monkeypatch):
    def cursor(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(operations.connection, "cursor", cursor)


def test_ping(client):
    answer = client.get("/ping")
    assert answer.content == b'{"message": "pong"}'
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/ping", "/health"])
def test_alive_touches_nothing(client, path):
    # Without the django_db mark a query would fail the test.
    assert client.get(path, headers={"Host": "10.1.2.3:8080", "Cookie": "sessionid=abc"}).status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_probes_only_tell(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_ready(client):
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_three_failures_of_the_database_in_a_row_make_it_unready(client, database_down):
    statuses = [client.get("/ready").status_code for _ in range(4)]
    assert statuses == [200, 200, 503, 503]


@pytest.mark.django_db
def test_one_success_counts_anew(client, monkeypatch):
    monkeypatch.setattr(operations, "_failures", 2)
    assert client.get("/ready").status_code == 200
    assert operations._failures == 0


@pytest.mark.django_db
def test_draining_is_unready(client, monkeypatch):
    monkeypatch.setattr(draining, "_draining", True)
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["draining"]) == (503, True)


@pytest.mark.parametrize("path", ["/ping", "/ready", "/nowhere"])
@pytest.mark.django_db
def test_while_draining_each_answer_is_its_connections_last(client, monkeypatch, path):
    assert "Connection" not in client.get(path).headers
    monkeypatch.setattr(draining, "_draining", True)
    assert client.get(path)["Connection"] == "close"


@pytest.mark.django_db
def test_being_unready_while_draining_is_no_error(client, monkeypatch, caplog):
    monkeypatch.setattr(draining, "_draining", True)
    client.get("/ready")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.django_db
def test_a_missing_migration_is_unready(client, monkeypatch):
    monkeypatch.setattr(operations, "_migrated", False)
    monkeypatch.setattr(operations.MigrationExecutor, "migration_plan", lambda *args: [("rooms", "0002")])
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
def test_a_channel_layer_that_is_down_is_degraded(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["channel_layer"]) == ("degraded", "down")


def test_metrics_do_not_exist_without_a_token(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "hush", "Bearer hüsh"])
def test_metrics_refuse_a_wrong_token(client, settings, given):
    settings.METRICS_TOKEN = "hush"
    assert client.get("/metrics", headers={"Authorization": given} if given is not None else {}).status_code == 401


def test_metrics_name_what_the_engine_counts(client, settings):
    settings.METRICS_TOKEN = "hush"
    metrics.errors.labels(code="invalid").inc()
    metrics.repairs.labels(cause="sweep").inc()
    answer = client.get("/metrics", headers={"Authorization": "Bearer hush"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    for name in (
        "connections",
        "messages_total",
        "deliveries_total",
        "ack_seconds_bucket",
        "repairs_total",
        "sweep_lag_seconds",
        "errors_total",
        "publish_failures_total",
        "channel_layer_up",
        "draining",
        "goaways_total",
    ):
        assert f"chatsite_{name}" in text


def test_several_processes_answer_as_one(tmp_path):
    import subprocess
    import sys

    program = (
        "from chatsite.realtime import metrics as m; m.messages.inc(2); m.connections.set(3);"
        "print(m.exposition().decode())"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert "chatsite_messages_total 4.0" in answers[1]
