"""What is printed for a failure, and what a run is summed up to."""

import json

import pytest

from tests.reliability.checker import check, explain, summary
from tests.reliability.checker.logs import Unreadable
from tests.reliability.checker.slices import KEPT, SHOWN
from tests.reliability.checker_tests.story import Story
from tests.reliability.checker_tests.world import OPEN

pytestmark = pytest.mark.once


def lose_a_row(story: Story) -> dict:
    sent = story.intend("bob.1", OPEN, "gone")
    story.ask("bob.1", sent)
    numbers = {"seq": story.rooms[OPEN].last_seq + 1, "event_seq": story.rooms[OPEN].head + 1}
    return story.ack("bob.1", sent, {"id": 9999} | numbers)


def test_the_slice_holds_the_records_that_contradict_each_other(story, tmp_path):
    ack = lose_a_row(story)
    [violation] = story.end().check(tmp_path)
    assert violation.records == [("bob.1.jsonl", story.last("bob.1", "intend")), ("bob.1.jsonl", ack)]
    assert ack["msg_id"] in violation.sentence


def test_a_slice_names_rows_of_the_dump_and_leaves_out_the_rest(story, tmp_path):
    story.disconnect("bob.1")
    after = story.rooms[OPEN].head
    rows = [story.say("alice.1", OPEN, text) for text in ("one", "two", "three")]
    story.connect("bob.1")
    del story.sync("bob.1", OPEN, after)["rows"][1]
    [violation] = story.end().check(tmp_path)
    (file, frame), (dump, row) = violation.records
    assert (file, dump) == ("bob.1.jsonl", "dump.json")
    assert (frame["rows"], frame["rows_left_out"], row["id"]) == ([], 2, rows[1]["id"])


def test_what_is_printed(story, tmp_path):
    ack = lose_a_row(story)
    told = explain(story.end().check(tmp_path), tmp_path)
    assert told.startswith("1 violations: I1 1\n")
    assert json.dumps(ack, separators=(",", ":")) in told
    assert "seed: 7\nagain: bin/reliability --seed 7" in told


def test_what_is_printed_of_a_run_without_a_seed(story, tmp_path):
    story.files["admin"].pop(0)
    story.end().write(tmp_path)
    assert explain(check(tmp_path), tmp_path).endswith(f"logs: {tmp_path}")


def test_at_most_so_many_are_printed_and_of_every_kind(story, tmp_path):
    for _time in range(KEPT + 10):
        lose_a_row(story)
    story.say("bob.1", OPEN, "twice new")
    story.files["bob.1"].append(dict(story.last("bob.1", "ack")))
    violations = story.end().check(tmp_path)
    told = explain(violations, tmp_path)
    assert told.startswith(f"{KEPT + 11} violations: I1 {KEPT + 10}, I2 1\n")
    assert (told.count("\nI1: "), told.count("\nI2: ")) == (SHOWN - 1, 1)
    assert f"and {KEPT + 11 - SHOWN} more" in told
    assert len([violation for violation in violations if violation.records]) == KEPT + 1


def test_the_order_is_always_the_same(story, tmp_path):
    for _time in range(3):
        lose_a_row(story)
    story.say("bob.1", OPEN, "twice new")
    story.files["bob.1"].append(dict(story.last("bob.1", "ack")))
    story.end().write(tmp_path)
    assert check(tmp_path) == check(tmp_path)


def test_summary(story, tmp_path):
    story.note("bob.1", "error", conn=0, cmd="message.send", msg_id="x", code="unavailable", final=False)
    story.note("admin", "fault", kind="kill_worker", phase="begin", detail="")
    story.end().write(tmp_path)
    told = summary(tmp_path)
    assert (told["acked"], told["intents"], told["sockets"]) == (7, 7, 3)
    assert (told["errors"], told["faults"]) == ({"unavailable": 1}, {"kill_worker": 1})
    assert told["deliveries"] == sum(
        len(one["rows"]) for records in story.files.values() for one in records if one["op"] == "changes"
    )
    assert told["statement"] == "0 failures in 7 acked messages: 95 % upper bound 4.3e-01"
    assert summary(tmp_path, failures=2)["statement"] == "2 violations in 7 acked messages"


def test_a_run_without_a_message_shows_nothing(tmp_path):
    Story().end().write(tmp_path)
    assert "nothing is shown" in summary(tmp_path)["statement"]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"t": 1.0}', '{"t": 1.0, "op": "ack"}', '{"t": 1.0, "op": "left", "room": "7"}']
)
def test_a_line_that_cannot_be_read_is_no_small_matter(story, tmp_path, line):
    story.end().write(tmp_path)
    with (tmp_path / "bob.1.jsonl").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(Unreadable, match=r"bob\.1\.jsonl"):
        check(tmp_path)


@pytest.mark.parametrize("file", ["admin.jsonl", "dump.json"])
def test_a_run_that_is_not_whole(story, tmp_path, file):
    story.end().write(tmp_path)
    (tmp_path / file).unlink()
    with pytest.raises((Unreadable, FileNotFoundError)):
        check(tmp_path)


def test_a_log_that_does_not_say_whose_it_is(story, tmp_path):
    story.end().files["bob.1"].pop(0)
    with pytest.raises(Unreadable, match="who"):
        story.check(tmp_path)
