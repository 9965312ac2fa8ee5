"""I9: direct rooms, hidden and coming back."""

import pytest

from tests.reliability.checker_tests.story import Story
from tests.reliability.checker_tests.world import ALICE, BOB, OPEN, PRIVATE

pytestmark = pytest.mark.once


@pytest.fixture
def direct():
    """Alice and Bob write to each other in what is the private room elsewhere."""
    story = Story()
    room = story.rooms[PRIVATE]
    room.rows.clear()
    room.head = room.last_seq = 0
    room.members, room.marks = {ALICE: (0, 0)}, {ALICE: 0}
    for name in ("alice.1", "bob.1"):
        story.disconnect(name)
        story.files[name] = story.files[name][:1]
    story.note("admin", "open", user=ALICE, room=PRIVATE, begun=story.t, acked=story.t + 0.01)
    story.connect("alice.1")
    story.say("alice.1", PRIVATE, "the first word")
    room.members[BOB], room.marks[BOB] = (0, 0), 0
    story.connect("bob.1")
    return story


def hide(story):
    """Bob hides it; both sides know."""
    hidden = story.note("admin", "hide", room=PRIVATE, user=BOB, begun=story.t, acked=story.t + 0.02)
    story.note("bob.1", "left", conn=story.conns["bob.1"], room=PRIVATE, event_seq=0, reason="hidden")
    story.hidden = {(PRIVATE, BOB)}
    return hidden


def ended(story):
    story.end().dump["rooms"][str(PRIVATE)]["kind"] = "direct"
    for member in story.dump["members"]:
        member["hidden"] = (member["room"], member["user"]) in getattr(story, "hidden", ())
    if getattr(story, "hidden", ()):
        for op in ("final", "fresh"):
            held = story.last("bob.1", op)
            held["rooms"] = [room for room in held["rooms"] if room["id"] != PRIVATE]
    return story


def test_a_direct_room_that_nobody_hides(direct, found):
    direct.say("bob.1", PRIVATE, "and the second")
    assert found(ended(direct)) == []


def test_a_hidden_room_is_quiet(direct, found):
    hide(direct)
    direct.wait(3)
    assert found(ended(direct)) == []


def test_a_hidden_room_is_there_again_with_the_next_message(direct, found):
    hide(direct)
    direct.hidden = set()
    direct.wait(3)
    told = {"user_seq": 1, "rooms": [direct.stated(direct.rooms[PRIVATE], BOB)], "gone": []}
    direct.say("alice.1", PRIVATE, "are you there?")
    for record in direct.files["bob.1"][-1:]:
        direct.files["bob.1"].remove(record)
    direct.note("bob.1", "rooms", conn=direct.conns["bob.1"], **told, via="changed")
    direct.overhear("bob.1", PRIVATE)
    assert found(ended(direct)) == []


@pytest.mark.parametrize("op", ["hello", "event", "rooms", "heads"])
def test_a_hidden_room_is_told_of(direct, found, op):
    hide(direct)
    direct.wait(3)
    room, conn = direct.rooms[PRIVATE], direct.conns["bob.1"]
    stated = [direct.stated(direct.rooms[OPEN], BOB), direct.stated(room, BOB)]
    match op:
        case "hello":
            direct.disconnect("bob.1")
            direct.connect("bob.1")
        case "event":
            direct.note("bob.1", "event", conn=conn, cmd="typing", room=PRIVATE)
        case "rooms":
            direct.note("bob.1", "rooms", conn=conn, user_seq=1, rooms=stated, gone=[], via="rooms")
        case "heads":
            direct.note("bob.1", "heads", conn=conn, user_seq=2, rooms={str(PRIVATE): room.head})
    assert found(ended(direct)) == ["I9"]


def test_a_direct_room_is_told_of_before_its_first_message(direct, found):
    """Bob is in it from the start, and must not know."""
    for record in direct.files["alice.1"]:
        if record["op"] == "ask" and record.get("room") == PRIVATE and record["cmd"] == "message.send":
            record["t"] = direct.t + 5
    assert "I9" in found(ended(direct))


def test_a_direct_room_is_told_of_to_somebody_else(direct, found):
    direct.overhear("carol.1", PRIVATE)
    assert set(found(ended(direct))) == {"I4", "I9"}


def test_a_hidden_room_is_held_in_the_end(direct, found):
    hide(direct)
    direct.hidden = set()
    ended(direct)
    next(one for one in direct.dump["members"] if (one["room"], one["user"]) == (PRIVATE, BOB))["hidden"] = True
    assert found(direct) == ["I14"]
