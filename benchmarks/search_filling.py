"""What `search.py` searches in: rooms, people, and messages, half of them English of a real community, half generated Chinese."""

import gzip
import html
import json
import random
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BATCH = 2000
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


def fill(count: int, corpus: Path) -> None:
    from django.db import connection, transaction

    from messaging import search
    from messaging.importing import statements
    from messaging.models import Message
    from rooms.models import Room, RoomLog

    rooms, people = furnish()
    texts = [english(corpus), chinese()]
    weights = [*(share * count for share in SHARES), 2000 * sum(SHARES), 12 * sum(SHARES)]
    seqs = dict(RoomLog.objects.values_list("room", "last_seq"))
    taken = {"messages": 0.0, "tokens and index": 0.0}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("DROP INDEX messaging_searchentry_tokens")
    done = 0
    while done < count:
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
        with transaction.atomic():
            started = time.perf_counter()
            statements.give_ids(batch)
            statements.insert(batch)
            written = time.perf_counter()
            search.add(batch)
            taken["messages"] += written - started
            taken["tokens and index"] += time.perf_counter() - written
        done += len(batch)
        if done % 50_000 < BATCH:
            print(f"  {done:,}", file=sys.stderr, flush=True)
    for room, seq in seqs.items():
        RoomLog.objects.filter(room=room).update(last_seq=seq, head=seq, posted=seq)
    if connection.vendor == "postgresql":
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("CREATE INDEX messaging_searchentry_tokens ON messaging_searchentry USING gin (tokens)")
            cursor.execute("VACUUM ANALYZE")
        taken["GIN afterwards"] = time.perf_counter() - started
    print("Filled:", ", ".join(f"{name} {seconds:.0f} s" for name, seconds in taken.items()))
    assert Room.objects.count() == ROOMS


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
