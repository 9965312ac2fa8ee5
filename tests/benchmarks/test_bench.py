"""`bin/bench --quick` works: every benchmark of the product runs to its end. No time is asserted. (With the others it takes minutes more.)"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bench import go
from benchmarks.bench.__main__ import BENCHES
from tests.services import ROOT, needed

pytestmark = [pytest.mark.benchmark, pytest.mark.once]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the report of a quick run."""
    with needed():
        go.built("generator")
    out = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "benchmarks.bench", "--quick", "--only-product", "--out", str(out)],
        cwd=ROOT,
        env=own_environment(),
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def own_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ} | {
        "PYTHONPATH": str(ROOT)
    }


@pytest.mark.timeout(1560)
def test_every_benchmark_runs_and_loses_nothing(found: Path) -> None:
    told = json.loads((found / "performance.json").read_text())
    assert {row["bench"] for row in told["rows"]} == {name for name in BENCHES if name.startswith("B")}
    assert {name.partition(":")[0] for name in told["ramps"]} == {"messages/s over sockets", "room pages/s"}
    ours = [row for row in told["rows"] if row["who"].startswith("Chatsite")]
    assert all(row["figures"] for row in ours)
    allowed = ("messages under way", "HTTP 503", "close", "reset", "refused")
    troubles = [note for row in ours if row["bench"] not in ("B5", "B8") for note in row["notes"]]
    assert [note for note in troubles if not any(word in note for word in allowed)] == []


@pytest.mark.timeout(1560)
def test_report_names_the_kind_of_machine_and_not_the_machine(found: Path) -> None:
    told = json.loads((found / "performance.json").read_text())["about"]
    assert told["quick"] and int(told["cores"]) > 0
    for name in ("performance.json", "performance.md", "performance.html"):
        assert platform.node() not in (found / name).read_text()
