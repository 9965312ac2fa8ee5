"""The CI's subset of the fault matrix, and that it is as large as it must be. `bin/reliability` does the rest.

CHATSITE_SEED repeats a run.
"""

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.matrix import QUICK_ACKED, QUICK_FAULTS, RUNS
from tests.faults.rows import ROWS
from tests.faults.runs import Outcome, Run, perform
from tests.faults.schedule import plan
from tests.services import needed

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.once]

QUICK = [run for run in RUNS if run.is_quick]
DONE: list[Outcome] = []


@pytest.fixture(scope="module")
def seed() -> int:
    return int(os.environ.get("CHATSITE_SEED") or random.randrange(2**32))


def test_every_row_is_run_by_one_run() -> None:
    assert sorted(row for run in RUNS for row in run.rows) == sorted(ROWS)


def test_the_same_seed_gives_the_same_schedule() -> None:
    def drawn(seed: int) -> list:
        return plan(seed, "F1", {"kill": 20, "crash": 10}, peace=(1, 3), lasts=(0, 2))

    assert drawn(1) == drawn(1) != drawn(2)
    assert Counter(planned.kind for planned in drawn(1)) == {"kill": 20, "crash": 10}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("run", QUICK, ids=lambda run: run.name)
async def test_nothing_is_lost(run: Run, seed: int, tmp_path: Path) -> None:
    print(f"seed {seed}")
    with needed():
        outcome = await perform(run, seed, tmp_path, full=False)
    print(*(figure.sentence for figure in outcome.figures), sep="\n")
    assert not outcome.complaints, "\n".join(outcome.complaints)
    DONE.append(outcome)


def test_the_subset_is_large_enough() -> None:
    if len(DONE) < len(QUICK):
        pytest.skip("only some of the runs were done, or one failed")
    acked, faults = sum(outcome.acked for outcome in DONE), sum((outcome.faults for outcome in DONE), Counter())
    print(f"{acked:,} messages acked, {faults.total()} faults: {dict(faults)}")
    assert acked >= QUICK_ACKED
    assert faults.total() >= QUICK_FAULTS
