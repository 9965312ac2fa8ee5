"""I9, I13, I6: what searches find, and files."""

import pytest

from tests.reliability.checker_tests.world import BOB, PRIVATE, YOUNG, digest

pytestmark = pytest.mark.once


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
