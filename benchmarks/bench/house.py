"""The private instances of a run: PostgreSQL with fsync, Redis, and Chatsite as `bin/run` serves it."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.processes import Use, on, use
from tests.server import Server
from tests.services import ROOT, Postgres, Redis, wait_until

BASE = "base"
"""The database with tables and nothing in them, from which all others are copied."""


@dataclass
class Crowd:
    """Who is in a database before its server starts (`people.py`)."""

    people: int
    rooms: int = 1
    each: int = 1
    said: int = 0
    deep: int = 0


@dataclass
class Served:
    """A running server of some kind: where it listens, who may come, and the families of processes that do the work."""

    port: int
    people: Path
    families: dict[str, int]
    server: Server | None = None

    def uses(self) -> dict[str, Use]:
        return {name: use(pid) for name, pid in self.families.items()}


class House:
    """What the benchmarks of one run share. Everything is in `folder`, which goes with it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))  # short: a Unix socket's path has at most 107 bytes
        self.folder.chmod(0o711)  # where all this is root's, PostgreSQL is nobody's
        options = ("shared_buffers=512MB", "max_wal_size=4GB")
        self.postgres = Postgres(self.folder, durable=True, options=options, bare=True)
        self.redis = Redis(self.folder)
        self._services: set[str] = set()
        self._people = 0

    def open(self) -> "House":
        (self.folder / "data").mkdir()
        return self

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.postgres.stop("immediate")
        self.redis.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def product(
        self,
        crowd: Crowd,
        *,
        database: str = "postgresql",
        workers: int = 1,
        cores: set[int] | None = None,
    ) -> Iterator[Served]:
        """Chatsite with `crowd` in a database of its own: PostgreSQL beside Redis, or SQLite alone."""
        with self._database(database) as found:
            found |= {"CHAT_ENV": "development", "METRICS_TOKEN": "for-the-benchmarks"}
            server = Server(self.folder / "data", found, workers=workers)
            people = self._fill(server, crowd)
            with on(cores):
                server.start()
            # All of them: else one has to serve everybody who comes at once, and keeps them.
            wait_until(lambda: server.said().count("hub started") == workers, 60, "all workers serve")
            families = {"server": server.pid}
            if database == "postgresql":
                families |= {"postgresql": self.postgres.pid or 0, "redis": self.redis.pid or 0}
            try:
                yield Served(server.port, people, families, server)
            finally:
                server.kill9()

    def crowd_file(self, crowd: Crowd) -> Path:
        """The same file for peers, who know nobody: everybody in one room."""
        path = self.folder / f"{crowd.people}-{crowd.rooms}.json"
        rows = [{"id": n + 1, "rooms": [n * crowd.rooms // crowd.people + 1]} for n in range(crowd.people)]
        path.write_text(json.dumps(rows))
        return path

    def _fill(self, server: Server, crowd: Crowd) -> Path:
        self._people += 1
        path = self.folder / f"people-{self._people}.json"
        words = [str(word) for name, value in vars(crowd).items() for word in (f"--{name}", value)]
        command = [sys.executable, "-m", "benchmarks.bench.people", *words, "--out", str(path)]
        done = subprocess.run(command, cwd=ROOT, env=server.env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"people could not be made:\n{done.stderr}")
        return path

    @contextlib.contextmanager
    def _database(self, kind: str) -> Iterator[dict[str, str]]:
        """The environment of a server with a new database, which has its tables already."""
        name = f"chat_{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            path = self.folder / f"{name}.sqlite3"
            self._base("sqlite", {"DATABASE_URL": f"sqlite:///{self.folder / BASE}.sqlite3"})
            shutil.copy(self.folder / f"{BASE}.sqlite3", path)
            yield {"DATABASE_URL": f"sqlite:///{path}"}
            return
        self.postgres.start()
        self.redis.start()
        if "postgresql" not in self._services:
            self.postgres.execute(f"CREATE DATABASE {BASE}")
        self._base("postgresql", {"DATABASE_URL": self.postgres.database_url(BASE)})
        self.postgres.execute(f"CREATE DATABASE {name} TEMPLATE {BASE}")
        try:
            url, prefix = self.postgres.database_url(name), f"bench-{name}"
            yield {"DATABASE_URL": url, "REDIS_URL": self.redis.url, "REDIS_PREFIX": prefix}
        finally:
            self.postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _base(self, kind: str, env: dict[str, str]) -> None:
        """Migrates once: tables take longer to make than people."""
        if kind in self._services:
            return
        Server(self.folder / "data", env | {"CHAT_ENV": "development"}).manage("migrate", "--verbosity", "0")
        if kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self.folder / f"{BASE}.sqlite3")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._services.add(kind)
