"""Where days lie among the ids, and that a search of a time finds the same wherever its messages were written down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from chatsite.realtime.commit import commit
from messaging import search
from messaging import services as messages
from messaging.search import index, lookup, spans, tokens
from messaging.search import query as queries
from messaging.search.finding import find
from rooms import services
from tests.messaging.search.conftest import bodies, say

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = tokens.day_of(NOON)


@pytest.fixture(params=[0, 2, 10])
def bits(request, monkeypatch) -> int:
    """How many bits of an id its block leaves out."""
    monkeypatch.setattr(spans, "BITS", request.param)
    return request.param


def said_on(alice, room, *days: int) -> list:
    """A message for each of `days`, counted from NOON."""
    rows = []
    for day in days:
        row = say(alice, room, f"tea on {day}")
        search.forget(row)
        row.created_at = NOON + timedelta(days=day)
        row.save(update_fields=["created_at"])
        search.add([row])
        rows.append(row)
    return rows


def noted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM messaging_searchspan")
        return cursor.fetchone()[0]


def test_a_span_begins_and_ends_with_its_messages(room, alice, monkeypatch):
    monkeypatch.setattr(spans, "BITS", 0)
    rows = said_on(alice, room, 0, 1, 2, 40, 600)
    spans.forget_all()
    spans.note(rows)
    for first, last, begins, ends in ((0, 0, 0, 0), (0, 1, 0, 1), (1, 50, 1, 3), (-900, 1000, 0, 4), (3, 599, 3, 3)):
        span = spans.within(DAY + first, DAY + last)
        assert (span.first, span.below) == (rows[begins].pk, rows[ends].pk + 1), (first, last)
    for first, last in ((3, 39), (-10, -1), (601, 700), (5, 4)):
        assert spans.within(DAY + first, DAY + last).marks == []


def test_what_was_imported_later_is_found_in_its_time(room, alice, bits):
    """Ids do not follow time: an old conversation was written down among newer ones."""
    said_on(alice, room, 0, 1, 2, -300, -299, -298, 3, 4, -700, 5)
    for after, before in ((-300, -297), (-1000, -298), (0, 3), (4, 6), (-299, 1), (6, 9)):
        span = {"after": NOON + timedelta(days=after), "before": NOON + timedelta(days=before)}
        days = [day for day in (5, -700, 4, 3, -298, -299, -300, 2, 1, 0) if after <= day < before]
        assert bodies(alice, "tea", **span) == bodies(alice, "", **span) == [f"tea on {day}" for day in days]


def test_pages_of_a_time_hold_everything_once(room, alice, bits):
    said_on(alice, room, *range(10), *range(-5, 10))
    query, found, below = queries.read("tea", before=NOON + timedelta(days=4)), [], None
    while page := find(alice, query, below=below, limit=2):
        found += [row.body for row in page.messages]
        below = page.next
        if below is None:
            break
    assert found == [f"tea on {day}" for day in (*range(3, -6, -1), *range(3, -1, -1))]


def test_the_index_is_asked_about_the_ids_of_the_time_alone(room, alice, monkeypatch):
    monkeypatch.setattr(spans, "BITS", 0)
    asked = []

    def watched(statement, values):
        asked.append(values)
        return ids(statement, values)

    ids = lookup._ids
    rows = said_on(alice, room, 0, 1, 2, 3)
    monkeypatch.setattr(lookup, "_ids", watched)
    assert bodies(alice, "tea", before=NOON + timedelta(hours=12)) == ["tea on 0"]
    assert [(values[-3], values[-2]) for values in asked] == [(rows[0].pk, rows[0].pk + 1)]


def test_what_stands_there_is_not_noted_again(room, alice):
    row = say(alice, room, "tea")
    before = noted()
    assert before == len(tokens.DAY_BITS)
    spans.note([row])
    assert noted() == before


def test_an_edit_notes_what_no_search_knew(room, alice):
    """A message from before there was an index becomes known by being edited."""
    row = say(alice, room, "tea")
    search.forget(row)
    spans.forget_all()
    commit(messages.edit_message, alice, row.pk, body="cake", edited_at=None)
    assert bodies(alice, "cake", after=row.created_at - timedelta(days=1)) == ["cake"]


def test_rooms_alone_are_a_question_however_many(place, alice):
    rooms = [commit(services.create_room, alice, place, name=f"Room{number}") for number in range(10)]
    for room in rooms:
        say(alice, room, f"tea in {room.name}")
    box = " ".join(f"in:{room.name}" for room in rooms[:9])
    assert bodies(alice, box) == [f"tea in {room.name}" for room in reversed(rooms[:9])]


def test_tokens_of_one_number_find_nothing_else(room, private, alice, bob, dan, monkeypatch):
    """PostgreSQL keeps a number of 32 bits for each token: here all have the same, so everything is a candidate of every search."""
    monkeypatch.setattr(index, "crc32", lambda _token: 5)
    say(alice, room, "tea")
    said_on(alice, private, -9)
    say(bob, private, "cake https://example.org")
    for user, box, found in (
        (alice, "tea", ["tea on -9", "tea"]),
        (alice, "tea in:cellar", ["tea on -9"]),
        (alice, "in:kitchen", ["tea"]),
        (alice, "from:bob", ["cake https://example.org"]),
        (alice, "has:link", ["cake https://example.org"]),
        (alice, "tea before:2026-05-05", ["tea on -9"]),
        (dan, "tea", ["tea"]),
        (dan, "from:bob", []),
    ):
        assert bodies(user, box) == found, box
    assert [row.body for row in find(alice, queries.read("tea", room_id=private.pk)).messages] == ["tea on -9"]
