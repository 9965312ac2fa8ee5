"""I11, I12, I13: each spoiled log breaks one invariant, and no other."""

import pytest

from tests.reliability.checker_tests.world import BOB, OPEN, PRIVATE, digest

pytestmark = pytest.mark.once


def reuse(story, row, code, text="another text"):
    return story.note("bob.1", "reuse", msg_id=row["msg_id"], room=OPEN, hash=digest(text), code=code)


@pytest.mark.parametrize("code", ["conflict", "unavailable"])
def test_a_msg_id_with_another_text_is_refused(story, found, code):
    reuse(story, story.say("bob.1", OPEN, "mine"), code)
    assert found(story.end()) == []


@pytest.mark.parametrize("code", [None, "forbidden"])
def test_a_msg_id_with_another_text_gets_another_answer(story, found, code):
    reuse(story, story.say("bob.1", OPEN, "mine"), code)
    assert found(story.end()) == ["I11"]


def test_a_msg_id_with_another_text_changes_the_row(story, found):
    row = story.say("bob.1", OPEN, "mine")
    reuse(story, row, "conflict")
    story.change(OPEN, row, hash=digest("another text"))
    story.deliver(OPEN, row)
    assert "I11" in found(story.end())


def refuse(story, sent, *, final):
    code = "forbidden" if final else "unavailable"
    return story.note("bob.1", "error", conn=0, cmd="message.send", msg_id=sent["msg_id"], code=code, final=final)


def test_a_final_error_leaves_a_row(story, found):
    sent = story.intend("bob.1", OPEN, "refused")
    story.ask("bob.1", sent)
    refuse(story, sent, final=True)
    story.deliver(OPEN, story.commit("bob.1", sent))
    assert found(story.end()) == ["I12"]


def test_an_error_that_is_not_final_may_leave_a_row(story, found):
    sent = story.intend("bob.1", OPEN, "who knows")
    story.ask("bob.1", sent)
    refuse(story, sent, final=False)
    story.deliver(OPEN, story.commit("bob.1", sent))
    refuse(story, story.intend("bob.1", OPEN, "never there"), final=True)
    assert found(story.end()) == []


@pytest.mark.parametrize(("is_found", "broken"), [(True, []), (None, []), (False, ["I13"])])
def test_reading_back(story, found, is_found, broken):
    row = story.say("bob.1", OPEN, "is it there")
    story.note("bob.1", "read_back", msg_id=row["msg_id"], room=OPEN, base="http://x", found=is_found)
    assert found(story.end()) == broken


def test_a_text_that_was_never_acked_may_be_refused_under_its_msg_id(story, found):
    sent = story.intend("bob.1", OPEN, "no ack")
    story.ask("bob.1", sent)
    reuse(story, sent, "conflict")
    assert found(story.end()) == []


def test_who_was_removed_meanwhile_need_not_read_back(story, found):
    row = story.say("bob.1", PRIVATE, "and out")
    story.remove(BOB, PRIVATE)
    story.note("bob.1", "read_back", msg_id=row["msg_id"], room=PRIVATE, base="http://x", found=False)
    assert found(story.end()) == []


def test_a_removal_before_or_behind_is_no_excuse(story, found):
    story.remove(BOB, PRIVATE)
    story.add(BOB, PRIVATE)
    row = story.say("bob.1", PRIVATE, "back again")
    story.note("bob.1", "read_back", msg_id=row["msg_id"], room=PRIVATE, base="http://x", found=False)
    story.wait(0.1)
    story.remove(BOB, PRIVATE)
    assert found(story.end()) == ["I13"]


def test_a_repetition_is_acked_although_its_message_lies_before_a_removal(story, found):
    sent = story.intend("bob.1", PRIVATE, "its ack gets lost")
    story.ask("bob.1", sent)
    row = story.commit("bob.1", sent)
    story.deliver(PRIVATE, row)
    story.remove(BOB, PRIVATE)
    story.add(BOB, PRIVATE)
    story.ask("bob.1", sent)
    story.ack("bob.1", sent, row, duplicate=True)
    story.note("bob.1", "read_back", msg_id=row["msg_id"], room=PRIVATE, base="http://x", found=False)
    assert found(story.end()) == []
