"""I4: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker_tests.world import BOB, CAROL, OPEN, PRIVATE, YOUNG

pytestmark = pytest.mark.once


def test_a_frame_is_missing(story, found):
    story.say("alice.1", OPEN, "not for bob")
    story.files["bob.1"].remove(story.last("bob.1", "changes"))
    story.say("alice.1", OPEN, "and on")
    assert found(story.end()) == ["I4"]


def test_a_frame_comes_twice(story, found):
    story.say("alice.1", OPEN, "twice")
    story.files["bob.1"].append(dict(story.last("bob.1", "changes")))
    assert found(story.end()) == ["I4"]


def test_two_frames_change_places(story, found):
    for text in ("one", "two"):
        story.say("alice.1", OPEN, text)
    mine = story.files["bob.1"]
    mine[-1], mine[-2] = mine[-2], mine[-1]
    assert found(story.end()) == ["I4"]


def test_the_first_frame_does_not_begin_at_the_head_that_was_told(story, found):
    story.disconnect("bob.1")
    story.say("alice.1", OPEN, "while he was away")
    story.connect("bob.1")
    told = next(room for room in story.last("bob.1", "hello")["rooms"] if room["id"] == OPEN)
    told |= {"head": told["head"] - 1}
    story.say("alice.1", OPEN, "and on")
    assert found(story.end()) == ["I4"]


def test_a_change_of_a_room_that_was_not_told(story, found):
    story.add(CAROL, PRIVATE)
    story.files["carol.1"].remove(story.last("carol.1", "rooms"))
    story.say("alice.1", PRIVATE, "to a newcomer")
    assert found(story.end()) == ["I4"]


def test_a_rejoining_goes_on_at_the_old_cursor(story, found):
    story.remove(BOB, YOUNG)
    story.add(BOB, YOUNG)
    story.last("bob.1", "rooms")["rooms"][0]["head"] += 1
    story.say("alice.1", YOUNG, "back")
    assert "I4" in found(story.end())


def test_a_row_lies_outside_of_its_frame(story, found):
    story.say("alice.1", OPEN, "one")
    row = story.last("bob.1", "changes")["rows"][0]
    story.say("alice.1", OPEN, "two")
    story.last("bob.1", "changes")["rows"].append(row)
    assert found(story.end()) == ["I4"]


def test_a_change_that_goes_nowhere(story, found):
    head = story.rooms[OPEN].head
    story.note("bob.1", "changes", conn=0, room=OPEN, **{"from": head, "to": head}, rows=[], via="live")
    assert found(story.end()) == ["I4"]


def test_a_hello_falls_behind_what_came_before(story, found):
    story.say("alice.1", OPEN, "seen by bob")
    story.disconnect("bob.1")
    story.connect("bob.1")
    hello = story.last("bob.1", "hello")
    next(room for room in hello["rooms"] if room["id"] == OPEN)["head"] -= 1
    assert found(story.end()) == ["I4"]


def test_a_reset_falls(story, found):
    head = story.rooms[OPEN].head
    story.note("bob.1", "changes", conn=0, room=OPEN, reset=True, head=head - 1, via="live")
    story.history("bob.1", OPEN)
    assert found(story.end()) == ["I4"]


def test_a_sync_begins_elsewhere_than_asked(story, found):
    story.disconnect("bob.1")
    after = story.rooms[OPEN].head
    for text in ("one", "two"):
        story.say("alice.1", OPEN, text)
    story.connect("bob.1")
    answer = story.sync("bob.1", OPEN, after)
    answer |= {"from": after + 1, "rows": answer["rows"][1:]}
    assert found(story.end()) == ["I4"]


def test_a_sync_goes_back(story, found):
    head = story.rooms[OPEN].head
    answer = story.sync("bob.1", OPEN, head)
    answer["to"] = head - 1
    assert found(story.end()) == ["I4"]


def test_a_sync_that_is_refused_says_nothing(story, found):
    story.note("bob.1", "changes", conn=0, room=PRIVATE, error="not_found", via="sync")
    assert found(story.end()) == []


def test_an_epoch_that_nobody_began(story, found):
    story.disconnect("bob.1")
    story.connect("bob.1")
    story.last("bob.1", "hello")["epoch"] = "out of nowhere"
    assert found(story.end()) == ["I4"]


# --- what only looks as if frames did not join ---


def test_a_statement_about_a_known_room_moves_nothing(story, found):
    """It was read when the next change was committed already."""
    sent = story.intend("alice.1", OPEN, "on its way")
    story.ask("alice.1", sent)
    row = story.commit("alice.1", sent)
    told = {"user_seq": 2, "rooms": [story.stated(story.rooms[OPEN], BOB)], "gone": []}
    story.note("bob.1", "rooms", conn=0, **told, via="changed")
    story.deliver(OPEN, row)
    story.ack("alice.1", sent, row)
    assert found(story.end()) == []


@pytest.mark.parametrize("left", ["lost", "late"])
def test_a_new_joining_begins_anew_whatever_becomes_of_room_left(story, found, left):
    story.remove(BOB, PRIVATE)
    story.say("alice.1", PRIVATE, "without bob")
    story.add(BOB, PRIVATE)
    story.files["bob.1"].remove(said := story.last("bob.1", "left"))
    if left == "late":
        story.note("bob.1", "left", conn=0, room=PRIVATE, event_seq=said["event_seq"], reason="removed")
    story.say("alice.1", PRIVATE, "with bob")
    assert found(story.end()) == []


def test_behind_room_left_nothing_joins(story, found):
    head = story.rooms[OPEN].head
    story.note("bob.1", "left", conn=0, room=OPEN, event_seq=head, reason="removed")
    story.say("alice.1", OPEN, "to bob, who was told that he left")
    assert found(story.end()) == ["I4"]


@pytest.mark.parametrize(("ahead", "broken"), [(0, []), (1, ["I4"])])
def test_frames_begin_at_the_answer_to_rooms_that_overtook_the_event(story, found, ahead, broken):
    """A server whose socket stands at the head that the answer told, and whose event tells a later one."""
    story.remove(BOB, YOUNG)
    story.add(BOB, YOUNG)
    told = story.last("bob.1", "rooms")
    early = told | {"via": "rooms", "rooms": [room | {"head": room["head"] + ahead} for room in told["rooms"]]}
    story.files["bob.1"].insert(story.files["bob.1"].index(told), early)
    told["rooms"] = [room | {"head": room["head"] + 1} for room in told["rooms"]]
    for text in ("one", "two"):
        story.say("alice.1", YOUNG, text)
    assert found(story.end()) == broken


def test_a_reset_that_moves_nothing(story, found):
    story.note("bob.1", "changes", conn=0, room=OPEN, reset=True, head=story.rooms[OPEN].head, via="live")
    story.history("bob.1", OPEN)
    assert found(story.end()) == []


def test_a_sync_that_brings_nothing(story, found):
    story.sync("bob.1", OPEN, story.rooms[OPEN].head)
    assert found(story.end()) == []
