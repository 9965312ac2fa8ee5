"""Measures searching in many messages, half of them English of a real community, half generated Chinese; and what the index costs a post.

    .venv/bin/python benchmarks/search.py --database sqlite --messages 1000000 --corpus ../shared/corpus/chat-100k.jsonl.gz

It fills a database of its own (a private PostgreSQL, or a file) in --folder, or finds it filled there, and asks as three people: one who
reads everything, one with a few rooms, one with almost none. Told are the time on the clock and the CPU time that it took, of this process
and PostgreSQL's together: on a machine that others keep busy only the second says something.
"""

import argparse
import collections
import logging
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.search_filling import DAYS, PEOPLE, START, english, fill  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="short, since a Unix socket lies in it")
    parser.add_argument("--rounds", type=int, default=40, help="searches of each kind and person")
    return parser.parse_args()


# --- Asking --------------------------------------------------------------------------------------------------------


def questions() -> dict[str, list[dict[str, Any]]]:
    """Kinds of questions, made of what is really there: a sample of 20,000 messages says how common words are."""
    from messaging.models import Message
    from messaging.search.text import is_cjk, words

    newest = Message.objects.latest("pk").pk
    sample = random.sample(range(1, newest + 1), min(20_000, newest))
    counts: collections.Counter[str] = collections.Counter()
    pairs: collections.Counter[str] = collections.Counter()
    phrases = []
    for start in range(0, len(sample), 500):
        for body in Message.objects.filter(pk__in=sample[start : start + 500]).values_list("body", flat=True):
            found = words(body)
            counts.update({word for word in found if not is_cjk(word)})
            pairs.update({word[at : at + 2] for word in found if is_cjk(word) for at in range(len(word) - 1)})
            plain = [
                at
                for at in range(len(found) - 1)
                if all(word.isascii() and word.isalpha() for word in found[at : at + 2])
            ]
            if plain:
                at = random.choice(plain)
                phrases.append(f'"{found[at]} {found[at + 1]}"')
    long = [(word, n) for word, n in counts.most_common() if word.isalpha() and word.isascii() and 4 <= len(word) <= 14]
    rare = [word for word, n in long if n == 1]
    middle = [word for word, n in long if 10 <= n <= 200]
    common = [word for word, n in long[:40]]
    rare_pairs, middle_pairs = (
        [pair for pair, n in pairs.items() if n <= 2],
        [pair for pair, n in pairs.items() if 10 <= n <= 200],
    )
    plain = lambda words: [{"box": word} for word in words]  # noqa: E731
    picked = random.sample
    return {
        "the commonest word": plain([counts.most_common(1)[0][0]]),
        "the commonest word of four letters or more": plain([long[0][0]]),
        "the commonest character, 的": plain(["的"]),
        "the commonest pair of characters": plain([pairs.most_common(1)[0][0]]),
        "common words (40 most)": plain(common),
        "words in 1 of 100 to 2,000 messages": plain(picked(middle, 40)),
        "words in 1 of 20,000 messages": plain(picked(rare, 40)),
        "parts of words": plain([word[at : at + random.randint(3, 5)] for word in picked(middle, 40) if (at := random.randint(0, 1)) is not None]),
        "pairs in 1 of 100 to 2,000 messages": plain(picked(middle_pairs, min(40, len(middle_pairs)))),
        "pairs in 1 of 10,000 messages": plain(picked(rare_pairs, 40)),
        "three characters": plain([pair + random.choice(rare_pairs)[0] for pair in picked(middle_pairs, min(40, len(middle_pairs)))]),
        "two words": plain([f"{random.choice(common)} {word}" for word in picked(middle, 40)]),
        "phrases": plain(picked(phrases, 40)),
        "words that nobody said": plain([word[::-1] + "q" for word in picked(rare, 40)]),
        "the commonest word, before a day": [{"box": counts.most_common(1)[0][0], "before": START + timedelta(days=days)} for days in range(30, DAYS, 40)],
        "a word of one person": [{"box": f"{word} from:person{random.randrange(PEOPLE)}"} for word in picked(common, 20)],
        "the commonest word, the tenth page": [{"box": counts.most_common(1)[0][0], "page": 10}],
    }  # fmt: skip


class Clock:
    """Milliseconds on the clock and of CPU, of this thread and of its PostgreSQL backend."""

    def __init__(self) -> None:
        from django.db import connection

        self.backend = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def now(self) -> tuple[float, float]:
        theirs = int(self.backend.read_text().split()[0]) / 1e6 if self.backend else 0.0
        return time.perf_counter() * 1000, time.thread_time() * 1000 + theirs

    def since(self, then: tuple[float, float]) -> tuple[float, float]:
        wall, cpu = self.now()
        return wall - then[0], cpu - then[1]


def ask(user, question: dict[str, Any], clock: Clock) -> tuple[float, float, int]:
    """Milliseconds and CPU milliseconds of the service, and how many were found."""
    from messaging.search import query as queries
    from messaging.search.finding import find

    filters = {name: value for name, value in question.items() if name not in ("box", "page")}
    query, below = queries.read(question["box"], **filters), None
    for _page in range(question.get("page", 1)):
        started = clock.now()
        found = find(user, query, below=below)
        taken = clock.since(started)
        below = found.next
        if below is None:
            break
    return *taken, len(found.messages)


