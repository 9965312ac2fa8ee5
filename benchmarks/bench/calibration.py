"""What the machine itself can do, before anything else is measured."""

import re
import subprocess

from benchmarks.bench import peers
from benchmarks.bench.house import Crowd
from benchmarks.bench.results import cpu
from benchmarks.bench.run import APART, Run, peer, say
from tests.services import Missing, program


def calibrate(run: Run) -> None:
    """A bare loop of `send` on loopback, and what the disk takes to keep something for good."""
    for which in (peers.BARE, peers.JOINED):
        _send(run, which)
    _fsync(run)
    for name, value in run.calibration.items():
        say(f"calibration: {name}: {value:,.4g}")


def _send(run: Run, which: peers.Peer) -> None:
    sockets = run.pick(20, 500)
    with peer(run, which, Crowd(sockets), APART) as found:
        found.generator.connect(sockets)
        best = 0.0
        for window in run.pick((8,), (8, 32, 128)):
            done = found.generator.talk(found.served.uses, window=window, warmup=0.2, seconds=run.pick(0.3, 2.0))
            speed = done["deliveries"] / done["seconds"]
            if speed > best:
                best, spent, ours = speed, cpu(done, "server"), cpu(done, "generator")
                run.calibration[f"{which.name}: deliveries/s to {sockets} sockets"] = speed
                run.calibration[f"{which.name}: CPU, us each"] = (spent or 0.0) / max(1, done["deliveries"]) * 1e6
                run.calibration[f"{which.name}: generator, CPU us each"] = (
                    (ours or 0.0) / max(1, done["deliveries"]) * 1e6
                )


def _fsync(run: Run) -> None:
    try:
        command = [program("pg_test_fsync", "/usr/lib/postgresql/*/bin"), "-s", str(run.pick(1, 2))]
    except Missing as missing:
        say(str(missing))
        return
    done = subprocess.run([*command, "-f", str(run.house.folder / "fsync")], capture_output=True, text=True)
    for method, speed in re.findall(
        r"^\s+(open_datasync|fdatasync|fsync)\s+([\d.]+) ops/sec", done.stdout, re.MULTILINE
    ):
        run.calibration.setdefault(f"pg_test_fsync, {method}: writes of 8 kB a second", float(speed))
