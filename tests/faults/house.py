"""A house of one's own: Chatsite's processes, PostgreSQL with fsync and Redis, or SQLite and one process; all to be broken."""

import asyncio
import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from tests.faults.links import Proxy
from tests.reliability.target import Account, registered, signed_in
from tests.server import Server
from tests.services import Missing, Postgres, Redis

LIMITS_OFF = {"REGISTRATION": "open"} | dict.fromkeys(
    ("SENDS_PER_SECOND", "SENDS_BURST", "COMMANDS_PER_SECOND", "COMMANDS_BURST", "READS_PER_SECOND", "READS_BURST"),
    "10000",
)
"""The environment of a server for many people."""
LEASE_SECONDS = 5
"""After so long a task comes again whose process was killed."""
PASSWORD = "correct-horse-7-staples"
METRICS_TOKEN = "for-the-metrics-of-this-house"


class House:
    """What `tests.reliability.workload` calls a Target, with its parts: `servers`, `postgres`, `redis` and `links`.

    `database` is postgresql (with Redis) or sqlite (one process, no Redis). `commits_by_proxy` puts a fault proxy between
    the first process and PostgreSQL (`commit_link`), `links_by_proxy` one before each process (`links`). `disk_size` (as
    mount has it: 16m) puts SQLite's file on a small `disk` of its own. `last` is added to the last process's environment; `program` is
    what serves (Server.program).
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        database: str = "postgresql",
        commits_by_proxy: bool = False,
        links_by_proxy: bool = False,
        disk_size: str = "",
        postgres_options: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
        last: Callable[["House"], dict[str, str]] | None = None,
        program: tuple[str, ...] = Server.program,
        seed: int = 0,
    ):
        self.folder = Path(tempfile.mkdtemp(prefix="house-"))  # short: a Unix socket's path has at most 107 bytes
        self.database, self.seed = database, seed
        self.postgres = self.redis = self.commit_link = None
        self.servers: list[Server] = []
        self.beside: list[subprocess.Popen[bytes]] = []
        """Processes that a row added, and that go with the house."""
        self.links: list[Proxy] = []
        self.owner: Account | None = None
        self.disk = self.folder / "disk"
        self._workers, self._commits_by_proxy, self._links_by_proxy = workers, commits_by_proxy, links_by_proxy
        self._disk_size, self._postgres_options, self._last = disk_size, postgres_options, last
        self._program = program
        self._env = {
            "SIGN_IN_FAILURES_PER_ADDRESS": "100000",  # everybody is at one address, and registering counts
            "METRICS_TOKEN": METRICS_TOKEN,
            "TASK_LEASE_SECONDS": str(LEASE_SECONDS),
            **LIMITS_OFF,
            **(env or {}),
        }

    # --- life ---

    async def open(self) -> "House":
        """Raises services.Missing where a program is not on this machine."""
        await asyncio.to_thread(self._open)
        return self

    def _open(self) -> None:
        env = dict(self._env)
        if self.database == "postgresql":
            self.postgres = Postgres(self.folder, durable=True, tcp=True, options=self._postgres_options).start()
            self.redis = Redis(self.folder).start()
            env |= {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
            env |= {"REDIS_PREFIX": f"chatsite-{uuid.uuid4().hex[:8]}"}
        elif self._disk_size:
            env["DATABASE_URL"] = f"sqlite:///{self._mount() / 'chatsite.sqlite3'}"
        self.servers = [Server(self.folder / "data", env) for _worker in range(self._workers)]
        for server in self.servers:
            server.program = self._program
        if self._commits_by_proxy:
            self.commit_link = Proxy(self.postgres.port, self.seed)
            self.servers[0].env["DATABASE_URL"] = f"postgresql://chat@127.0.0.1:{self.commit_link.port}/postgres"
        if self._last:
            self.servers[-1].env |= self._last(self)
        for server in self.servers:
            server.launch()
        for server in self.servers:
            server.wait_for_health()
        if self._links_by_proxy:
            self.links = [Proxy(server.port, self.seed + n) for n, server in enumerate(self.servers, 1)]

    def _mount(self) -> Path:
        self.disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={self._disk_size}", "tmpfs", str(self.disk)]
        if subprocess.run(command, capture_output=True).returncode:
            raise Missing("A small disk of its own cannot be mounted: that takes root.")
        return self.disk

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for server in self.servers:
            server.kill9()
        for process in self.beside:
            process.kill()
            process.wait(10)
        for proxy in (*self.links, *([self.commit_link] if self.commit_link else ())):
            proxy.stop()
        if self.postgres:
            self.postgres.kill9()
        if self.redis:
            self.redis.stop()
        if self.disk.is_mount():
            subprocess.run(["umount", "--lazy", str(self.disk)], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def traces(self) -> list[str]:
        return [trace for server in self.servers for trace in server.traces()]

    def metric(self, server: Server, name: str) -> dict[str, float]:
        """The values of a metric of one process, by its labels as they are written."""
        request = urllib.request.Request(server.url + "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", answer.read().decode(), re.MULTILINE)
        return {labels: float(value) for labels, value in found}

    # --- a Target ---

    @property
    def bases(self) -> list[str]:
        if self.links:
            return [f"http://127.0.0.1:{link.port}" for link in self.links]
        return [server.url for server in self.servers]

    def base_of(self, server: Server) -> str:
        """Where clients reach this process."""
        return self.bases[self.servers.index(server)]

    async def make_user(self, name: str, at: int = 0) -> Account:
        """Somebody who registered and signed in at the process `at`; the first owns the installation."""
        bases = [self.servers[at].url]
        if self.owner is None:
            setting_up = ("set_up", "--workspace", "House", "--owner", name, "--email", f"{name}@example.org")
            await asyncio.to_thread(lambda: self.servers[0].manage(*setting_up, stdin=PASSWORD))
            self.owner = await signed_in(bases, name, PASSWORD)
            return self.owner
        return await registered(bases, name, PASSWORD)

    async def dump(self, witness: Account | None = None) -> dict:
        """What the database holds, read past the server."""
        return await asyncio.to_thread(self._dump)

    def _dump(self) -> dict:
        with contextlib.closing(self._past_the_server()) as connection:
            return {
                "epoch": str(uuid.UUID(str(connection.execute(EPOCH).fetchone()[0]))),
                "rooms": {str(row[0]): dict(zip(ROOM, row[1:], strict=True)) for row in connection.execute(ROOMS)},
                "messages": [message(dict(zip(MESSAGE, row, strict=True))) for row in connection.execute(MESSAGES)],
                "members": [member(dict(zip(MEMBER, row, strict=True))) for row in connection.execute(MEMBERS)],
            }

    async def at_rest(self, seconds: float) -> None:
        """Returns once no task waits; at the latest after `seconds`: what is missing then is found missing."""
        await asyncio.to_thread(self._rest, time.monotonic() + seconds)

    def _rest(self, end: float) -> None:
        while self.tasks_waiting() and time.monotonic() < end:
            time.sleep(0.2)

    def tasks_waiting(self) -> int:
        with contextlib.closing(self._past_the_server()) as connection:
            return connection.execute(WAITING).fetchone()[0]

    def _past_the_server(self) -> psycopg.Connection | sqlite3.Connection:
        if self.postgres:
            return psycopg.connect(self.postgres.url)
        return sqlite3.connect(f"file:{quote(str(self.sqlite))}?mode=ro", uri=True)

    @property
    def sqlite(self) -> Path:
        url = self.servers[0].env.get("DATABASE_URL", "")
        return Path(url.removeprefix("sqlite:///")) if url else self.servers[0].data / "chatsite.sqlite3"

    def redis_client(self) -> redis.Redis:
        return redis.Redis(port=self.redis.port, socket_timeout=10)

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """Runs one statement in PostgreSQL, past the server."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


