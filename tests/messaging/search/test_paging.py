"""Page by page: nothing twice and nothing left out, whatever is said meanwhile."""

import pytest

from messaging.search import finding, lookup
from messaging.search import query as queries
from messaging.search.finding import find
from tests.messaging.search.conftest import say, seen


def walk(user, box, *, limit, between=lambda: None) -> list[int]:
    ids, below = [], None
    for _page in range(500):
        found = find(user, queries.read(box), below=below, limit=limit)
        assert len(found.messages) <= limit
        ids += seen(found.messages)
        if found.next is None:
            return ids
        below = found.next
        between()
    raise AssertionError("There is no end.")


@pytest.fixture
def tea(room, alice):
    return [say(alice, room, f"tea {number}") for number in range(23)]


@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24])
def test_pages_hold_everything_once(tea, alice, limit):
    assert walk(alice, "tea", limit=limit) == [row.pk for row in reversed(tea)]


def test_new_messages_move_nothing(tea, room, alice):
    ids = walk(alice, "tea", limit=5, between=lambda: say(alice, room, "new tea"))
    assert ids == [row.pk for row in reversed(tea)]


def test_what_only_looks_like_it_ends_a_page_and_not_the_search(room, alice, monkeypatch):
    monkeypatch.setattr(finding, "MOST_LOOKED_AT", 4)
    monkeypatch.setattr(lookup, "FIRST", 2)
    right = say(alice, room, "resting")
    for number in range(12):
        say(alice, room, f"restart, sting, testing nest {number}")
    assert walk(alice, "resting", limit=5) == [right.pk]
    assert find(alice, queries.read("resting"), limit=5).messages == []


@pytest.mark.parametrize("box", ["resting", "resting has:link"])
def test_what_is_meant_is_found_behind_much_that_only_looks_like_it(room, alice, bob, box):
    right = [say(alice, room, f"resting {number} https://example.org") for number in range(3)]
    for number in range(40):
        say(alice, room, f"restart, sting, testing nest {number} https://example.org")
    assert walk(alice, box, limit=2) == [row.pk for row in reversed(right)]
    assert walk(bob, box, limit=25) == [row.pk for row in reversed(right)]


@pytest.mark.parametrize("at_once", [1, 2, 5, 2048])
def test_windows_of_any_width_find_the_same(room, alice, monkeypatch, at_once):
    """PostgreSQL looks into windows of ids; the smallest block is a single id here."""
    from messaging.search import index

    for module in (index, lookup):
        monkeypatch.setattr(module, "FINE", 0)
        monkeypatch.setattr(module, "COARSE", 2)
    monkeypatch.setattr(lookup, "AT_ONCE", at_once)
    monkeypatch.setattr(lookup, "MOST_BLOCKS", 3)
    rows = [say(alice, room, "tea" if number % 3 else "coffee") for number in range(40)]
    expected = [row.pk for row in reversed(rows) if row.body == "tea"]
    assert walk(alice, "tea", limit=4) == expected
    assert walk(alice, "tea", limit=100) == expected
