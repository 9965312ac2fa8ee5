"""What `search.py` searches in: rooms, people, and messages, half of them English of a real community, half generated Chinese."""

import functools
import gzip
import html
import json
import random
import re
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

BATCH = 20_000
ROOMS = 60
PEOPLE = 200
START = datetime(2024, 11, 1, tzinfo=UTC)
DAYS = 750
SHARES = [1 / (rank + 1) for rank in range(ROOMS - 2)]
"""How much is said in each room but the last two, which have 2,000 and 12 messages."""
WORDS_OF_CHINESE = 20_000


# --- What is said --------------------------------------------------------------------------------------------------


def english(corpus: Path) -> Iterator[str]:
    with gzip.open(corpus, "rt") as lines:
        bodies = [json.loads(line)["body"][:10_000] for line in lines]
    while True:
        random.shuffle(bodies)
        yield from bodies


def chinese() -> Iterator[str]:
    """Sentences of words of one to four characters, the common ones common as in speech (Zipf)."""
    common = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 6000)]
    words = list(common) + [
        "".join(random.choices(characters, k=random.choice((2, 2, 2, 3, 4)))) for _word in range(WORDS_OF_CHINESE)
    ]
    weights = [1 / (rank + 2) for rank in range(len(words))]
    drawn: list[str] = []
    while True:
        if len(drawn) < 100:
            drawn = random.choices(words, weights, k=200_000)
        clauses = []
        for _clause in range(random.randint(1, 4)):
            length = random.randint(3, 10)
            clauses.append("".join(drawn[-length:]))
            del drawn[-length:]
        yield "，".join(clauses) + random.choice("。。。！？")


# --- Filling -------------------------------------------------------------------------------------------------------

BEFORE = {
    "postgresql": (
        "SET statement_timeout = 0",
        "SET synchronous_commit = off",
        "SET maintenance_work_mem = '2GB'",
        "DROP INDEX messaging_searchentry_tokens",
    ),
    "sqlite": (
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -400000",
        "INSERT INTO messaging_searchtext (messaging_searchtext, rank) VALUES ('hashsize', 100000000)",
        "INSERT INTO messaging_searchtext (messaging_searchtext, rank) VALUES ('automerge', 0)",
    ),
}
AFTER = {
    "postgresql": (
        *import_module("messaging.migrations.0004_search_anew").POSTGRESQL[-1:],
        "VACUUM ANALYZE",
    ),
    # As `manage index_messages` leaves it; what is posted then lies in pieces beside.
    "sqlite": (
        "INSERT INTO messaging_searchtext (messaging_searchtext) VALUES ('optimize')",
        "INSERT INTO messaging_searchtext (messaging_searchtext, rank) VALUES ('hashsize', 1048576)",
        "INSERT INTO messaging_searchtext (messaging_searchtext, rank) VALUES ('automerge', 4)",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA cache_size = -16000",
    ),
}