EPOCH = "SELECT epoch FROM rooms_installation"
ROOM = ("last_seq", "head", "kind", "history")
ROOMS = """SELECT room.id, log.last_seq, log.head, room.kind, room.history
    FROM rooms_room room JOIN rooms_roomlog log ON log.room_id = room.id"""
MESSAGE = (
    "id", "room", "seq", "event_seq", "created_event_seq", "author", "msg_id", "body", "kind", "deleted", "edited",
    "system", "mentions", "root", "created_at",
)  # fmt: skip
MESSAGES = """SELECT id, room_id, seq, event_seq, created_event_seq, author_id, msg_id, body, kind,
    deleted_at IS NOT NULL, edited_at IS NOT NULL, system, mentions, thread_root_id, created_at
    FROM messaging_message ORDER BY room_id, seq"""
MEMBER = ("room", "user", "joined_seq", "joined_event_seq", "last_read_seq", "hidden", "role")
MEMBERS = "SELECT room_id, user_id, joined_seq, joined_event_seq, last_read_seq, is_hidden, role FROM rooms_membership"
WAITING = "SELECT count(*) FROM tasks_pendingtask WHERE every IS NULL AND failed_at IS NULL"


def member(row: dict) -> dict:
    """The same of a place in a room; SQLite has no boolean."""
    return row | {"hidden": bool(row["hidden"])}


def message(row: dict) -> dict:
    """A row of the table as `dump.json` has it."""
    row["hash"] = hashlib.sha256(row.pop("body").encode()).hexdigest()[:16]
    row |= {name: bool(row[name]) for name in ("deleted", "edited")}
    row |= {name: json.loads(row[name]) for name in ("system", "mentions") if isinstance(row[name], str)}
    row["created_at"] = str(row["created_at"])
    if row["system"] is None:
        del row["system"]
    return row
