"""Around every request: its id, its line in the log, no caching, and the content security policy."""

import logging

import pytest
from django.test import Client

from accounts.models import User
from chatsite.request_ids import current_request_id, new_request_id

pytestmark = [pytest.mark.usefixtures("place_set_up"), pytest.mark.urls("tests.chatsite.door_urls")]

PATHS = [
    "/fine/",
    "/raise/missing/",
    "/raise/bug/",
    "/raise/down/",
    "/nothing/",
    "/nothing",
    "/api/v1/raise/bug/",
    "/api/v1/raise/limit/",
    "/api/v1/nothing",
    "/fine/?q=%00",
    "/ping",
    "/health",
    "/ready",
    "/metrics",
]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_its_headers(client, path):
    answer = client.get(path)
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Request-ID"]


def test_a_view_may_say_otherwise_about_caching(client):
    assert client.get("/cached/")["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize("offered", ["a", "A-b_c.9", "x" * 64])
def test_a_well_formed_id_is_taken(client, offered):
    assert client.get("/fine/", headers={"X-Request-ID": offered})["X-Request-ID"] == offered


@pytest.mark.parametrize("offered", ["", "x" * 65, "a b", "a\n", "ü", '"', "a;b", "\ud800"])
def test_any_other_is_replaced(offered):
    assert new_request_id(offered) not in ("", offered)
    assert new_request_id(offered) != new_request_id(offered)


def test_the_id_ends_with_its_request(client):
    client.get("/fine/")
    assert current_request_id() == ""


def test_a_request_is_logged_once_without_its_query(client, caplog):
    with caplog.at_level(logging.INFO, "chatsite.requests"):
        client.get("/fine/?ticket=hush")
    (record,) = [r for r in caplog.records if r.name == "chatsite.requests"]
    assert (record.method, record.path, record.status, record.user) == ("GET", "/fine/", 200, None)
    assert record.ms >= 0
    assert "hush" not in str(vars(record))


def test_a_refusal_is_logged_once(client, caplog):
    client.get("/api/v1/raise/missing/")
    client.get("/raise/missing/")
    assert [r.name for r in caplog.records if r.name.startswith("django")] == []


def test_probes_are_logged_at_debug_alone(client, caplog):
    with caplog.at_level(logging.INFO, "chatsite.requests"):
        client.get("/health")
    assert not [r for r in caplog.records if r.name == "chatsite.requests"]


def test_a_page_is_refused_clearly_when_the_database_is_down_for_it_too(client, monkeypatch):
    from django.db import OperationalError

    def down(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("django.template.loader.render_to_string", _failing_with(down))
    answer = client.get("/raise/missing/")
    assert answer.status_code == 404
    assert "nothing that you may see" in answer.content.decode()


def _failing_with(down):
    from django.template.loader import render_to_string

    def render(name, context=None, request=None, using=None):
        return down() if request else render_to_string(name, context)

    return render


def test_a_log_line_never_holds_the_query(client):
    from django.conf import settings

    processors = settings.LOGGING["formatters"]["lines"]["foreign_pre_chain"]
    request = client.get("/fine/?ticket=hush").wsgi_request
    event = {"_record": logging.makeLogRecord({"request": request, "name": "django.security", "levelname": "ERROR"})}
    for processor in processors:
        event = processor(None, "error", event)
    event.pop("_record")
    assert "hush" not in str(event)
    assert event["path"] == "/fine/"


def test_the_user_is_logged_if_somebody_asked_who_it_was():
    from django.test import RequestFactory

    from chatsite.middleware import _known_user

    request = RequestFactory().get("/")
    assert _known_user(request) is None
    request.user = User(pk=7)
    assert _known_user(request) == 7
