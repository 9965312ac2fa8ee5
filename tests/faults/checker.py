"""The checker: what must hold of a crowd's records and the database, by the numbers of the reliability page (I1 to I8, and I14)."""

import asyncio
import contextlib
import itertools
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from tests.faults.crowd import Crowd
from tests.faults.people import OK, Intent, Person
from tests.server import Server

QUIET = 5.0
"""Seconds after the last fault by which everybody must hold everything."""
SHOWN = 20


@dataclass
class Row:
    """A message as the database has it."""

    id: int
    room: int
    seq: int
    event_seq: int
    author: int
    body: str
    msg_id: str | None


@dataclass
class Evidence:
    """All that is known once the load is over."""

    people: list[Person]
    rows: list[Row]
    logs: dict[int, tuple[int, int]]
    """`last_seq` and `head` by room."""
    fresh: dict[int, dict[int, dict]] = field(default_factory=dict)
    """Each room by `seq`, as a fresh `history` has it."""

    def __post_init__(self) -> None:
        self.by_place = {(row.room, row.seq): row for row in self.rows}
        self.by_msg_id: dict[tuple[int, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.msg_id:
                self.by_msg_id[row.author, row.msg_id].append(row)
        self.intents = [intent for person in self.people for intent in person.intents]

    @property
    def acked(self) -> list[Intent]:
        return [intent for intent in self.intents if intent.acks]


async def check(crowd: Crowd) -> Evidence:
    """Wait until everybody is level, at most QUIET seconds, and raise AssertionError with every violation found."""
    rows, logs = read_database(crowd.servers[0])
    with contextlib.suppress(TimeoutError):  # I5 names who is not level by then
        async with asyncio.timeout(QUIET):
            await asyncio.gather(*(level(person, logs) for person in crowd.people))
    evidence = Evidence(crowd.people, rows, logs, {room: await fresh_history(crowd, room) for room in logs})
    found = [f"I{number}: {what}" for number, invariant in INVARIANTS.items() for what in invariant(evidence)]
    found += crowd.faults()
    assert not found, "\n".join([f"{len(found)} violations with seed {crowd.seed}:", *found[:SHOWN]])
    return evidence


async def level(person: Person, logs: dict[int, tuple[int, int]]) -> None:
    await person.until(lambda: all(room.cursor >= logs[pk][1] for pk, room in person.rooms.items()), "all is told")


def read_database(server: Server) -> tuple[list[Row], dict[int, tuple[int, int]]]:
    """Rows and logs, read past the server."""
    url = server.env.get("DATABASE_URL")
    connection = psycopg.connect(url) if url else sqlite3.connect(server.data / "chatsite.sqlite3")
    try:
        rows = connection.execute(
            "SELECT id, room_id, seq, event_seq, author_id, body, msg_id FROM messaging_message ORDER BY room_id, seq"
        )
        found = [Row(*row) for row in rows.fetchall()]
        logs = connection.execute("SELECT room_id, last_seq, head FROM rooms_roomlog").fetchall()
    finally:
        connection.close()
    return found, {room: (last_seq, head) for room, last_seq, head in logs}


async def fresh_history(crowd: Crowd, room: int) -> dict[int, dict]:
    """The whole room by `history`, page by page."""
    reader = next((person for person in crowd.people if room in person.rooms), None)
    found: dict[int, dict] = {}
    more = reader is not None
    while more:
        page = await reader.command("history", room=room, after=max(found, default=0), limit=100)
        found |= {row["seq"]: row for row in page["messages"]}
        more = page["has_after"]
    return found


# --- the invariants ---


def acked_has_its_row(evidence: Evidence) -> Iterator[str]:
    """I1: every ack has exactly one row, with the same room, id, seq, author and body."""
    for intent in evidence.acked:
        rows = evidence.by_msg_id[intent.author, intent.msg_id]
        if len(rows) != 1:
            yield f"{intent.acks[0]} has {len(rows)} rows"
            continue
        kept, ack = rows[0], intent.acks[0]
        wanted = (ack["id"], intent.room, ack["room"], ack["seq"], intent.body)
        if (kept.id, kept.room, kept.room, kept.seq, kept.body) != wanted:
            yield f"{ack} of {intent.body!r} has the row {kept}"


def nothing_is_twice(evidence: Evidence) -> Iterator[str]:
    """I2: at most one row for each (author, msg_id) and each intent; the acks of one msg_id agree, and only the first is no duplicate."""
    for key, rows in evidence.by_msg_id.items():
        if len(rows) > 1:
            yield f"{key} has {len(rows)} rows"
    bodies = Counter((row.author, row.body) for row in evidence.rows if row.msg_id and row.body != OK)
    yield from (f"{key} was said {count} times" for key, count in bodies.items() if count > 1)
    for intent in evidence.acked:
        if len({(ack["id"], ack["seq"], ack["event_seq"]) for ack in intent.acks}) > 1:
            yield f"the acks of {intent.msg_id} differ: {intent.acks}"
        if not all(ack["duplicate"] for ack in intent.acks[1:]):
            yield f"a second ack of {intent.msg_id} is no duplicate: {intent.acks}"


def numbers_have_no_gap(evidence: Evidence) -> Iterator[str]:
    """I3: a room's seqs are 1 to `last_seq`, and its highest event_seq is `head`."""
    for room, (last_seq, head) in evidence.logs.items():
        rows = [row for row in evidence.rows if row.room == room]
        if [row.seq for row in rows] != list(range(1, last_seq + 1)):
            yield f"room {room}: {len(rows)} seqs up to {rows[-1].seq}, where last_seq is {last_seq}"
        if max((row.event_seq for row in rows), default=0) != head:
            yield f"room {room}: the highest event_seq is not its head {head}"


def frames_join(evidence: Evidence) -> Iterator[str]:
    """I4: on each connection a room's `changes` join from the head that was told; no `hello` tells a head below what came before."""
    for person in evidence.people:
        reached: dict[int, int] = defaultdict(int)
        for number, frames in enumerate(person.connections):
            where = f"{person.name}, connection {number}"
            cursors: dict[int, int] = {}
            for frame in frames:
                told = frame.payload["rooms"] if frame.cmd_type in ("hello", "rooms.changed") else ()
                for room in told:
                    if frame.cmd_type == "hello" and room["head"] < reached[room["id"]]:
                        yield f"{where}: hello says {room['head']} of room {room['id']}, which had come to {reached[room['id']]}"
                    cursors.setdefault(room["id"], room["head"])
                if frame.cmd_type == "changes":
                    room, to = frame.payload["room"], frame.payload.get("to", frame.payload.get("head"))
                    if not frame.payload.get("reset") and not frame.payload["from"] == cursors.get(room) < to:
                        yield f"{where}: room {room} stood at {cursors.get(room)}, then came {frame.payload['from']} to {to}"
                    cursors[room] = reached[room] = to


def everybody_has_everything(evidence: Evidence) -> Iterator[str]:
    """I5: who is connected holds every message of their rooms."""
    for person in evidence.people:
        if not person.is_connected.is_set():
            yield f"{person.name} is not connected"
        for pk, room in person.rooms.items():
            missing = set(range(room.low or 1, evidence.logs[pk][0] + 1)) - room.rows.keys()
            if missing or room.cursor != evidence.logs[pk][1]:
                yield f"{person.name} stands at {room.cursor} of {evidence.logs[pk][1]} in room {pk} and lacks {sorted(missing)[:5]}"


def everybody_agrees(evidence: Evidence) -> Iterator[str]:
    """I6: what was delivered is what the database has, and somebody meant it."""
    meant = {(intent.author, intent.msg_id) for intent in evidence.intents}
    for person in evidence.people:
        for row in delivered(person):
            kept = evidence.by_place.get((row["room"], row["seq"]))
            said = (row["id"], row["author"]["id"], row["body"], row["msg_id"])
            if kept is None or said != (kept.id, kept.author, kept.body, kept.msg_id or ""):
                yield f"{person.name} was told {said} of {row['room']}/{row['seq']}, which is {kept}"
            elif row["kind"] == "message" and (kept.author, kept.msg_id) not in meant:
                yield f"{person.name} was told {said}, which nobody wrote"


def delivered(person: Person) -> Iterator[dict]:
    """Every message that a person was told live, and those that they hold now."""
    for frames in person.connections:
        yield from (row for frame in frames if frame.cmd_type == "changes" for row in frame.payload.get("messages", ()))
    for room in person.rooms.values():
        yield from room.rows.values()


def outboxes_keep_their_order(evidence: Evidence) -> Iterator[str]:
    """I7: what one person wrote into one room stands in the order of their outbox."""
    for person in evidence.people:
        for pk in person.rooms:
            seqs = [intent.acks[0]["seq"] for intent in person.intents if intent.acks and intent.room == pk]
            yield from (f"{person.name} in room {pk}: {a} before {b}" for a, b in itertools.pairwise(seqs) if a > b)


def order_is_that_of_time(evidence: Evidence) -> Iterator[str]:
    """I8: what was begun after another's ack has a higher seq."""
    for pk in evidence.logs:
        here = [intent for intent in evidence.acked if intent.room == pk]
        by_ack, at, highest = sorted(here, key=lambda intent: intent.acked), 0, 0
        for intent in sorted(here, key=lambda intent: intent.begun):
            while by_ack[at].acked < intent.begun:
                highest, at = max(highest, by_ack[at].acks[0]["seq"]), at + 1
            if intent.acks[0]["seq"] <= highest:
                yield f"{intent.acks[0]} was begun after the ack of {highest}"


def state_is_that_of_a_fresh_history(evidence: Evidence) -> Iterator[str]:
    """I14: every client's room is what a fresh `history` reads."""
    for person in evidence.people:
        for pk, room in person.rooms.items():
            fresh = {seq: row for seq, row in evidence.fresh[pk].items() if seq >= (room.low or 1)}
            differ = [seq for seq in fresh if fresh[seq] != room.rows.get(seq)]
            if differ or len(fresh) != len(room.rows):
                yield f"{person.name} holds {len(room.rows)} of {len(fresh)} rows of room {pk}; these differ: {differ[:5]}"


INVARIANTS = {
    1: acked_has_its_row,
    2: nothing_is_twice,
    3: numbers_have_no_gap,
    4: frames_join,
    5: everybody_has_everything,
    6: everybody_agrees,
    7: outboxes_keep_their_order,
    8: order_is_that_of_time,
    14: state_is_that_of_a_fresh_history,
}
