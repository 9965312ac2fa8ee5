"""I5, I6: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker_tests.story import final
from tests.reliability.checker_tests.world import BOB, CAROL, OPEN, PRIVATE, YOUNG, digest

pytestmark = pytest.mark.once


# --- I5: completeness ---


def test_a_frame_is_empty(story, found):
    story.say("alice.1", OPEN, "not for bob")
    story.last("bob.1", "changes")["rows"] = []
    assert found(story.end()) == ["I5"]


def test_a_sync_leaves_a_message_out(story, found):
    story.disconnect("bob.1")
    after = story.rooms[OPEN].head
    for text in ("one", "two", "three"):
        story.say("alice.1", OPEN, text)
    story.connect("bob.1")
    del story.sync("bob.1", OPEN, after)["rows"][1]
    assert found(story.end()) == ["I5"]


def test_a_sync_leaves_a_message_out_for_one_who_only_reads(story, found):
    story.remove(BOB, OPEN)
    after = story.rooms[OPEN].head
    story.say("alice.1", OPEN, "anybody may read this")
    story.sync("bob.1", OPEN, after)["rows"] = []
    assert found(story.end()) == ["I5"]


def test_a_message_is_missing_in_the_end(story, found):
    del final(story.end(), "bob.1", OPEN)["rows"]["3"]
    assert found(story) == ["I5"]


def test_what_was_not_loaded_is_not_missing(story, found):
    room = final(story.end(), "bob.1", OPEN)
    del room["rows"]["1"]
    room["low"] = 2
    assert found(story) == []


def test_a_room_that_was_not_looked_at_is_not_missing(story, found):
    final(story.end(), "bob.1", OPEN).update(rows={}, low=None)
    assert found(story) == []


def test_a_cursor_is_behind_in_the_end(story, tmp_path):
    row = story.say("alice.1", OPEN, "not for bob")
    final(story.end(), "bob.1", OPEN)["cursor"] -= 1
    [violation] = story.check(tmp_path)
    assert violation.invariant == "I5"
    assert violation.records[1][1]["id"] == row["id"], "the slice names the change that did not come"


def test_a_room_is_missing_in_the_end(story, found):
    story.end().last("bob.1", "final")["rooms"].pop(0)
    assert found(story) == ["I5"]


def test_somebody_is_not_connected_in_the_end(story, found):
    story.disconnect("bob.1")
    assert found(story.end()) == ["I5"]


@pytest.mark.parametrize(("code", "broken"), [(1000, []), (1012, ["I5"]), (4401, ["I5"])])
def test_who_went_need_not_be_there(story, found, code, broken):
    story.disconnect("bob.1", code)
    assert found(story.end()) == broken


def test_who_was_signed_out_need_not_be_there(story, found):
    story.note("admin", "revoke", user=BOB, client=None, begun=story.t, acked=story.t, how="deactivated")
    story.disconnect("bob.1", 4403)
    assert found(story.end()) == []


def test_who_else_was_signed_out_is_no_excuse(story, found):
    story.note("admin", "revoke", user=CAROL, client=None, begun=story.t, acked=story.t + 9, how="logout")
    story.note("admin", "revoke", user=BOB, client="bob.2", begun=story.t, acked=story.t, how="logout")
    story.disconnect("bob.1", 4401)
    assert found(story.end()) == ["I5"]


def test_a_log_without_its_end_but_with_a_fresh_fetch(story, found):
    story.end().files["bob.1"].remove(story.last("bob.1", "final"))
    story.last("bob.1", "closed")["code"] = None
    assert found(story) == ["I5"]


def test_the_message_of_ones_own_joining_is_there(story, found):
    room = final(story.end(), "bob.1", YOUNG)
    del room["rows"][str(room["low"])]
    assert found(story) == ["I5"]


def test_a_log_that_breaks_off(story, found):
    ended = story.end().files["bob.1"]
    while ended[-1]["op"] != "changes":
        ended.pop()
    assert found(story) == ["I5"]


def test_a_change_comes_when_all_should_be_still(story, found):
    story.say("alice.1", OPEN, "slowly")
    story.last("bob.1", "changes")["t"] += 6
    assert found(story.end()) == ["I5"]


def test_a_removal_is_a_change_that_may_be_told_as_late(story, found):
    story.wait(6)
    story.remove(CAROL, OPEN)
    story.last("bob.1", "changes")["t"] += 4
    assert found(story.end()) == []


# --- I6: agreement ---


def test_a_message_was_told_that_nobody_has(story, found):
    """Published, then rolled back; the number went to another change."""
    row = story.say("alice.1", OPEN, "there to stay")
    ghost = story.told(row | {"id": 5000, "seq": row["seq"] + 1, "event_seq": story.rooms[OPEN].head + 1})
    numbers = {"room": OPEN, "from": ghost["event_seq"] - 1, "to": ghost["event_seq"]}
    story.note("bob.1", "changes", conn=0, **numbers, rows=[ghost], via="live")
    story.live.discard("bob.1")
    other = story.say("alice.1", OPEN, "under that number")
    story.live.add("bob.1")
    story.edit("alice.1", OPEN, other, "and edited, so that everybody has it in the end")
    assert found(story.end()) == ["I6"]


@pytest.mark.parametrize("name", ["alice.1", "bob.1"])
@pytest.mark.parametrize("member", ["id", "author", "hash", "msg_id"])
def test_somebody_was_told_otherwise(story, found, name, member):
    """Be it who is compared with the database, or who is compared with them."""
    row = story.say("alice.1", OPEN, "to all the same")
    told = story.last(name, "changes")["rows"][0]
    told |= {member: row[member] + 1 if isinstance(row[member], int) else digest("other"), "state": digest("other")}
    assert found(story.end()) == ["I6"]


def test_an_event_was_told_otherwise(story, found):
    story.add(CAROL, PRIVATE)
    for name in ("alice.1", "bob.1"):
        story.last(name, "changes")["rows"][0]["system"] = {"event": "added", "user": 99}
    assert found(story.end()) == ["I6"]


def test_one_number_has_two_contents(story, found):
    """A reaction that some were told under the number of the message itself."""
    story.say("alice.1", OPEN, "to all the same")
    story.last("bob.1", "changes")["rows"][0]["state"] = digest("with a reaction")
    assert found(story.end()) == ["I6"]


def test_all_were_told_otherwise_than_the_database_has(story, found):
    row = story.say("alice.1", OPEN, "to all the same")
    kept = next(one for one in story.end().dump["messages"] if one["id"] == row["id"])
    kept["author"] = BOB
    assert "I6" in found(story)


def test_a_message_that_nobody_typed(story, found):
    room = story.rooms[OPEN]
    story.deliver(OPEN, story.row(room, BOB, "I never said that", msg_id="unknown"))
    assert found(story.end()) == ["I6"]


def test_a_text_that_nobody_typed(story, found):
    row = story.say("alice.1", OPEN, "my words")
    story.change(OPEN, row, hash=digest("other words"), edited=True)
    story.deliver(OPEN, row)
    assert "I6" in found(story.end())
