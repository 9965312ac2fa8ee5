"""What people do beside talking: each rule holds in a log where nothing is wrong, and a spoiled one breaks it alone."""

import pytest

from tests.reliability.checker_tests.story import Story
from tests.reliability.checker_tests.world import ALICE, BOB, CAROL, OPEN, PRIVATE, YOUNG, digest

pytestmark = pytest.mark.once


# --- I9, I4: rooms that one looks into ---


def look_in(story, name="carol.1", room=OPEN):
    """Carol, who is no member any more, follows a public room."""
    here = story.rooms[room]
    stated = {"id": room, "head": here.head, "last_seq": here.last_seq, "joined_event_seq": None}
    return story.note(name, "watched", conn=story.conns[name], room=stated)


def overhear(story, name, room):
    here = story.rooms[room]
    row = story.told(max(here.rows.values(), key=lambda row: row["event_seq"]))
    numbers = {"room": room, "from": here.head - 1, "to": here.head}
    return story.note(name, "changes", conn=story.conns[name], **numbers, rows=[row], via="live")


def test_who_looks_into_a_room_hears_it_until_they_do_not(story, found):
    story.remove(CAROL, OPEN)
    look_in(story)
    story.say("alice.1", OPEN, "to everybody")
    overhear(story, "carol.1", OPEN)
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
    overhear(story, "carol.1", OPEN)
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
    overhear(story, "carol.1", OPEN)
    assert set(found(story.end())) == {"I4", "I9"}


def test_who_looks_in_begins_at_the_head_that_they_were_told(story, found):
    story.remove(CAROL, OPEN)
    look_in(story)
    story.say("alice.1", OPEN, "missed")
    story.say("alice.1", OPEN, "heard")
    overhear(story, "carol.1", OPEN)
    assert found(story.end()) == ["I4"]


def test_nobody_looks_into_a_private_room(story, found):
    look_in(story, room=PRIVATE)
    assert found(story.end()) == ["I9"]


# --- I9: direct rooms ---


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
    overhear(direct, "bob.1", PRIVATE)
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
    overhear(direct, "carol.1", PRIVATE)
    assert set(found(ended(direct))) == {"I4", "I9"}


def test_a_hidden_room_is_held_in_the_end(direct, found):
    hide(direct)
    direct.hidden = set()
    ended(direct)
    next(one for one in direct.dump["members"] if (one["room"], one["user"]) == (PRIVATE, BOB))["hidden"] = True
    assert found(direct) == ["I14"]


# --- I9, I13: searches and files ---


def search(story, name, row, room, *found):
    about = {"word": "word", "room": room, "message": row["id"], "base": "http://x"}
    rows = [{"id": one["id"], "room": room, "seq": one["seq"]} for one in found]
    return story.note(name, "search", begun=story.t - 0.005, **about, found=rows)


def fetch(story, name, row, room, status=200, text="content"):
    about = {"room": room, "message": row["id"], "attachment": 5, "base": "http://x"}
    told = {"status": status, "hash": digest(text) if status == 200 else ""}
    return story.note(name, "file", begun=story.t - 0.005, **about, **told)


LOOKS = [search, fetch]


@pytest.fixture
def secret(story):
    """A message of the private room, with a file."""
    story.note("alice.1", "upload", attachment=5, room=PRIVATE, hash=digest("content"))
    return story.say("alice.1", PRIVATE, "a secret word")


def look(story, how, name, row, room, *, seen):
    if how is search:
        search(story, name, row, room, *([row] if seen else []))
    else:
        fetch(story, name, row, room, 200 if seen else 404)


@pytest.mark.parametrize("how", LOOKS)
def test_members_find_it_and_others_do_not(story, found, secret, how):
    look(story, how, "bob.1", secret, PRIVATE, seen=True)
    look(story, how, "carol.1", secret, PRIVATE, seen=False)
    assert found(story.end()) == []


