"""I9 and I10: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker import Rules
from tests.reliability.checker_tests.story import invariants
from tests.reliability.checker_tests.world import BOB, CAROL, OPEN, PRIVATE, YOUNG

pytestmark = pytest.mark.once


def overhear(story, name, room):
    """The newest change, to somebody who is no member, as if they were one still."""
    here = story.rooms[room]
    row = story.told(max(here.rows.values(), key=lambda row: row["event_seq"]))
    numbers = {"room": room, "from": row["event_seq"] - 1, "to": row["event_seq"]}
    return story.note(name, "changes", conn=story.conns[name], **numbers, rows=[row], via="live")


# --- I9: confidentiality ---


def test_the_removal_itself_is_told_to_who_was_removed(story, found):
    story.remove(BOB, PRIVATE, heard=False)
    overhear(story, "bob.1", PRIVATE)
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("room", [PRIVATE, OPEN])
def test_a_message_is_told_behind_a_removal(story, found, room):
    story.remove(BOB, room, heard=False)
    overhear(story, "bob.1", room)
    story.say("alice.1", room, "without bob")
    overhear(story, "bob.1", room)
    assert found(story.end()) == ["I9"]


def test_a_message_is_told_to_who_was_never_there(story, found):
    story.say("alice.1", PRIVATE, "without carol")
    told = overhear(story, "carol.1", PRIVATE)
    story.note("carol.1", "changes", conn=0, **{k: told[k] for k in ("room", "from", "to", "rows")}, via="sync")
    story.files["carol.1"].remove(told)
    assert found(story.end()) == ["I9"]


def test_a_range_begins_before_the_joining(story, found):
    story.disconnect("bob.1")
    after = story.rooms[PRIVATE].head
    story.remove(BOB, PRIVATE)
    story.add(BOB, PRIVATE)
    story.connect("bob.1")
    story.sync("bob.1", PRIVATE, after)
    assert found(story.end()) == ["I9"]


def test_an_old_message_is_shown_because_it_was_edited(story, found):
    """By the number of the edit and not by that of the message."""
    row = next(row for row in story.rooms[YOUNG].rows.values() if row["kind"] == "message")
    story.edit("bob.1", YOUNG, row, "from before bob came again")
    story.last("bob.1", "changes")["rows"] = [story.told(row)]
    assert found(story.end()) == ["I9"]


def test_history_from_before_the_joining(story, found):
    rows = [story.told(row) for row in story.rooms[YOUNG].rows.values()]
    story.history("bob.1", YOUNG)["rows"] = rows
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("room", [PRIVATE, YOUNG])
def test_history_behind_a_removal(story, found, room):
    story.remove(BOB, room)
    story.history("bob.1", room)
    assert found(story.end()) == ["I9"]


def test_an_empty_history_behind_a_removal(story, found):
    story.remove(BOB, PRIVATE)
    story.history("bob.1", PRIVATE)["rows"] = []
    assert found(story.end()) == ["I9"]


def test_the_removal_itself_is_in_an_answer_that_was_begun_before(story, found):
    answer = story.history("bob.1", PRIVATE)
    story.remove(BOB, PRIVATE)
    answer["rows"].append(story.told(story.rooms[PRIVATE].rows[story.rooms[PRIVATE].last_seq]))
    assert found(story.end()) == ["I9"]


def test_what_is_told_at_the_joining_itself(story, found):
    story.add(CAROL, PRIVATE)
    head = story.rooms[PRIVATE].head
    story.note("carol.1", "room", conn=0, room={"id": PRIVATE, "head": head, "name": "New"})
    story.note("carol.1", "heads", conn=0, user_seq=2, rooms={str(PRIVATE): head})
    assert found(story.end()) == []


def test_rights_are_read_before_rows(story, found):
    """The head was read while he was a member, the rows were not."""
    answer = story.history("bob.1", PRIVATE)
    story.remove(BOB, PRIVATE)
    row = story.say("alice.1", PRIVATE, "without bob")
    answer["rows"].append(story.told(row))
    assert found(story.end()) == ["I9"]


def test_an_answer_behind_a_removal(story, found):
    story.remove(BOB, PRIVATE)
    after = story.rooms[PRIVATE].head
    story.say("alice.1", PRIVATE, "without bob")
    story.sync("bob.1", PRIVATE, after)
    assert found(story.end()) == ["I9"]


def test_a_room_is_stated_to_who_was_removed(story, found):
    stated = story.stated(story.rooms[PRIVATE], BOB)
    story.remove(BOB, PRIVATE)
    story.note(
        "bob.1", "rooms", conn=0, user_seq=2, rooms=[stated | {"head": stated["head"] + 1}], gone=[], via="rooms"
    )
    assert found(story.end()) == ["I9"]


def test_a_new_name_is_told_behind_a_removal(story, found):
    story.remove(BOB, PRIVATE)
    story.note("bob.1", "room", conn=0, room={"id": PRIVATE, "head": story.rooms[PRIVATE].head, "name": "New"})
    assert found(story.end()) == ["I9"]


def test_a_head_is_told_behind_a_removal(story, found):
    story.remove(BOB, PRIVATE)
    story.note("bob.1", "heads", conn=0, user_seq=2, rooms={str(PRIVATE): story.rooms[PRIVATE].head})
    assert found(story.end()) == ["I9"]


# --- I10: revocation ---


def remove_and_hear(story, after, *, faults=(), room=PRIVATE):
    """A removal, and a receipt of that room `after` seconds behind its ack."""
    for kind, phase in faults:
        story.note("admin", "fault", kind=kind, phase=phase, detail="")
    removal = story.remove(BOB, room)
    story.wait(removal["acked"] + after - story.t - 0.01)
    story.note("bob.1", "event", conn=0, cmd="read", room=room)
    return story.end()


@pytest.mark.parametrize(
    ("after", "faults", "broken"),
    [
        (0.9, [], []),
        (1.1, [], ["I10"]),
        (2.9, [("kill_worker", "begin")], []),
        (3.1, [("kill_worker", "begin")], ["I10"]),
        (4.9, [("redis_kill", "begin")], []),
        (5.1, [("redis_kill", "begin")], ["I10"]),
        (4.9, [("redis_stop", "begin"), ("redis_stop", "end")], []),
        (2.9, [("postgres_stop", "begin")], ["I10"]),
    ],
)
def test_an_event_of_a_room_behind_a_removal(story, found, after, faults, broken):
    assert found(remove_and_hear(story, after, faults=faults)) == broken


def test_a_fault_that_was_long_over_excuses_nothing(story, found):
    for phase in ("begin", "end"):
        story.note("admin", "fault", kind="redis_kill", phase=phase, detail="")
    story.wait(10)
    assert found(remove_and_hear(story, 2)) == ["I10"]


def test_the_rules_may_be_others(story, tmp_path):
    assert invariants(remove_and_hear(story, 1.5).check(tmp_path, Rules(revoke_ms=2000))) == []


def test_who_is_back_hears_the_room_again(story, found):
    story.remove(BOB, PRIVATE)
    story.add(BOB, PRIVATE)
    story.wait(2)
    story.say("alice.1", PRIVATE, "welcome back")
    assert found(story.end()) == []


def test_an_answer_may_follow_a_removal(story, found):
    story.remove(BOB, OPEN)
    story.wait(2)
    story.history("bob.1", OPEN)
    assert found(story.end()) == []


def test_room_left_comes_late(story, found):
    removal = story.remove(BOB, PRIVATE)
    story.last("bob.1", "left")["t"] = removal["acked"] + 1.5
    assert found(story.end()) == ["I10"]


def sign_out(story, **fields):
    return story.note("admin", "revoke", user=CAROL, begun=story.t, acked=story.t + 0.02, how="logout", **fields)


@pytest.mark.parametrize(("after", "broken"), [(0.5, []), (1.5, ["I10"])])
@pytest.mark.parametrize("fields", [{"client": "carol.1", "conn": 0}, {"client": "carol.1"}, {"client": None}])
def test_a_frame_behind_the_end_of_a_session(story, found, fields, after, broken):
    sign_out(story, **fields)
    story.wait(after)
    story.say("alice.1", OPEN, "carol hears it")
    story.disconnect("carol.1", 4401)
    assert found(story.end()) == broken


def test_another_session_goes_on(story, found):
    sign_out(story, client="carol.1", conn=0)
    story.disconnect("carol.1", 4401)
    story.connect("carol.1")
    story.wait(2)
    story.say("alice.1", OPEN, "carol hears it")
    assert found(story.end()) == []
