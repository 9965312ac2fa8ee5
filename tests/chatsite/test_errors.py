"""One table of what is raised and what each door says of it."""

import json

import pytest
from django.test import Client

from chatsite import errors
from tests.chatsite.door_urls import RAISED

pytestmark = [pytest.mark.usefixtures("place_set_up"), pytest.mark.urls("tests.chatsite.door_urls")]

TABLE = {
    "list": ("invalid", 400),
    "fields": ("invalid", 400),
    "drf-fields": ("invalid", 400),
    "parse": ("invalid", 400),
    "not-authenticated": ("unauthenticated", 401),
    "bad-token": ("unauthenticated", 401),
    "unauthenticated": ("unauthenticated", 401),
    "second-factor": ("second_factor_required", 401),
    "email": ("email_unverified", 401),
    "denied": ("forbidden", 403),
    "drf-denied": ("forbidden", 403),
    "http404": ("not_found", 404),
    "missing": ("not_found", 404),
    "drf-missing": ("not_found", 404),
    "method": ("method_not_allowed", 405),
    "media": ("unsupported_media_type", 415),
    "conflict": ("conflict", 409),
    "large": ("too_large", 413),
    "request-large": ("too_large", 413),
    "limit": ("rate_limited", 429),
    "throttled": ("rate_limited", 429),
    "slow": ("slow_mode", 429),
    "unavailable": ("unavailable", 503),
    "down": ("unavailable", 503),
    "full": ("storage_full", 507),
    "data": ("invalid", 400),
    "surrogate": ("invalid", 400),
    "suspicious": ("invalid", 400),
    "bug": ("internal", 500),
}


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_every_exception_has_its_row():
    assert set(TABLE) == set(RAISED)


@pytest.mark.parametrize("name", TABLE)
def test_three_doors_say_the_same(client, name):
    code, status = TABLE[name]
    frame = errors.socket_error(RAISED[name](), "abc")
    api = client.get(f"/api/v1/raise/{name}/")
    page = client.get(f"/raise/{name}/")

    assert (frame["code"], api.status_code, page.status_code) == (code, status, status)
    assert api["Content-Type"] == "application/problem+json"
    document = json.loads(api.content)
    assert document["code"] == code
    assert document["status"] == status
    assert document["detail"] == frame["message"]
    assert document["request_id"] == api["X-Request-ID"]
    assert document.get("errors") == frame.get("errors")
    assert document.get("retry_after") == frame.get("retry_after")
    assert api.headers.get("Retry-After") == (str(frame["retry_after"]) if "retry_after" in frame else None)
    assert page["Content-Type"].startswith("text/html")
    assert ("WWW-Authenticate" in api) == (status == 401)


@pytest.mark.parametrize("name", TABLE)
def test_no_answer_holds_a_trace_or_an_inside(client, name):
    for answer in (client.get(f"/api/v1/raise/{name}/"), client.get(f"/raise/{name}/")):
        text = answer.content.decode()
        for inside in ("Traceback", "secret detail", "10.0.0.7", "Room", "/etc/passwd", "PostgreSQL", "Error("):
            assert inside not in text


def test_field_errors_are_named_and_the_whole_goes_into_the_sentence(client):
    document = client.get("/api/v1/raise/fields/").json()
    assert document["errors"] == {"name": ["Too short."]}
    assert document["detail"] == "Not so."
    nested = client.get("/api/v1/raise/drf-fields/").json()
    assert nested["errors"] == {"rooms.1.name": ["Too short."]}


def test_an_unexpected_error_is_logged_with_its_trace_under_the_request(client, caplog):
    answer = client.get("/api/v1/raise/bug/")
    assert answer.json()["code"] == "internal"
    (record,) = [r for r in caplog.records if r.exc_info]
    assert record.exc_info[0] is ZeroDivisionError


def test_a_socket_error_that_nobody_expected_is_logged(caplog):
    errors.socket_error(ZeroDivisionError("secret detail"), "abc")
    (record,) = [r for r in caplog.records if r.exc_info]
    assert record.name == "chatsite.refusals"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/nothing", "/api/v2/"])
def test_unknown_api_addresses_answer_with_a_problem(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_unknown_page(client):
    answer = client.get("/nothing/at/all/")
    assert answer.status_code == 404
    assert errors.sentence_of("not_found") in answer.content.decode()


def test_wrong_method_and_wrong_media_type(client):
    assert client.put("/api/v1/echo/", {}, content_type="application/json").json()["code"] == "method_not_allowed"
    assert client.post("/api/v1/echo/", "<a/>", content_type="text/xml").json()["code"] == "unsupported_media_type"


def test_an_accept_header_that_nobody_can_please_gets_json(client):
    answer = client.post(
        "/api/v1/echo/", {"name": "a"}, content_type="application/json", headers={"Accept": "text/xml"}
    )
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/raise/a%00b/", "/fine/?q=%00"])
def test_nul_in_an_address_is_invalid(client, path):
    assert client.get(path).status_code == 400


def test_a_form_without_its_token_is_told_so():
    answer = Client(enforce_csrf_checks=True).post("/fine/", {"a": "b"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
    api = Client(enforce_csrf_checks=True).post("/api/v1/nothing/", {"a": "b"})
    assert api.json()["code"] == "forbidden"


def test_the_browser_gets_refusals_as_pages_of_the_browsable_api(client):
    answer = client.get("/api/v1/raise/missing/", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
