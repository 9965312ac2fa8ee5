from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.checker_tests.story import Story, invariants
from tests.reliability.checker_tests.world import BOB, OPEN, PRIVATE, YOUNG


@pytest.fixture
def story() -> Story:
    """A world in which everything has happened once."""
    told = Story()
    first = told.say("bob.1", OPEN, "hello", mentions=[1])
    told.say("alice.1", OPEN)
    told.say("bob.1", OPEN)
    told.edit("bob.1", OPEN, first, "hello there")
    told.delete("alice.1", PRIVATE, told.say("alice.1", PRIVATE, "a secret"))
    told.say("bob.1", YOUNG, "young")
    told.remove(BOB, YOUNG)
    told.say("alice.1", YOUNG, "behind his back")
    told.add(BOB, YOUNG)
    told.say("alice.1", YOUNG, "before him again", mentions=[BOB])
    told.read("carol.1", OPEN, 2)
    return told


@pytest.fixture
def found(tmp_path: Path) -> Callable[[Story], list[str]]:
    """Which invariants a story breaks."""
    return lambda story: invariants(story.check(tmp_path))
