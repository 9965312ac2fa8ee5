"""I9, I4: rooms that people look into without being members. Each rule holds in a log where nothing is wrong, and a spoiled one breaks it alone."""

import pytest

from tests.reliability.checker_tests.world import CAROL, OPEN, PRIVATE

pytestmark = pytest.mark.once


def look_in(story, name="carol.1", room=OPEN):
    """Carol, who is no member any more, follows a public room."""
    here = story.rooms[room]
    stated = {"id": room, "head": here.head, "last_seq": here.last_seq, "joined_event_seq": None}
    return story.note(name, "watched", conn=story.conns[name], room=stated)


def test_who_looks_into_a_room_hears_it_until_they_do_not(story, found):
    story.remove(CAROL, OPEN)
    look_in(story)
    story.say("alice.1", OPEN, "to everybody")
    story.overhear("carol.1", OPEN)
    story.note("carol.1", "room", conn=0, room={"id": OPEN, "head": story.rooms[OPEN].head, "name": "New"})
    story.note("carol.1", "heads", conn=0, user_seq=2, rooms={str(OPEN): story.rooms[OPEN].head})
    story.note("carol.1", "unwatched", conn=0, room=OPEN)
    story.say("alice.1", OPEN, "not to carol")
    assert found(story.end()) == []


def test_who_looks_in_again_soon_after_a_removal_may_hear_the_room(story, found):
    story.remove(CAROL, OPEN)
    look_in(story)
    story.wait(2)
    story.say("alice.1", OPEN, "to everybody")
    story.overhear("carol.1", OPEN)
    assert found(story.end()) == []


@pytest.mark.parametrize("how", ["unwatched", "left", "another socket"])
def test_who_has_looked_in_hears_nothing_more(story, found, how):
    story.remove(CAROL, OPEN)
    look_in(story)
    if how == "left":
        told = {"room": OPEN, "event_seq": story.rooms[OPEN].head, "reason": "closed"}
        story.note("carol.1", "left", conn=0, **told)
    elif how == "unwatched":
        story.note("carol.1", "unwatched", conn=0, room=OPEN)
    else:
        story.disconnect("carol.1")
        story.connect("carol.1")
    story.say("alice.1", OPEN, "not to carol")
    story.overhear("carol.1", OPEN)
    assert set(found(story.end())) == {"I4", "I9"}


def test_who_looks_in_begins_at_the_head_that_they_were_told(story, found):
    story.remove(CAROL, OPEN)
    look_in(story)
    story.say("alice.1", OPEN, "missed")
    story.say("alice.1", OPEN, "heard")
    story.overhear("carol.1", OPEN)
    assert found(story.end()) == ["I4"]


def test_nobody_looks_into_a_private_room(story, found):
    look_in(story, room=PRIVATE)
    assert found(story.end()) == ["I9"]
