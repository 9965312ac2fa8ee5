"""Session data in Redis: losing it signs nobody out, and nobody back in."""

import shutil
import signal
import socket
import subprocess
import time

import pytest
import redis
from django.core.cache import caches
from django.test import Client

from tests.accounts.conftest import browser, is_in, log_in, program, refreshed


class Server:
    """A Redis of this test's own, which keeps what it holds when it stops."""

    def __init__(self, program: str, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [program, "--port", str(self.port), "--dir", str(folder), "--appendonly", "yes"]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                with redis.Redis(port=self.port) as client:
                    client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise RuntimeError("Redis did not start")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path, settings):
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server")
    server = Server(program, tmp_path)
    server.start()
    settings.SESSION_ENGINE = "accounts.stores.redis"
    settings.CACHES = {
        "default": {
            "BACKEND": "chatsite.cache.SoftRedisCache",
            "LOCATION": f"redis://127.0.0.1:{server.port}",
            "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
        }
    }
    yield server
    caches["default"]._cache.get_client().connection_pool.disconnect()
    server.stop()


def test_signing_in_and_out_with_redis(server, alice):
    client = browser(alice)
    assert is_in(client)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    assert not is_in(Client(headers={"Cookie": f"sessionid={key}"}))


def test_who_is_in_stays_in_and_can_sign_out_for_good(server, alice):
    stays, leaves, tokens = browser(alice), browser(alice), program(alice)
    key = leaves.cookies["sessionid"].value
    server.stop()
    assert is_in(stays)
    assert stays.get("/profile/sessions/").status_code == 200
    assert leaves.post("/accounts/logout/").status_code == 302
    assert tokens.post("/api/v1/auth/logout/", content_type="application/json").status_code == 204
    assert refreshed(tokens.pair["refresh"]).status_code == 401
    gone = Client(headers={"Cookie": f"sessionid={key}"})
    assert not is_in(gone)
    server.start()
    assert not is_in(gone), "the data is back, the row is not"
    assert is_in(stays)


def test_signing_in_is_unavailable(server, alice):
    server.stop()
    client, response = log_in("alice")
    assert response.status_code == 503
    assert not is_in(client)
    server.start()
    assert log_in("alice")[1].status_code == 302


def test_data_that_got_lost_begins_anew_under_the_same_key(server, alice):
    client = browser(alice)
    key = client.cookies["sessionid"].value
    with redis.Redis(port=server.port) as connection:
        connection.flushall()
    assert client.post("/profile/", {"display_name": "A", "language": "", "time_zone": ""}).status_code == 302
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": "correct horse 7", "password1": "another horse 8", "password2": "another horse 8"},
    )
    assert answer.status_code == 302
    assert client.cookies["sessionid"].value != key
    assert is_in(client)
