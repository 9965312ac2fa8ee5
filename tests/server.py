"""Chatsite as a process of its own, started as `bin/run` starts it."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.services import PREPARED, ROOT, free_port, wait_until

KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONDONTWRITEBYTECODE")
"""What a server gets of the tests' own environment."""
UNEXPECTED = re.compile(r'"logger": "(?:django\.request|chatsite\.refusals|chatsite\.realtime\.\w+)"')
"""Loggers that give a trace only of what has no other answer; the channel layer's own does so for each lost connection."""


class Server:
    """One Chatsite on a port of 127.0.0.1 with the data folder `data`; `env` is added to a nearly empty environment.

    Public: `url`, `port`, `env`, `data`, `log`, `process`, `pid`, `workers()`. Several may share data, database and Redis.
    Where there is no `data` it starts on a copy of what is migrated already (tests/prepared.py), or on nothing where `bare`.
    """

    program: tuple[str, ...] = ("chatsite.serve",)
    """The module that serves, and what stands before its options."""

    def __init__(self, data: Path, env: dict[str, str], *, workers: int = 1, bare: bool = False) -> None:
        self.data, self.workers_wanted, self.bare = data, workers, bare
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.env = kept | {"CHAT_ENV": "test", "PYTHONPATH": str(ROOT)} | env
        self.env |= {"CHATSITE_DATA": str(data), "SITE_URL": env.get("SITE_URL", self.url)}
        self.log = data.parent / f"{data.name}-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process, "the server was not started"
        return self.process.pid

    def workers(self) -> list[int]:
        """The process ids of uvicorn's workers; where there is one process, that."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        running = [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return running or [self.pid]

    def start(self, *, seconds: float = 60) -> "Server":
        """Starts it, or starts it again, and returns once /health answers 200."""
        self.launch()
        return self.wait_for_health(seconds)

    def launch(self) -> None:
        """Starts the process without waiting for it."""
        if not (self.bare or self.data.exists()) and PREPARED in os.environ:
            from tests.prepared import copy_data  # which is made by a Server

            copy_data(self.data, tables="DATABASE_URL" not in self.env)
        wanted = {"--port": self.port, "--workers": self.workers_wanted}
        command = [
            sys.executable,
            "-P",
            "-m",
            *self.program,
            *(str(word) for pair in wanted.items() for word in pair),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for_health(self, seconds: float = 60) -> "Server":
        wait_until(
            lambda: self.status("/health") == 200 or self.process.poll() is not None, seconds, "/health answers 200"
        )
        assert self.process.poll() is None, f"Chatsite ended with {self.process.returncode}:\n{self.said()}"
        return self

    def status(self, path: str) -> int | None:
        """The status that a GET of `path` is answered with; None while nobody answers."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.closing(connection):
                connection.request("GET", path)
                return connection.getresponse().status
        return None

    def said(self) -> str:
        """What it wrote to standard output and standard error."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def traces(self) -> list[str]:
        """What nobody expected: lines of its log in which a request or a command ended with a trace."""
        return [line for line in self.said().splitlines() if '"exception"' in line and UNEXPECTED.search(line)]

    def stop(self, *, seconds: float = 30) -> int:
        """Asks it to stop and returns its exit code."""
        assert self.process, "the server was not started"
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(seconds)

    def kill9(self, pid: int | None = None) -> None:
        """SIGKILL for `pid` alone, or for the server with all its workers."""
        if pid:
            os.kill(pid, signal.SIGKILL)
            return
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)  # its workers too, which outlive a killed supervisor
            self.process.wait(10)

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Runs a management command in the same environment and returns its output; fails where it fails."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, input=stdin, capture_output=True, text=True)
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}"
        return done.stdout
