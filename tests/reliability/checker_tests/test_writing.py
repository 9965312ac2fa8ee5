"""I1, I2, I3, I7, I8: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker_tests.story import Story
from tests.reliability.checker_tests.world import OPEN, PRIVATE, digest

pytestmark = pytest.mark.once


# --- I1: an ack has its row ---


def test_acked_before_a_commit_that_never_came(story, found):
    sent = story.intend("bob.1", OPEN, "gone")
    story.ask("bob.1", sent)
    story.ack(
        "bob.1", sent, {"id": 9999, "seq": story.rooms[OPEN].last_seq + 1, "event_seq": story.rooms[OPEN].head + 1}
    )
    assert found(story.end()) == ["I1"]


def test_the_second_ok_is_taken_for_the_first(story, found):
    first = story.say("bob.1", OPEN)
    sent = story.intend("bob.1", OPEN)
    story.ask("bob.1", sent)
    story.ack("bob.1", sent, first)
    assert found(story.end()) == ["I1"]


@pytest.mark.parametrize("member", ["id", "seq", "room", "event_seq"])
def test_an_ack_names_another_place(story, found, member):
    story.say("bob.1", OPEN, "here")
    story.last("bob.1", "ack", cmd="message.send")[member] += 1
    assert found(story.end()) == ["I1"]


def test_a_message_lands_in_another_room(story, found):
    story.say("bob.1", OPEN, "to all")
    story.last("bob.1", "intend")["room"] = PRIVATE
    story.last("bob.1", "ask")["room"] = PRIVATE
    assert found(story.end()) == ["I1"]


def test_an_acked_edit_of_nothing(story, found):
    told = {"conn": 0, "cmd": "message.edit", "msg_id": "e", "message": 5000}
    story.note("bob.1", "ask", **told, hash=digest("second"))
    story.note("bob.1", "ack", **told, event_seq=5)
    assert found(story.end()) == ["I1"]


def test_a_deleted_message_keeps_its_text(story, found):
    row = story.say("bob.1", OPEN, "to be forgotten")
    text = row["hash"]
    story.delete("bob.1", OPEN, row)
    next(one for one in story.end().dump["messages"] if one["id"] == row["id"])["hash"] = text
    assert found(story) == ["I1", "I6"]


def test_an_acked_edit_is_gone(story, found):
    row = story.say("bob.1", OPEN, "first")
    told = {"conn": 0, "cmd": "message.edit", "msg_id": "e", "message": row["id"]}
    story.note("bob.1", "ask", **told, hash=digest("second"))
    story.note("bob.1", "ack", **told, event_seq=row["event_seq"] + 1)
    assert found(story.end()) == ["I1"]


def test_an_acked_edit_left_the_old_text(story, found):
    row = story.say("bob.1", OPEN, "first")
    told = {"conn": 0, "cmd": "message.edit", "msg_id": "e", "message": row["id"]}
    story.note("bob.1", "ask", **told, hash=digest("second"))
    story.change(OPEN, row, edited=True)
    story.note("bob.1", "ack", **told, event_seq=row["event_seq"])
    story.deliver(OPEN, row)
    assert found(story.end()) == ["I1"]


def test_an_acked_deletion_left_it_alive(story, found):
    row = story.say("bob.1", OPEN, "still here")
    told = {"conn": 0, "cmd": "message.delete", "msg_id": "d", "message": row["id"]}
    story.note("bob.1", "ask", **told)
    story.note("bob.1", "ack", **told, event_seq=row["event_seq"])
    assert found(story.end()) == ["I1"]


def test_an_edit_without_an_answer_may_be_there_or_not(story, found):
    for is_there in (True, False):
        row = story.say("bob.1", OPEN, "first")
        story.note("bob.1", "ask", conn=0, cmd="message.edit", msg_id="e", message=row["id"], hash=digest("second"))
        if is_there:
            story.change(OPEN, row, hash=digest("second"), edited=True)
            story.deliver(OPEN, row)
    assert found(story.end()) == []


@pytest.mark.parametrize(
    ("code", "is_final", "is_there", "broken"),
    [("conflict", True, False, []), ("conflict", True, True, ["I1"]), ("unavailable", False, True, [])],
)
def test_an_edit_that_got_an_error(story, found, code, is_final, is_there, broken):
    row = story.say("bob.1", OPEN, "first")
    told = {"conn": 0, "cmd": "message.edit", "msg_id": "e", "message": row["id"]}
    story.note("bob.1", "ask", **told, hash=digest("second"))
    story.note("bob.1", "error", **told, code=code, final=is_final)
    if is_there:
        story.change(OPEN, row, hash=digest("second"), edited=True)
        story.deliver(OPEN, row)
    assert found(story.end()) == broken


# --- I2: nothing is twice ---


def test_no_dedupe(story, found):
    sent = story.intend("bob.1", OPEN)
    story.ask("bob.1", sent)
    rows = []
    for _try in range(2):
        rows.append(story.commit("bob.1", sent))
        story.deliver(OPEN, rows[-1])
    story.ack("bob.1", sent, rows[1])
    assert found(story.end()) == ["I2"]


def test_a_retry_under_a_new_msg_id(story, found):
    sent = story.intend("bob.1", OPEN, "once, I thought")
    for msg_id in (sent["msg_id"], "another"):
        again = sent | {"msg_id": msg_id}
        story.ask("bob.1", again)
        story.deliver(OPEN, story.commit("bob.1", again))
    assert found(story.end()) == ["I2"]


def test_a_retry_under_a_new_msg_id_that_nobody_was_told(story, found):
    sent = story.intend("bob.1", OPEN, "once, I thought")
    for msg_id in (sent["msg_id"], "another"):
        again = sent | {"msg_id": msg_id}
        story.ask("bob.1", again)
        story.commit("bob.1", again)
    assert found(story.end()) == ["I2"]


def test_what_is_there_twice_is_found_once(story, tmp_path):
    sent = story.intend("bob.1", OPEN, "like no other")
    story.ask("bob.1", sent)
    rows = [story.commit("bob.1", sent) for _try in range(2)]
    [violation] = story.end().check(tmp_path)
    assert [record["id"] for _file, record in violation.records[1:]] == [row["id"] for row in rows]


def test_a_retry_under_a_new_msg_id_that_was_edited_later(story, found):
    sent = story.intend("bob.1", OPEN, "once, I thought")
    for msg_id in (sent["msg_id"], "another"):
        again = sent | {"msg_id": msg_id}
        story.ask("bob.1", again)
        row = story.commit("bob.1", again)
        story.deliver(OPEN, row)
    story.edit("bob.1", OPEN, row, "now it looks like another")
    assert found(story.end()) == ["I2"]


def test_two_acks_that_both_say_new(story, found):
    row = story.say("bob.1", OPEN, "twice new")
    story.ack("bob.1", story.last("bob.1", "intend"), row)
    assert found(story.end()) == ["I2"]


@pytest.mark.parametrize("member", ["id", "seq", "event_seq", "room"])
def test_two_acks_that_differ(story, found, member):
    row = story.say("bob.1", OPEN, "here and there")
    again = story.ack("bob.1", story.last("bob.1", "intend"), row, duplicate=True)
    again[member] += 1
    assert found(story.end()) == ["I2"]


# --- I3: no gap ---


def test_a_seq_was_given_and_not_used(story, found):
    story.rooms[OPEN].last_seq += 1
    story.say("bob.1", OPEN, "behind a gap")
    assert found(story.end()) == ["I3"]


def test_last_seq_is_beyond_the_last_message(story, found):
    story.end().dump["rooms"][str(OPEN)]["last_seq"] += 1
    assert found(story) == ["I3"]


def test_the_highest_number_is_not_the_head(story, found):
    story.rooms[PRIVATE].head += 1
    for name in ("alice.1", "bob.1"):
        head = story.rooms[PRIVATE].head
        story.note(name, "changes", conn=0, room=PRIVATE, **{"from": head - 1, "to": head}, rows=[], via="live")
    assert found(story.end()) == ["I3"]


def test_two_changes_have_one_number(story, found):
    one, two = [row for row in story.end().dump["messages"] if row["room"] == PRIVATE][:2]
    two["event_seq"] = one["event_seq"]
    assert "I3" in found(story)


# --- I7 and I8: order ---


def test_an_outbox_is_overtaken_by_itself(story, found):
    first, second = story.intend("bob.1", OPEN, "first"), story.intend("bob.1", OPEN, "second")
    story.ask("bob.1", first)
    story.ask("bob.1", second)
    for sent in (second, first):
        row = story.commit("bob.1", sent)
        story.ack("bob.1", sent, row)
        story.deliver(OPEN, row)
    assert found(story.end()) == ["I7"]


def test_an_outbox_is_overtaken_without_an_ack(story, found):
    first, second = story.intend("bob.1", OPEN, "first"), story.intend("bob.1", OPEN, "second")
    for sent in (first, second):
        story.ask("bob.1", sent)
    for sent in (second, first):
        story.deliver(OPEN, story.commit("bob.1", sent))
    assert found(story.end()) == ["I7"]


@pytest.mark.parametrize("earlier", [0, 1, 2])
def test_what_was_begun_later_stands_before(found, earlier):
    """Alice's had its ack before Carol's was asked, and yet Carol's has the lower number."""
    story = Story()
    for _time in range(earlier):
        story.say("alice.1", OPEN, "before all that")
    late = story.intend("carol.1", OPEN, "late")
    row = story.commit("carol.1", late)
    story.deliver(OPEN, row)
    story.say("alice.1", OPEN, "early")
    story.ask("carol.1", late)
    story.ack("carol.1", late, row)
    assert found(story.end()) == ["I8"]
