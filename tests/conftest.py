"""What every test shares: where it runs, on which database, and that it reaches nothing beyond this machine.

CHATSITE_TEST_DATABASE is sqlite (the default) or postgresql, which also brings Redis. CHATSITE_REQUIRE_ALL=1 makes a test
fail where it would be skipped for want of a program.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests.services import Missing, Postgres, Redis

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = Path(os.environ["CHATSITE_TEST_FOLDER"] if WORKER else tempfile.mkdtemp(prefix="chatsite-"))
"""One folder a run, shared by xdist's workers; short, since the path of a Unix socket has at most 107 bytes."""
POSTGRES, REDIS = Postgres(FOLDER), Redis(FOLDER)
ON_POSTGRESQL = os.environ.setdefault("CHATSITE_TEST_DATABASE", "sqlite") == "postgresql"


def set_environment() -> None:
    """Done before Django reads its settings: nothing of the caller's own Chatsite may be touched."""
    kept = ("CHATSITE_TEST_", "CHATSITE_REQUIRE_ALL")
    with (Path(__file__).parent.parent / "chatsite/settings.py").open() as settings:
        source = settings.read()
    for name in [name for name in os.environ if f'"{name}"' in source and not name.startswith(kept)]:
        del os.environ[name]
    data = FOLDER / (WORKER or "main")
    (data / "static").mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "CHATSITE_TEST_FOLDER": str(FOLDER),
        "CHATSITE_DATA": str(data),
        "CHAT_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's synchronous API runs a loop in the tests' thread
    }
    if ON_POSTGRESQL:
        prefix = f"chatsite-{WORKER or 'main'}"
        os.environ |= {"DATABASE_URL": POSTGRES.start().url, "REDIS_URL": REDIS.start().url, "REDIS_PREFIX": prefix}


set_environment()

import django  # noqa: E402

django.setup()


def pytest_configure(config: pytest.Config) -> None:
    if not WORKER:
        # pytest ends by Ctrl-C with its finalizers run, by `kill` without: make the two the same.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        config.add_cleanup(stop_services)


def stop_services() -> None:
    with contextlib.suppress(Missing):
        POSTGRES.stop()
    REDIS.stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {os.environ['CHATSITE_TEST_DATABASE']}{' with Redis' if ON_POSTGRESQL else ''}"


def pytest_terminal_summary(terminalreporter) -> None:
    """Adds this run's counts to the file in which bin/test sums up its runs."""
    if tally := os.environ.get("CHATSITE_TEST_TALLY"):
        counts = [len(terminalreporter.stats.get(kind, [])) for kind in ("passed", "failed", "error", "skipped")]
        with Path(tally).open("a") as file:
            file.write(" ".join(map(str, counts)) + "\n")