@pytest.mark.parametrize("how", LOOKS)
def test_a_member_does_not_find_it(story, found, secret, how):
    look(story, how, "bob.1", secret, PRIVATE, seen=False)
    assert found(story.end()) == ["I13"]


@pytest.mark.parametrize("how", LOOKS)
def test_somebody_finds_it_who_was_never_there(story, found, secret, how):
    look(story, how, "carol.1", secret, PRIVATE, seen=True)
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("how", LOOKS)
def test_somebody_finds_it_behind_their_removal(story, found, secret, how):
    story.remove(BOB, PRIVATE)
    story.wait(0.1)
    look(story, how, "bob.1", secret, PRIVATE, seen=True)
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("how", LOOKS)
def test_what_is_found_while_a_removal_is_under_way_is_not_judged(story, found, secret, how):
    look(story, how, "bob.1", secret, PRIVATE, seen=True)
    story.remove(BOB, PRIVATE)["begun"] -= 1
    assert found(story.end()) == []


@pytest.mark.parametrize("how", LOOKS)
def test_what_was_deleted_is_found(story, found, secret, how):
    story.delete("alice.1", PRIVATE, secret)
    story.wait(0.1)
    look(story, how, "bob.1", secret, PRIVATE, seen=True)
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("how", LOOKS)
def test_what_was_said_before_one_joined_is_found(story, found, how):
    first = next(row for row in story.rooms[YOUNG].rows.values() if row["kind"] == "message")
    look(story, how, "bob.1", first, YOUNG, seen=True)
    assert found(story.end()) == ["I9"]


@pytest.mark.parametrize("how", LOOKS)
def test_what_was_said_before_one_joined_again_need_not_be_found(story, found, how):
    first = next(row for row in story.rooms[YOUNG].rows.values() if row["kind"] == "message")
    look(story, how, "bob.1", first, YOUNG, seen=False)
    assert found(story.end()) == []


def test_a_file_is_another(story, found, secret):
    fetch(story, "bob.1", secret, PRIVATE, text="something else")
    assert found(story.end()) == ["I6"]


# --- I17: drafts ---


def begin(story, text, knew, version, *, name="bob.1", status=200):
    told = {"room": OPEN, "hash": digest(text), "knew": knew, "version": version, "status": status}
    return story.note(name, "draft", base="http://x", begun=story.t - 0.005, **told)


def drafts(story, text, version, name="bob.1"):
    kept = [{"room": OPEN, "hash": digest(text), "version": version}] if version else []
    return story.note(name, "drafts", begun=story.t - 0.005, drafts=kept)


def test_a_draft_goes_from_device_to_device(story, found):
    begin(story, "one", None, 5)
    begin(story, "two", 5, 6)
    begin(story, "three", 5, None, status=409)
    begin(story, "three", 6, 7)
    drafts(story, "three", 7)
    assert found(story.end()) == []


def test_an_answer_that_was_lost_may_have_been_written(story, found):
    begin(story, "one", None, 5)
    begin(story, "two", 5, None, status=0)
    begin(story, "three", 6, 7)
    drafts(story, "three", 7)
    assert found(story.end()) == []


def test_a_draft_is_written_over_unseen(story, found):
    begin(story, "one", None, 5)
    begin(story, "two", 5, 6)
    begin(story, "three", 5, 7)
    drafts(story, "three", 7)
    assert found(story.end()) == ["I17"]


@pytest.mark.parametrize(("text", "version"), [("one", 5), ("two", None)])
def test_the_last_draft_is_not_there(story, found, text, version):
    begin(story, "one", None, 5)
    begin(story, "two", 5, 6)
    drafts(story, text, version)
    assert found(story.end()) == ["I17"]


def test_a_draft_of_somebody_else_is_shown(story, found):
    begin(story, "one", None, 5)
    drafts(story, "one", 5)
    drafts(story, "one", 5, name="carol.1")
    assert found(story.end()) == ["I9"]
