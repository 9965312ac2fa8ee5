"""The checker is checked: each bug that is planted is found, by the invariant that says so, in a scene that violates nothing without it.

The sixteen of the reliability page (of "catch-up query without interval, rights read before rows" either half is planted by itself), and
what came with the rest of a conversation: a search, a file, a thumbnail and a notification that outlive access, a draft lost between devices.
"""

import contextlib
from pathlib import Path

import pytest

from tests.faults.planted import BUGS, program
from tests.faults.planted.bugs.clients import forgetful_outboxes
from tests.faults.planted.scene import on_stage
from tests.faults.planted.scenes import SCRIPTS
from tests.reliability.checker import Rules, Violation, check, explain
from tests.services import needed

pytestmark = [pytest.mark.faults, pytest.mark.once, pytest.mark.timeout(180)]

RULES = Rules(quiet=15.0, revoke_ms=2000)
"""Slacker than the page's, which a busy machine cannot keep to; what a bug does is later, or for ever."""
OF_CLIENTS = "retry_with_a_new_msg_id"
SHOWN_BY = {bug: name for name, script in SCRIPTS.items() for bug in script.bugs}


async def played(name: str, folder: Path, bug: str = "") -> list[Violation]:
    """What the checker finds in the logs of a scene."""
    script = SCRIPTS[name]
    with contextlib.ExitStack() as around:
        around.enter_context(needed())
        if bug == OF_CLIENTS:
            around.enter_context(forgetful_outboxes())
        served = program("" if bug == OF_CLIENTS else bug)
        stage = {"processes": script.processes, "crash": script.crash, "quiet": 5.0 if bug else RULES.quiet}
        async with on_stage(folder, served, **stage) as scene:
            await script.play(scene)
        if not bug and not script.is_traced:
            assert not scene.traces, "The server met what nobody expected:\n" + "\n".join(scene.traces[:3])
    return check(folder, RULES)


def test_every_bug_has_its_scene():
    assert set(SHOWN_BY) == set(BUGS)
    assert len(BUGS) == 22


@pytest.mark.parametrize("bug", sorted(BUGS))
async def test_a_planted_bug_is_found(bug, tmp_path):
    violations = await played(SHOWN_BY[bug], tmp_path, bug)
    found = {violation.invariant for violation in violations}
    print(f"{bug}: {BUGS[bug].what.splitlines()[0]}\nfound by {', '.join(sorted(found)) or 'nothing'}")
    print(explain([one for one in violations if one.invariant in BUGS[bug].found_by][:1], tmp_path))
    assert found & BUGS[bug].found_by, f"{bug} is not found by {BUGS[bug].found_by}, but by {found}"


@pytest.mark.parametrize("scene", sorted(SCRIPTS))
async def test_its_scene_violates_nothing_without_it(scene, tmp_path):
    violations = await played(scene, tmp_path)
    assert not violations, explain(violations, tmp_path)
