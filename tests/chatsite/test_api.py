"""What the API takes in: JSON and nothing like it, members and types as named."""

import json

import pytest
from django.test import Client, RequestFactory
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request

from accounts.models import User
from chatsite.api import CursorPagination, strict_object, whole_number, without_inline_styles

pytestmark = [pytest.mark.usefixtures("place_set_up"), pytest.mark.urls("tests.chatsite.door_urls")]


@pytest.fixture
def post():
    def post(body):
        return Client().post("/api/v1/echo/", body, content_type="application/json")

    return post


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"7",
        b"null",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"size": 1e999}',
        b'{"name": "a", "name": "b"}',
        b'{"name": {"a": 1, "a": 2}}',
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": "\xff"}',
        b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name": ' + b"[" * 20 + b"]" * 20 + b"}",
        b'{"size": ' + b"9" * 5000 + b"}",
        b"{'name': 'a'}",
        b'{"name": "a"} {}',
    ],
)
def test_what_is_not_strict_json_is_refused(body, post):
    with pytest.raises(ParseError):
        strict_object(body)
    if body:
        answer = post(body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_pairs_of_surrogates_and_marks_of_direction_are_text():
    assert strict_object(b'{"name": "\\ud83d\\ude00\\u202e"}') == {"name": "\U0001f600\u202e"}


def test_a_body_over_the_limit_is_too_large(post):
    answer = post(json.dumps({"name": "x" * 1_000_000}))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"name"}),
        ({"name": "a", "colour": 1, "taste": 2}, {"colour", "taste"}),
        ({"name": 7}, {"name"}),
        ({"name": True}, {"name"}),
        ({"name": ["a"]}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": "a", "size": "7"}, {"size"}),
        ({"name": "a", "size": 7.0}, {"size"}),
        ({"name": "a", "size": True}, {"size"}),
        ({"name": "a", "open": 1}, {"open"}),
        ({"name": "a", "open": "yes"}, {"open"}),
        ({"name": "abcdefghijk"}, {"name"}),
    ],
)
def test_unknown_members_and_wrong_types_are_named(sent, wrong, post):
    answer = post(json.dumps(sent))
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == wrong


def test_what_is_right_is_taken(post):
    assert post('{"name": "a", "size": null, "open": true}').json() == {"name": "a", "size": None, "open": True}


def asked(query):
    return Request(RequestFactory().get(f"/api/v1/things/?{query}"))


@pytest.mark.parametrize("given", ["0", "101", "-1", "", "x", "1.5", "%D9%A1", "1_0", "+5", "%205", "9" * 30])
def test_a_limit_outside_is_invalid(given):
    with pytest.raises(ValidationError):
        CursorPagination().get_page_size(asked(f"limit={given}"))


def test_a_limit_inside_is_taken():
    assert CursorPagination().get_page_size(asked("limit=100")) == 100
    assert CursorPagination().get_page_size(asked("")) == 50
    assert whole_number(asked("after=-3"), "after", low=-5) == -3


def test_lists_come_in_pages():
    people = [User.objects.create(username=f"person{n}") for n in range(5)]
    seen, query = [], "limit=2"
    while query:
        pages = CursorPagination()
        seen += pages.paginate_queryset(User.objects.all(), asked(query))
        answer = pages.get_paginated_response([]).data
        assert set(answer) == {"next", "previous", "results"}
        query = (answer["next"] or "").partition("?")[2]
    assert seen == people


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "%ff", "bz1hYmM=", "cD0lMDA="])
def test_a_cursor_that_was_never_given_is_invalid(cursor):
    with pytest.raises(ValidationError) as refusal:
        CursorPagination().paginate_queryset(User.objects.all(), asked(f"cursor={cursor}"))
    assert set(refusal.value.detail) == {"cursor"}


def test_a_cursor_beyond_every_id_finds_nothing():
    # p=99999999999999999999999999
    cursor = "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ=="
    assert CursorPagination().paginate_queryset(User.objects.all(), asked(f"cursor={cursor}")) == []


def test_the_browsable_api_has_no_inline_styles_and_keeps_the_data():
    answer = Client().get("/api/v1/echo/", headers={"Accept": "text/html"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<style" not in page
    assert 'style="' not in page.replace("&quot;", "")
    assert "style=\\&quot;color:red\\&quot;" in page
    assert " onclick=" not in page


def test_only_inline_styles_go():
    assert (
        without_inline_styles('<p class="a" style="b: c">style="d"</p><style>e\n</style>')
        == '<p class="a">style="d"</p>'
    )