def over_http(user, clock: Clock) -> Callable[[str], tuple[float, float]]:
    from django.test import Client

    from accounts import tokens

    client = Client(headers={"Authorization": f"Bearer {tokens.issue(user)['access']}"})

    def call(box: str) -> tuple[float, float]:
        started = clock.now()
        answer = client.get("/api/v1/search/", {"q": box, "limit": 25})
        assert answer.status_code == 200, answer.content
        return clock.since(started)

    return call


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def measure(rounds: int) -> None:
    from accounts.models import User

    kinds = questions()
    everything: list[float] = []
    walls: list[float] = []
    clock = Clock()
    print(
        "\n| what was asked for | by | CPU ms, p50 | p95 | most | on the clock, p50 | found |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    for kind, asked in kinds.items():
        for name in ("everything", "few", "almost_none"):
            user = User.objects.get(username=name)
            ask(user, asked[0], clock)
            results = [ask(user, asked[number % len(asked)], clock) for number in range(max(rounds, len(asked)))]
            wall, times = [one[0] for one in results], [one[1] for one in results]
            walls += wall
            everything += times
            found = statistics.mean(one[2] for one in results)
            print(f"| {kind} | {name} | {percentile(times, 0.5):.1f} | {percentile(times, 0.95):.1f} | {max(times):.1f} | {percentile(wall, 0.5):.1f} | {found:.0f} |", flush=True)  # fmt: skip
    tell(f"All {len(everything)} searches", everything, walls)
    call = over_http(User.objects.get(username="everything"), clock)
    boxes = [asked[number % len(asked)]["box"] for asked in kinds.values() for number in range(rounds // 2)]
    call(boxes[0])
    results = [call(box) for box in boxes]
    tell(
        f"By the API, {len(results)} calls of who reads everything",
        [cpu for _wall, cpu in results],
        [wall for wall, _cpu in results],
    )


def tell(what: str, cpu: list[float], wall: list[float]) -> None:
    for name, times in (("CPU", cpu), ("on the clock", wall)):
        shares = ", ".join(f"p{share} {percentile(times, share / 100):.1f} ms" for share in (50, 95, 99))
        print(f"\n{what}, {name}: {shares}, most {max(times):.1f} ms", flush=True)


# --- Posting, size -------------------------------------------------------------------------------------------------


def measure_posts(corpus: Path) -> None:
    """What a post costs with the index, and without it, alone and twenty at once."""
    from accounts.models import User
    from chatsite.realtime.commit import run
    from messaging import search, services
    from rooms.models import Room

    author, room = User.objects.get(username="everything"), Room.objects.order_by("pk").first()
    texts = english(corpus)
    add, clock = search.add, Clock()
    print(
        "\n| posting | alone: CPU ms, p50 | p95 | most | on the clock, p50 | 20 at once: CPU ms a post |\n| --- | --- | --- | --- | --- | --- |"
    )
    for name, used in (
        ("without", lambda _messages: None),
        ("with", add),
        ("without", lambda _messages: None),
        ("with", add),
    ):
        search.add = used  # type: ignore[assignment]
        alone = []
        for _post in range(300):
            post = services.Post(author, room.pk, next(texts), str(uuid.uuid4()))
            started = clock.now()
            run(services.post_messages, [post])
            alone.append(clock.since(started))
        batches = [
            [services.Post(author, room.pk, next(texts), str(uuid.uuid4())) for _post in range(20)]
            for _batch in range(30)
        ]
        started = clock.now()
        for batch in batches:
            run(services.post_messages, batch)
        together = clock.since(started)[1] / 600
        wall, cpu = [one[0] for one in alone], [one[1] for one in alone]
        print(f"| {name} the index | {percentile(cpu, 0.5):.2f} | {percentile(cpu, 0.95):.2f} | {max(cpu):.2f} | {percentile(wall, 0.5):.2f} | {together:.2f} |", flush=True)  # fmt: skip
    search.add = add


def tell_sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('messaging_message'), pg_table_size('messaging_searchentry'), pg_indexes_size('messaging_searchentry')"
            )
            print("\nBytes of messages, entries, their indexes: {:,} {:,} {:,}".format(*cursor.fetchone()))
        else:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute("SELECT sum(length(block)) FROM messaging_searchtext_data")
            print(f"\nBytes of the database: {pages * 4096:,}, of it the index: {cursor.fetchone()[0]:,}")


def main() -> None:
    asked = arguments()
    random.seed(20261129)
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"CHATSITE_DATA": str(asked.folder / "data"), "DJANGO_SETTINGS_MODULE": "chatsite.settings", "CHAT_ENV": "test", "READS_PER_SECOND": "100000", "READS_BURST": "1000000"}  # fmt: skip
    (asked.folder / "data" / "static").mkdir(parents=True, exist_ok=True)
    postgres = None
    if asked.database == "postgresql":
        from tests.services import Postgres

        postgres = Postgres(asked.folder, durable=True, options=("shared_buffers=512MB", "max_wal_size=8GB")).start()
        os.environ["DATABASE_URL"] = postgres.url
    try:
        import django

        django.setup()
        from django.core.management import call_command

        from messaging.models import Message

        logging.disable(logging.WARNING)
        call_command("migrate", verbosity=0)
        if Message.objects.filter(kind="message").count() < asked.messages:
            fill(asked.messages, asked.corpus)
        print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.0f}")
        tell_sizes()
        measure(asked.rounds)
        measure_posts(asked.corpus)
    finally:
        if postgres:
            postgres.stop("fast")


if __name__ == "__main__":
    main()
