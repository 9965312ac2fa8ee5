"""I16: who must be notified and is not, who is and must not be; and what may be either way."""

import pytest

from tests.reliability.checker_tests.world import ALICE, BOB, CAROL, OPEN, PRIVATE

pytestmark = pytest.mark.once


def item(row, room=OPEN, kind="mention", number=None):
    return {"id": number or row["id"] + 9000, "kind": kind, "room": room, "message": row["id"], "seq": row["seq"]}


def listed(story, **items):
    """What each has in the end."""
    for name in ("alice", "bob", "carol"):
        story.note(f"{name}.1", "notifications", begun=story.t - 0.005, items=items.get(name, []))
    return story.end()


def of_the_story(story, user):
    """The fixture's own mentions."""
    rows = [(room.id, row) for room in story.rooms.values() for row in room.rows.values() if user in row["mentions"]]
    return [item(row, room) for room, row in rows]


@pytest.fixture
def named(story):
    """Alice names Carol."""
    return story.say("alice.1", OPEN, "dear carol", mentions=[CAROL])


def everything(story, **more):
    known = {"alice": of_the_story(story, ALICE), "bob": of_the_story(story, BOB), "carol": []}
    return {name: [*items, *more.get(name, [])] for name, items in known.items()}


def test_who_is_named_is_notified_once(story, found, named):
    assert found(listed(story, **everything(story, carol=[item(named)]))) == []


def test_who_is_named_is_never_notified(story, found, named):
    assert found(listed(story, **everything(story))) == ["I16"]


def test_who_is_named_is_notified_twice(story, found, named):
    twice = [item(named), item(named, number=1)]
    assert found(listed(story, **everything(story, carol=twice))) == ["I16"]


def test_who_has_read_it_need_not_be(story, found, named):
    story.read("carol.1", OPEN, named["seq"])
    assert found(listed(story, **everything(story))) == []


def test_who_has_read_it_is_told_of_it_all_the_same(story, found, named):
    story.read("carol.1", OPEN, named["seq"])
    story.wait(10)
    story.note("carol.1", "notification", conn=0, **item(named))
    assert found(listed(story, **everything(story, carol=[item(named)]))) == ["I16"]


def test_who_reads_it_while_it_is_on_its_way_may_be_told(story, found, named):
    story.read("carol.1", OPEN, named["seq"])
    story.wait(1)
    story.note("carol.1", "notification", conn=0, **item(named))
    assert found(listed(story, **everything(story, carol=[item(named)]))) == []


def test_who_lost_their_mark_with_their_place_may_be_told(story, found, named):
    """Anybody may read the room, and who is named in it is told."""
    story.read("carol.1", OPEN, named["seq"])
    story.remove(CAROL, OPEN)
    story.wait(10)
    story.note("carol.1", "notification", conn=0, **item(named))
    assert found(listed(story, **everything(story, carol=[item(named)]))) == []


def test_who_was_removed_need_not_be_told(story, found, named):
    story.remove(CAROL, OPEN)
    assert found(listed(story, **everything(story))) == []


def test_what_was_deleted_need_not_be_told(story, found, named):
    story.delete("alice.1", OPEN, named)
    assert found(listed(story, **everything(story))) == []


def test_what_was_edited_may_name_others_than_before(story, found, named):
    story.edit("alice.1", OPEN, named, "dear all")
    named["mentions"] = []
    assert found(listed(story, **everything(story, carol=[item(named)]))) == []


def test_somebody_is_notified_of_what_is_not_for_them(story, found):
    plain = story.say("alice.1", OPEN, "to nobody")
    assert found(listed(story, **everything(story, carol=[item(plain)]))) == ["I16"]


def test_somebody_is_notified_of_what_they_said(story, found):
    own = story.say("carol.1", OPEN, "me", mentions=[CAROL])
    assert found(listed(story, **everything(story, carol=[item(own)]))) == ["I16"]


def test_somebody_is_notified_who_was_no_member_then(story, found):
    row = story.say("alice.1", PRIVATE, "behind her back", mentions=[CAROL])
    story.add(CAROL, PRIVATE)
    assert found(listed(story, **everything(story, carol=[item(row, PRIVATE)]))) == ["I16"]


def test_a_notification_outlives_access(story, found):
    row = story.say("alice.1", PRIVATE, "dear bob", mentions=[BOB])
    story.remove(BOB, PRIVATE)
    story.wait(1)
    mine = [one for one in of_the_story(story, BOB) if one["room"] != PRIVATE]
    given = everything(story) | {"bob": [*mine, item(row, PRIVATE)]}
    assert found(listed(story, **given)) == ["I9"]


def test_a_notification_comes_long_after_a_removal(story, found):
    row = story.say("alice.1", PRIVATE, "dear bob", mentions=[BOB])
    story.remove(BOB, PRIVATE)
    story.wait(10)
    story.note("bob.1", "notification", conn=0, **item(row, PRIVATE))
    given = everything(story) | {"bob": [one for one in of_the_story(story, BOB) if one["room"] != PRIVATE]}
    assert found(listed(story, **given)) == ["I16"]


# --- threads and direct rooms ---


def answer(story, name, root, room=OPEN):
    row = story.say(name, room, "an answer")
    row["root"] = root["id"]
    return row


def test_who_began_a_thread_and_who_answered_in_it_are_notified(story, found):
    root = story.say("carol.1", OPEN, "a question")
    first = answer(story, "bob.1", root)
    second = answer(story, "alice.1", root)
    replies = [item(first, kind="reply"), item(second, kind="reply")]
    given = everything(story, carol=replies, bob=[item(second, kind="reply")])
    assert found(listed(story, **given)) == []
    story.last("bob.1", "notifications")["items"].pop()
    assert found(story) == ["I16"]


def test_who_follows_no_thread_any_more_need_not_be(story, found):
    root = story.say("carol.1", OPEN, "a question")
    about = {"message": root["id"], "room": OPEN, "begun": story.t, "status": 200}
    story.note("carol.1", "did", what="follow", method="PUT", **about)
    answer(story, "bob.1", root)
    assert found(listed(story, **everything(story))) == []


def test_who_was_written_to_is_notified(story, found):
    row = story.say("alice.1", PRIVATE, "between us")
    given = everything(story, bob=[item(row, PRIVATE, kind="direct")])
    listed(story, **given).dump["rooms"][str(PRIVATE)]["kind"] = "direct"
    earlier = [item(one, PRIVATE) for one in story.rooms[PRIVATE].rows.values() if one["kind"] == "message"]
    story.last("bob.1", "notifications")["items"] = [*of_the_story(story, BOB), *earlier]
    assert "I16" not in found(story)
    story.last("bob.1", "notifications")["items"] = of_the_story(story, BOB)
    assert "I16" in found(story)
