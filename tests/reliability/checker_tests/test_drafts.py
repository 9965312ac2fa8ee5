"""I17: drafts between devices."""

import pytest

from tests.reliability.checker_tests.world import OPEN, digest

pytestmark = pytest.mark.once


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
