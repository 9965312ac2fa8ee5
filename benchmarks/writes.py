"""Measures what one process pays for what people write: posts alone and in batches, reactions, edits, read marks.

    .venv/bin/python benchmarks/writes.py --database postgresql
    .venv/bin/python benchmarks/writes.py --database sqlite

Each call is a transaction of its own in a database of its own (a private PostgreSQL with fsync, or a file). Told are the median on the clock,
and the CPU time of this thread and of PostgreSQL's process for one post or one change. No server, no sockets.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TEXT = "the quick brown fox jumps over the lazy dog near the river"
ROOMS, MEMBERS = 20, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--rounds", type=int, default=300, help="calls of each kind")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="writes-"))  # short: a Unix socket lies in it
    folder.chmod(0o711)  # where all this is root's, PostgreSQL is nobody's
    os.environ |= {
        "CHATSITE_DATA": str(folder),
        "CHAT_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
    }
    server = None
    try:
        if options.database == "postgresql":
            from tests.services import Postgres

            server = Postgres(folder, durable=True, bare=True)
            os.environ["DATABASE_URL"] = server.start().url
        measure(options.rounds)
    finally:
        if server:
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def measure(rounds: int) -> None:
    """Fill, and print a line for each kind of call."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from chatsite.realtime.commit import run
    from messaging import services as messages

    people, rooms = populate()

    def batch(size: int) -> Callable[[int], Any]:
        def post(turn: int) -> list:
            posts = [post_of(people[(turn + n) % MEMBERS], rooms[(turn + n) % ROOMS]) for n in range(size)]
            return run(messages.post_messages, posts).value

        return post

    tell("a post", 1, batch(1), rounds)
    tell("a post in a batch of 20", 20, batch(20), max(1, rounds // 10))
    posted = [run(messages.post_messages, [post_of(people[1], rooms[0])]).value[0] for _turn in range(rounds + 5)]
    acts: dict[str, Callable[[Any], Any]] = {
        "a reaction": lambda one: run(messages.add_reaction, people[2], one.id, emoji="👍"),
        "an edit": lambda one: run(messages.edit_message, people[1], one.id, body=f"{TEXT}s", edited_at=None),
        "a read mark": lambda one: run(messages.mark_read, people[3], rooms[0], one.seq),
    }
    for name, act in acts.items():
        tell(name, 1, lambda turn, act=act: act(posted[turn]), rounds)


def populate() -> tuple[list, list[int]]:
    """Ten people in twenty rooms: `(people, room ids)`."""
    from accounts.models import User
    from chatsite.realtime.commit import commit
    from rooms import services
    from rooms.models import Workspace, WorkspaceMembership

    people = [User.objects.create(username=f"person{n}", display_name=f"Person {n}") for n in range(MEMBERS)]
    place = Workspace.objects.create(name="Harbour")
    for person in people:
        role = "owner" if person is people[0] else "member"
        WorkspaceMembership.objects.create(workspace=place, user=person, role=role)
    rooms = [commit(services.create_room, people[0], place, name=f"Room {n}") for n in range(ROOMS)]
    for room in rooms:
        for person in people[1:]:
            commit(services.add_member, people[0], room, person)
    return people, [room.pk for room in rooms]


def post_of(author: Any, room: int) -> Any:
    from messaging.services import Post

    return Post(author, room, TEXT, str(uuid.uuid4()))


def tell(name: str, size: int, call: Callable[[int], Any], rounds: int) -> None:
    """Call it `rounds` times, after five that are not counted, and print what one of `size` costs."""
    for turn in range(5):
        call(turn)
    took, own, backend = [], time.thread_time(), backend_seconds()
    for turn in range(5, rounds + 5):
        began = time.perf_counter()
        call(turn)
        took.append(time.perf_counter() - began)
    each = 1000 / (rounds * size)
    print(
        f"| {name} | {1000 * statistics.median(took) / size:.2f} | {each * (time.thread_time() - own):.2f} "
        f"| {each * (backend_seconds() - backend):.2f} |"
    )


def backend_seconds() -> float:
    """CPU seconds of PostgreSQL's process for this connection; 0 for SQLite, which has none."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print("| what | on the clock, ms | CPU of this thread, ms | CPU of PostgreSQL, ms |\n| --- | --- | --- | --- |")
    main()
