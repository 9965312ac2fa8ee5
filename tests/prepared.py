"""What a new place begins with, made once and copied: to migrate takes seconds, and a run makes hundreds of places.

Who tests a start from nothing asks for a bare Server or Postgres.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tests.server import Server
from tests.services import PREPARED, Postgres, locked

FOLDER = Path(os.environ[PREPARED])
"""Shared by all processes of a run, and by all runs of bin/test. Empty until something is asked for."""
DATABASE = "chatsite.sqlite3"
MAKE = """
from django.conf import settings
from django.core.management import call_command
from chatsite.prepare import collect_static
call_command("migrate", interactive=False, verbosity=0)
collect_static(settings.DATA_DIR / "static.sum")
"""


def copy_data(to: Path, *, tables: bool) -> None:
    """Makes the data folder `to`: the static files and, where `tables`, the migrated SQLite file. Nobody is in it, and no secret."""
    made = _data()
    shutil.copytree(made / "static", to / "static")
    shutil.copy2(made / "static.sum", to)
    if tables:
        copy_database(to / DATABASE)


def copy_database(to: Path) -> None:
    """Makes the migrated SQLite file `to`."""
    shutil.copyfile(_data() / DATABASE, to)


def copy_cluster(to: Path) -> None:
    """Makes PostgreSQL's data folder `to`, with the tables in its databases `postgres` and Postgres.template."""
    subprocess.run(["cp", "-a", _cluster(), to], check=True)  # -a: nobody's files stay nobody's


def _data() -> Path:
    made = FOLDER / "data"
    FOLDER.mkdir(exist_ok=True)
    with locked(FOLDER / "data.lock"):
        if not made.exists():
            making = FOLDER / "making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            Server(making, {}).manage("shell", "--no-imports", "-c", MAKE)
            making.rename(made)
    return made


def _cluster() -> Path:
    made = FOLDER / "cluster"
    server = Postgres(FOLDER, bare=True)
    FOLDER.mkdir(exist_ok=True)
    with locked(FOLDER / "cluster.lock"):
        if not made.exists():
            shutil.rmtree(server.data, ignore_errors=True)
            try:
                _fill(server.start())
            finally:
                server.stop("fast")
            server.data.rename(made)
    return made


def _fill(server: Postgres) -> None:
    Server(FOLDER / "beside", {"DATABASE_URL": server.url}).manage("shell", "--no-imports", "-c", MAKE)
    server.execute(f"CREATE DATABASE {Postgres.template} TEMPLATE postgres")
    # Whoever is in it, be it a vacuum, would prevent copies.
    server.execute(f"ALTER DATABASE {Postgres.template} ALLOW_CONNECTIONS false")
