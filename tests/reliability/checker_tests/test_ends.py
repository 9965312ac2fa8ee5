"""I14, I15: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker_tests.story import final, fresh
from tests.reliability.checker_tests.world import CAROL, OPEN, PRIVATE, YOUNG, digest

pytestmark = pytest.mark.once


# --- I14: convergence ---


def test_somebody_holds_an_old_state(story, found):
    row = story.say("alice.1", OPEN, "first")
    old = story.told(row)
    story.edit("alice.1", OPEN, row, "second")
    final(story.end(), "bob.1", OPEN)["rows"][str(row["seq"])] = f"{old['event_seq']}:{old['state']}"
    assert found(story) == ["I14"]


def test_somebody_holds_another_reaction(story, found):
    held = final(story.end(), "bob.1", OPEN)["rows"]
    held["3"] = held["3"].partition(":")[0] + ":" + digest("another reaction")
    assert found(story) == ["I14"]


def test_somebody_holds_a_message_more(story, found):
    final(story.end(), "bob.1", OPEN)["rows"]["99"] = f"99:{digest('?')}"
    assert found(story) == ["I14"]


def test_somebody_holds_a_room_more(story, found):
    rooms = story.end().last("carol.1", "final")["rooms"]
    rooms.append(rooms[0] | {"id": PRIVATE})
    assert found(story) == ["I14"]


def test_two_fresh_fetches_differ(story, found):
    for held in (final(story.end(), "carol.1", OPEN)["rows"], fresh(story, "carol.1", OPEN)["rows"]):
        held["3"] = held["3"].partition(":")[0] + ":" + digest("only carol sees this")
    assert found(story) == ["I14"]


def test_a_fresh_fetch_is_not_what_the_database_has(story, found):
    del fresh(story.end(), "carol.1", OPEN)["rows"]["3"]
    assert found(story) == ["I14"]


def test_a_fresh_fetch_holds_what_nobody_has(story, found):
    fresh(story.end(), "carol.1", OPEN)["rows"]["99"] = f"99:{digest('?')}"
    assert found(story) == ["I14"]


def test_a_fresh_fetch_is_of_another_epoch(story, found):
    story.end()
    for op in ("final", "fresh"):
        story.last("carol.1", op)["epoch"] = "another"
    assert found(story) == ["I14"]


def test_a_fresh_fetch_lacks_a_room(story, found):
    story.end().last("carol.1", "fresh")["rooms"].pop()
    assert found(story) == ["I14"]


@pytest.mark.parametrize("member", ["last_read_seq", "unread", "mentions"])
def test_a_mark_differs_from_a_fresh_one(story, found, member):
    final(story.end(), "carol.1", OPEN)[member] += 1
    assert found(story) == ["I14"]


def test_a_mark_differs_from_the_database(story, found):
    member = next(one for one in story.end().dump["members"] if (one["room"], one["user"]) == (OPEN, CAROL))
    member["last_read_seq"] += 1
    assert found(story) == ["I14"]


def test_a_mark_that_the_dump_does_not_know_is_not_compared(story, found):
    for member in story.end().dump["members"]:
        member["last_read_seq"] = None
    assert found(story) == []


def test_nobody_looked_afresh(story, found):
    story.end().files["bob.1"].pop()
    assert found(story) == ["I14"]


# --- I15: counts ---


@pytest.mark.parametrize("member", ["unread", "mentions"])
def test_a_count_is_no_recount(story, found, member):
    for room in (final(story.end(), "carol.1", OPEN), fresh(story, "carol.1", OPEN)):
        room[member] += 1
    assert found(story) == ["I15"]


def test_a_statement_counts_wrongly(story, found):
    story.disconnect("carol.1")
    story.connect("carol.1")
    story.last("carol.1", "hello")["rooms"][0]["unread"] += 1
    assert found(story.end()) == ["I15"]


@pytest.mark.parametrize("cmd", ["read", "unread"])
def test_an_answer_about_a_mark_counts_wrongly(story, found, cmd):
    story.say("alice.1", OPEN, "one more")
    assert story.read("carol.1", OPEN, 4, cmd)["unread"] > 0
    story.last("carol.1", "ack", cmd=cmd)["unread"] -= 1
    assert found(story.end()) == ["I15"]


def test_a_mention_of_all_is_counted(story, found):
    for message in story.end().dump["messages"]:
        message["mentions"] = {"users": message["mentions"], "all": False}
    assert found(story) == []
    told = [one for one in story.dump["messages"] if one["room"] == YOUNG and one["kind"] == "message"]
    told[-1]["mentions"] = {"users": [], "all": True}
    assert found(story) == []
    told[-1]["mentions"]["all"] = False
    assert found(story) == ["I15"]
