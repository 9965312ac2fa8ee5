"""The generator (`benchmarks/go/generator`), driven from here: one line of JSON for each command, one for each answer."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bench import go
from benchmarks.bench.processes import on

PARALLEL = 64
"""Handshakes at a time."""
SPACING = 0.1
"""Seconds between two messages of one person: what the product's limits grant (SENDS_PER_SECOND)."""


class Failed(Exception):
    """The generator could not do what it was asked."""


class Generator:
    """A running generator; `cores` are those it may use."""

    def __init__(self, cores: set[int] | None = None) -> None:
        with on(cores):
            self.process = subprocess.Popen(
                [go.built("generator")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"GOMAXPROCS": "2", "GOGC": "400"},
            )
        self.spacing = 0.0

    def meet(self, people: Path, port: int, dialect: str, *, path: str = "", **more: Any) -> None:
        """Who there is, where the server listens and how it is spoken to."""
        self.spacing = SPACING if dialect in ("chat", "proto") else 0.0
        self.ask(do="people", file=str(people), port=port, dialect=dialect, path=path, **more)

    def connect(self, count: int, *, first: int = 0, patience: float = 120, **more: Any) -> dict[str, Any]:
        """Sockets for so many people. Raises Failed where not all of them get in."""
        found = self.ask(do="connect", first=first, count=count, parallel=PARALLEL, patience=patience, **more)
        if found["connected"] < count:
            raise Failed(f"{found['connected']} of {count} sockets came in: {found['losses']}")
        return found

    def talk(self, snapshot: Callable[[], Any] = dict, **command: Any) -> dict[str, Any]:
        """A stretch of talk; with `snapshot` as it was at the beginning and the end of counting, as `before` and `after`."""
        command.setdefault("spacing", self.spacing)
        seen = {}
        return self.ask(do="talk", told=lambda event: seen.update({event: snapshot()}), **command) | {
            "before": seen["open"],
            "after": seen["close"],
        }

    def ask(self, *, told: Callable[[str], object] = lambda _event: None, **command: Any) -> dict[str, Any]:
        """One command and its answer; `told` hears of what is said before that."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        while line := self.process.stdout.readline():
            answer = json.loads(line)
            if "event" in answer:
                told(answer["event"])
            elif "error" in answer:
                raise Failed(answer["error"])
            else:
                return answer
        raise Failed(f"the generator ended with {self.process.wait()}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
