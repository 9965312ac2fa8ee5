"""What must be in place before the first request: the data folder, the tables, the static files.

Each step is quick where there is nothing to do, since it runs at every start. What is missing ends the process with one
sentence and code 1.
"""

import contextlib
import fcntl
import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection

MIGRATION_LOCK = 0x43484154
"""Key of PostgreSQL's advisory lock under which processes that start at once migrate one after another."""


def writable(folder: Path) -> Path:
    """The absolute path of `folder`, made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        sys.exit(f"The data folder {folder} cannot be written ({error.strerror}): choose another with --data.")
    return folder.resolve()


def prepare(data: Path) -> str | None:
    """Sets Django up, brings tables and static files up to date; returns the path of the set-up page while that is open."""
    try:
        django.setup()
        with (data / ".preparing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not settings.STATIC_IS_BUILT_IN:
                collect_static(data / "static.sum")
            return migrate()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {str(error).splitlines()[0]}")


def migrate() -> str | None:
    """Applies the migrations that are not applied yet; returns what `rooms.services.set_up_link` says of the result."""
    from django.db.migrations.executor import MigrationExecutor

    from rooms import services

    with without_limits():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        return services.set_up_link()


def make_demo() -> str:
    """Fills the empty database with the demo; returns what the terminal says of it. Ends the process where anybody is there already."""
    from chatsite.realtime.errors import ChatError
    from messaging.demo.greeting import greeting
    from messaging.demo.making import make

    try:
        with without_limits():
            return greeting(make())
    except ChatError as error:
        sys.exit(error.message)


@contextlib.contextmanager
def without_limits() -> Iterator[None]:
    """Straight to the database: the settings' pool would hide why it cannot be reached, and their limits are those of a
    served request, while what is prepared may take its time."""
    options = connection.settings_dict["OPTIONS"]
    set_aside = {name: options.pop(name) for name in ("pool", "options") if name in options}
    try:
        yield
    finally:
        connection.close()  # and with it the lock
        options.update(set_aside)


def collect_static(record: Path) -> None:
    """Collects the static files unless `record` holds the sum of what there is now."""
    from django.contrib.staticfiles.finders import get_finders

    total = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            total.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    if record.exists() and record.read_text() == total.hexdigest() and Path(settings.STATIC_ROOT).exists():
        return
    # clear: Django keeps a collected file that is younger than its source, also when the source is another one now.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    record.write_text(total.hexdigest())
