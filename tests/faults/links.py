"""A fault proxy as the tests hold it."""

import json
import subprocess
import sys
import threading

from tests.services import ROOT


class Proxy:
    """A process of `tests.faults.proxy` in front of a port of 127.0.0.1; ends with `stop`, or with this process."""

    def __init__(self, target: int, seed: int = 0):
        command = [sys.executable, "-P", "-m", "tests.faults.proxy", "--target", str(target), "--seed", str(seed)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._turn = threading.Lock()
        self.port: int = json.loads(self.process.stdout.readline())["port"]

    def order(self, **order: object) -> dict[str, int]:
        """Commands it, and returns what it has counted: accepted, reset, cut, and the cuts still waiting for a COMMIT."""
        with self._turn:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()
