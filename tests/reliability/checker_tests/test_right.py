"""Logs in which nothing is wrong, though it may look so."""

import pytest

from tests.reliability.checker import check, explain
from tests.reliability.checker_tests.story import Story
from tests.reliability.checker_tests.world import ALICE, BOB, OPEN, PRIVATE, YOUNG, digest

pytestmark = pytest.mark.once


def test_a_quiet_story(story, found):
    assert found(story.end()) == []


def test_a_story_without_a_message(found):
    assert found(Story().end()) == []


def test_a_first_ack_was_lost_with_its_socket(story, found):
    sent = story.intend("bob.1", OPEN, "twice asked")
    story.ask("bob.1", sent)
    row = story.commit("bob.1", sent)
    story.deliver(OPEN, row)
    story.disconnect("bob.1")
    story.connect("bob.1")
    story.ask("bob.1", sent)
    story.ack("bob.1", sent, row, duplicate=True)
    assert found(story.end()) == []


def test_a_message_is_repeated_when_it_was_edited_and_deleted(story, found):
    row = story.say("bob.1", OPEN, "again and again")
    sent, created = story.last("bob.1", "intend"), dict(row)
    story.edit("bob.1", OPEN, row, "edited")
    story.ack("bob.1", sent, created, duplicate=True)
    story.delete("bob.1", OPEN, row)
    story.ack("bob.1", sent, created, duplicate=True)
    assert found(story.end()) == []


def test_somebody_was_away_and_syncs(story, found):
    story.disconnect("bob.1")
    after = story.rooms[OPEN].head
    row = story.say("alice.1", OPEN, "while he was away")
    story.edit("alice.1", OPEN, row, "and changed")
    story.connect("bob.1")
    story.sync("bob.1", OPEN, after)
    story.say("alice.1", OPEN, "now live")
    assert found(story.end()) == []


def test_a_repair_brings_several_changes_at_once(story, found):
    story.live.discard("bob.1")
    start = story.rooms[OPEN].head
    rows = [story.say("alice.1", OPEN, "one"), story.say("alice.1", OPEN, "two")]
    story.live.add("bob.1")
    numbers = {"room": OPEN, "from": start, "to": start + 2, "rows": [story.told(row) for row in rows]}
    story.note("bob.1", "changes", conn=0, **numbers, via="live")
    assert found(story.end()) == []


def test_a_reset_begins_anew(story, found):
    story.live.discard("bob.1")
    story.say("alice.1", OPEN, "far behind")
    story.live.add("bob.1")
    story.note("bob.1", "changes", conn=0, room=OPEN, reset=True, head=story.rooms[OPEN].head, via="live")
    story.history("bob.1", OPEN)
    story.say("alice.1", OPEN, "from here on")
    assert found(story.end()) == []


def test_an_answer_to_rooms_overtakes_the_event_about_a_joining(story, found):
    story.remove(BOB, YOUNG)
    story.add(BOB, YOUNG)
    event = story.files["bob.1"].pop(story.files["bob.1"].index(story.last("bob.1", "rooms")))
    story.note("bob.1", "rooms", conn=0, user_seq=2, rooms=event["rooms"], gone=[], via="rooms")
    story.say("alice.1", YOUNG, "already told")
    assert found(story.end()) == []


def test_a_member_of_the_workspace_reads_an_open_room(story, found):
    story.remove(BOB, OPEN)
    story.say("alice.1", OPEN, "anybody may read this")
    story.history("bob.1", OPEN)
    assert found(story.end()) == []


def test_a_change_of_a_hidden_message_comes_empty(story, found):
    row = next(row for row in story.rooms[YOUNG].rows.values() if row["kind"] == "message")
    story.edit("bob.1", YOUNG, row, "before my own time")
    assert story.last("bob.1", "changes")["rows"] == []
    assert found(story.end()) == []


def test_records_that_nobody_knows_are_passed_over(story, found):
    story.note("bob.1", "a later invention", anything={"at": "all"})
    assert found(story.end()) == []


def test_rooms_that_were_there_before_the_run_are_none_of_its_business(found):
    """Who owns an installation in use is in rooms that a dump of the run's own does not hold."""
    story = Story()
    story.deliver(YOUNG, story.row(story.rooms[YOUNG], BOB, "of somebody who has no log", msg_id="unknown"))
    story.say("bob.1", OPEN, "of the run itself")
    del story.end().dump["rooms"][str(YOUNG)]
    for name in ("messages", "members"):
        story.dump[name] = [one for one in story.dump[name] if one["room"] != YOUNG]
    assert found(story) == []