def fill(count: int, corpus: Path) -> None:
    """Write `count` messages and their entries: the same rows as posting would write, in bulk and with the index put together at the end."""
    from django.db import connection, transaction

    from messaging.importing import statements
    from messaging.models import Message
    from messaging.search import index, spans
    from rooms.models import Room, RoomLog

    rooms, people = furnish()
    texts = [english(corpus), chinese()]
    weights = [*(share * count for share in SHARES), 2000 * sum(SHARES), 12 * sum(SHARES)]
    seqs = dict(RoomLog.objects.values_list("room", "last_seq"))
    taken = dict.fromkeys(("making", "messages", "tokens", "entries", "index at the end"), 0.0)
    _execute(*BEFORE[connection.vendor])
    done = 0
    while done < count:
        started = time.perf_counter()
        batch = []
        for number, room in enumerate(random.choices(rooms, weights, k=min(BATCH, count - done)), done):
            seqs[room] += 1
            body = next(texts[number % 2])
            batch.append(
                Message(
                    room_id=room, seq=seqs[room], event_seq=seqs[room], created_event_seq=seqs[room], posted=seqs[room], author_id=random.choice(people),
                    body=body, html=f"<p>{html.escape(body)}</p>", created_at=START + timedelta(days=DAYS) * number / count, msg_id=str(uuid.uuid4()),
                )
            )  # fmt: skip
        times = [started, time.perf_counter()]
        with transaction.atomic():
            statements.give_ids(batch)
            statements.insert(batch)
            times.append(time.perf_counter())
            entries = [(message.pk, message.room_id, _entry(message)) for message in batch]
            assert set(re.split("[ ,{}]", entries[0][2])) == set(re.split("[ ,{}]", index.entry(batch[0])))
            times.append(time.perf_counter())
            _write(entries)
            spans.note(batch)
            times.append(time.perf_counter())
        for name, (before, after) in zip(taken, pairwise(times), strict=False):
            taken[name] += after - before
        done += len(batch)
        if done % 50_000 < BATCH:
            print(f"  {done:,}", file=sys.stderr, flush=True)
    for room, seq in seqs.items():
        RoomLog.objects.filter(room=room).update(last_seq=seq, head=seq, posted=seq)
    started = time.perf_counter()
    _execute(*AFTER[connection.vendor])
    taken["index at the end"] = time.perf_counter() - started
    print("Filled:", ", ".join(f"{name} {seconds:.0f} s" for name, seconds in taken.items()), flush=True)
    assert Room.objects.count() == ROOMS


def _entry(message: Any) -> str:
    """As `index.entry`, but a text that comes again is not cut again."""
    from django.db import connection

    from messaging.search import index, tokens

    if connection.vendor == "postgresql":
        marks = index.numbers([*tokens.marks(message), *index.blocks(message.pk)])
        return f"{marks[:-1]}{_of_text(message.body)}}}"
    return f"{' '.join(tokens.marks(message))}{_of_text(message.body)}"


@functools.lru_cache(300_000)
def _of_text(text: str) -> str:
    """The tokens of a text, as they follow the marks."""
    from django.db import connection

    from messaging.search import index, tokens

    found = dict.fromkeys(tokens.of_text(text))
    if connection.vendor == "postgresql":
        return "".join(f",{number}" for number in filter(None, index.numbers(found)[1:-1].split(",")))
    return "".join(f" {token}" for token in found)


def _write(entries: list[tuple[int, int, str]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy("COPY messaging_searchentry (message_id, room_id, tokens) FROM STDIN") as copy:
                for row in entries:
                    copy.write_row(row)
        else:
            rows = [(pk, text) for pk, _room, text in entries]
            cursor.executemany("INSERT INTO messaging_searchtext (rowid, tokens) VALUES (%s, %s)", rows)


def _execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def furnish() -> tuple[list[int], list[int]]:
    """Rooms and people: `everything` is in all rooms, `few` in three of middle size, `almost_none` in the smallest alone."""
    from django.utils import timezone

    from accounts.models import User
    from chatsite.realtime.commit import commit
    from rooms import services
    from rooms.models import Installation, Role, Workspace, WorkspaceMembership

    Installation.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now()})
    place = Workspace.objects.create(name="Benchmark")
    names = ["everything", "few", "almost_none", *(f"person{number}" for number in range(PEOPLE))]
    people = {name: User.objects.create(username=name) for name in names}
    for name, user in people.items():
        role = Role.OWNER if name == "everything" else Role.MEMBER if name.startswith("person") else Role.GUEST
        WorkspaceMembership.objects.create(workspace=place, user=user, role=role)
    owner = people["everything"]
    rooms = [
        commit(services.create_room, owner, place, name=f"Room {number}", kind="private") for number in range(ROOMS)
    ]
    for number in (20, 25, 30):
        commit(services.add_member, owner, rooms[number], people["few"])
    commit(services.add_member, owner, rooms[-1], people["almost_none"])
    return [room.pk for room in rooms], [user.pk for name, user in people.items() if name.startswith("person")]
