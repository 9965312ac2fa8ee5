"""What every test shares: on which database it runs, which servers it may start, and that it stays on this machine.

CHATSITE_TEST_DATABASE is sqlite (the default) or postgresql, which also brings Redis. CHATSITE_REQUIRE_ALL=1 makes a test
fail that would be skipped for want of a program.
"""

import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings

from tests.network import refuse_the_network
from tests.server import Server
from tests.services import PREPARED, ROOT, Missing, Postgres, Redis, needed

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = Path(os.environ["CHATSITE_TEST_FOLDER"] if WORKER else tempfile.mkdtemp(prefix="chatsite-"))
"""One folder a run, shared by xdist's workers; short, since the path of a Unix socket has at most 107 bytes."""
FOLDER.chmod(0o711)  # where the tests are root's, PostgreSQL is nobody's
os.environ.setdefault(PREPARED, str(FOLDER / "prepared"))
POSTGRES, REDIS = Postgres(FOLDER), Redis(FOLDER)
ON_POSTGRESQL = os.environ.setdefault("CHATSITE_TEST_DATABASE", "sqlite") == "postgresql"


def own_redis_database() -> str:
    """Each worker has a database of its own in the shared Redis and may flush it; channels need prefixes besides."""
    return REDIS.start().url.removesuffix("0") + str(1 + int(WORKER.removeprefix("gw") or 0))


def set_environment() -> None:
    """Nothing of the caller's own Chatsite may be touched. Must come before Django reads its settings."""
    for name in re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "chatsite/settings.py").read_text()):
        os.environ.pop(name, None)
    data = FOLDER / (WORKER or "main")
    (data / "static").mkdir(parents=True)
    os.environ |= {
        "CHATSITE_TEST_FOLDER": str(FOLDER),
        "CHATSITE_DATA": str(data),
        "CHAT_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's synchronous API runs a loop in the tests' thread
    }
    if ON_POSTGRESQL:
        os.environ |= {"DATABASE_URL": POSTGRES.start().url, "REDIS_URL": own_redis_database()}
        os.environ["REDIS_PREFIX"] = f"chatsite-{WORKER or 'main'}"
    else:
        database = settings.DATABASES["default"]
        # In a file: threads that share a database in memory get "table is locked" instead of waiting.
        database.setdefault("TEST", {})["NAME"] = str(data / "test.sqlite3")
        database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


def stop_services() -> None:
    with contextlib.suppress(Missing):
        POSTGRES.stop()
    REDIS.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    if not WORKER:
        # `kill` ends pytest as Ctrl-C does: with its finalizers run.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        config.add_cleanup(stop_services)


def pytest_report_header() -> str:
    return f"database: {os.environ['CHATSITE_TEST_DATABASE']}{' with Redis' if ON_POSTGRESQL else ''}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Adds this run's counts to the file in which bin/test sums up its runs."""
    tally = os.environ.get("CHATSITE_TEST_TALLY")
    if tally and not WORKER:
        counts = [len(terminalreporter.stats.get(kind, [])) for kind in ("passed", "failed", "error", "skipped")]
        with Path(tally).open("a") as file:
            file.write(" ".join(map(str, counts)) + "\n")


refuse_the_network()
set_environment()
django.setup()


@pytest.fixture(scope="session", autouse=True)
def connections_stay_open() -> Iterator[None]:
    """Channels closes old connections round each handler: on PostgreSQL that would be the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("channels.db.close_old_connections", lambda **_: None)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database begins as a copy, in which nothing is left to migrate."""
    from django.db import connection

    from tests.prepared import copy_database

    test = connection.settings_dict["TEST"]
    if ON_POSTGRESQL:
        test["TEMPLATE"] = POSTGRES.template
    else:
        copy_database(Path(test["NAME"]))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The copy of SQLite's file is no leftover to be replaced; it goes with the run's folder."""
    return not ON_POSTGRESQL


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """To drop a test database may take longer than a served request has."""
    yield
    from django.db import connection

    connection.settings_dict["OPTIONS"].pop("options", None)


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_where_they_are_full() -> Iterator[None]:
    from tests.emptying import empty_all

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.TransactionTestCase._fixture_teardown", empty_all)
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    from django.core.cache import cache

    from messaging.memory import memory

    cache.clear()
    memory.forget()  # what a test rolls back gives its numbers to the next


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The run's PostgreSQL, shared by all workers: `with postgres.database() as url` gives a database of one's own."""
    with needed():
        return POSTGRES.start()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A database in the run's Redis that no other worker uses."""
    with needed():
        return own_redis_database()


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a path short enough for Unix sockets, which `tmp_path` often has not."""
    with tempfile.TemporaryDirectory(prefix="chatsite-") as path:
        yield Path(path)


@pytest.fixture
def own_postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL for this test alone, with fsync, on a port of 127.0.0.1 too: to stop, kill and start again."""
    with needed():
        server = Postgres(folder, durable=True, tcp=True).start()
    yield server
    server.kill9()


@pytest.fixture
def own_redis(folder: Path) -> Iterator[Redis]:
    """A Redis for this test alone: to stop, kill and start again."""
    with needed():
        server = Redis(folder).start()
    yield server
    server.stop()


@pytest.fixture
def running_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts Chatsite as `bin/run` does; may be called more than once, and all are stopped at the end.

    `database` is sqlite, postgresql (a new database in the run's server) or a DATABASE_URL; `redis` is True for the run's
    Redis, or a REDIS_URL; `workers` are uvicorn's; `beside` is a Server, started before, whose data folder, database and
    Redis the new one shares; `like` is a data folder with whose copy it begins; a `bare` one finds no tables; `env` is added
    to the environment; with `start=False` it is made but not started.
    """
    servers: list[Server] = []
    with contextlib.ExitStack() as databases:

        def run(
            database: str = "sqlite",
            *,
            redis: bool | str = False,
            workers: int = 1,
            beside: Server | None = None,
            like: Path | None = None,
            bare: bool = False,
            env: dict[str, str] | None = None,
            start: bool = True,
        ) -> Server:
            found = {"REDIS_PREFIX": f"chatsite-{uuid.uuid4().hex[:8]}"}
            if beside:
                found = {name: beside.env[name] for name in beside.env if name != "SITE_URL"}
            elif database == "postgresql":
                postgres = request.getfixturevalue("postgres")
                found["DATABASE_URL"] = databases.enter_context(postgres.database(bare=bare))
            elif database != "sqlite":
                found["DATABASE_URL"] = database
            if redis:
                found["REDIS_URL"] = redis if isinstance(redis, str) else request.getfixturevalue("redis_url")
            data = beside.data if beside else tmp_path / f"data-{len(servers)}"
            if like:
                shutil.copytree(like, data)
            is_bare = beside.bare if beside else bare
            server = Server(data, found | (env or {}), workers=workers, bare=is_bare)
            servers.append(server)
            return server.start() if start else server

        yield run
        for server in servers:
            server.kill9()
        traces = [trace for server in servers for trace in server.traces()]
    assert not traces, "The server met what nobody expected:\n" + "\n".join(traces[:3])