class TestRestore:
    """An older dump is restored: what was acked since is gone, and that was meant."""

    @pytest.fixture
    def restored(self, story):
        story.dumped_at = story.t = story.t + 1
        kept = (dict(story.rooms[OPEN].rows), story.rooms[OPEN].head, story.rooms[OPEN].last_seq)
        story.wait(1)
        for text in ("lost", "lost as well"):
            story.say("bob.1", OPEN, text)
        story.remove(BOB, PRIVATE)
        story.rooms[OPEN].rows, story.rooms[OPEN].head, story.rooms[OPEN].last_seq = kept
        for name in sorted(story.live):
            story.disconnect(name, 1012)
        story.wait(1)
        self._bring_back(story)
        story.epoch = "second"
        return story

    def _bring_back(self, story):
        private = story.rooms[PRIVATE]
        del private.rows[private.last_seq]
        private.last_seq, private.head = private.last_seq - 1, private.head - 1
        private.members[BOB], private.marks[BOB] = (2, 2), 2

    def _go_on(self, story):
        for name in ("alice.1", "bob.1", "carol.1"):
            story.connect(name)
        story.say("alice.1", OPEN, "under the old numbers")
        story.say("alice.1", PRIVATE, "to a member again")
        return story.end()

    def test_what_was_acked_since_the_dump_is_excused(self, restored, found):
        restored.note("admin", "epoch", epoch="second", dumped_at=restored.dumped_at)
        assert found(self._go_on(restored)) == []

    def test_without_the_record_it_is_not(self, restored, found):
        assert {"I1", "I4", "I6", "I10"} <= set(found(self._go_on(restored)))

    def test_what_was_forgotten_may_be_said_again(self, restored, found):
        """Under the same msg_id, with another text, and whether it could be read back then is no matter."""
        sent = restored.last("bob.1", "intend")
        restored.note("admin", "epoch", epoch="second", dumped_at=restored.dumped_at)
        restored.note("bob.1", "reuse", msg_id=sent["msg_id"], room=OPEN, hash=digest("anew"), code=None)
        restored.note("bob.1", "read_back", msg_id=sent["msg_id"], room=OPEN, base="http://x", found=False)
        restored.row(restored.rooms[OPEN], BOB, "", hash=digest("anew"), msg_id=sent["msg_id"])
        assert found(self._go_on(restored)) == []

    def test_an_older_ack_is_not(self, restored, found):
        restored.note("admin", "epoch", epoch="second", dumped_at=restored.dumped_at)
        older = restored.last("bob.1", "ack", cmd="message.send", nth=3)
        assert older["t"] < restored.dumped_at
        older["id"] += 500
        assert found(self._go_on(restored)) == ["I1"]

    def test_a_client_that_stays_in_the_old_epoch_is_found(self, restored, found):
        restored.note("admin", "epoch", epoch="second", dumped_at=restored.dumped_at)
        self._go_on(restored).last("bob.1", "final")["epoch"] = "first"
        assert found(restored) == ["I14"]


def test_a_room_that_was_made_private_later(story, found):
    """What anybody could read then may have been read."""
    story.say("alice.1", OPEN, "seen by all")
    story.remove(BOB, OPEN)
    story.history("bob.1", OPEN)
    story.system(story.rooms[OPEN], ALICE, "kind_changed", None)["system"] |= {"old": "public", "new": "private"}
    story.deliver(OPEN, story.rooms[OPEN].rows[story.rooms[OPEN].last_seq])
    story.end().dump["rooms"][str(OPEN)]["kind"] = "private"
    assert found(story) == []


def test_a_history_that_began_with_joining_later(story, found):
    """Rows from before may have come while it was shared, and need not come afterwards."""
    story.remove(BOB, OPEN)
    story.add(BOB, OPEN)
    row = story.rooms[OPEN].rows[story.rooms[OPEN].last_seq - 3]
    story.history("bob.1", OPEN)
    story.system(story.rooms[OPEN], ALICE, "history_changed", None)["system"] |= {"old": "shared", "new": "joined"}
    story.deliver(OPEN, story.rooms[OPEN].rows[story.rooms[OPEN].last_seq])
    story.change(OPEN, row)
    story.deliver(OPEN, row)
    story.last("bob.1", "changes")["rows"] = []
    story.end().dump["rooms"][str(OPEN)]["history"] = "joined"
    assert found(story) == []


def test_a_direct_room_has_no_system_messages(found):
    story = Story()
    direct = story.rooms[PRIVATE]
    direct.rows.clear()
    direct.head = direct.last_seq = 0
    direct.members, direct.marks = {ALICE: (0, 0), BOB: (0, 0)}, {ALICE: 0, BOB: 0}
    for name in ("alice.1", "bob.1"):
        story.disconnect(name)
        story.files[name] = story.files[name][:1]
        story.connect(name)
    story.say("bob.1", PRIVATE, "between us")
    story.end().dump["rooms"][str(PRIVATE)]["kind"] = "direct"
    assert found(story) == []


def test_explaining_nothing(story, tmp_path):
    story.end().write(tmp_path)
    assert explain(check(tmp_path), tmp_path).startswith("0 violations: none")
