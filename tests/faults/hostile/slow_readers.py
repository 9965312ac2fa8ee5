"""F12: sockets that stop reading while a room talks."""

import asyncio
import contextlib
import itertools
import json
import random
import time
import uuid
from typing import Any

from tests.autobahn.line import Line
from tests.faults.hostile.place import Place, settle
from tests.faults.hostile.watch import Watch, socket_of, talking, until_freed
from tests.reliability.target import Account
from tests.server import Server

RECEIVE_BUFFER = 4096
BODY = "a slow reader misses this " * 40
WRITERS = 4


async def slow_readers(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """100 sockets of 50 people stop reading while 10,000 messages come, and are dropped; who comes back gets level."""
    count, events = max(30, round(100 * scale)), max(400, round(10_000 * scale))
    place = await settle(servers, 4 + count // 2)
    usual, slow = place.people[:4], place.people[4:]
    limit = float(servers[0].env.get("SLOW_READER_SECONDS", 20))
    async with contextlib.AsyncExitStack() as lines, talking(place, usual[:3]) as talk:
        # To compare with; and SQLite keeps pages for each thread: they are there before anything is measured.
        calm = time.monotonic()
        await pour(place, usual[3], events // 2)
        calmed = time.monotonic()
        stalled = [await stall(lines, place, slow[n % len(slow)]) for n in range(count)]
        watch, began = Watch(servers), time.monotonic()
        flowing = asyncio.create_task(pour(place, usual[3], events))
        async with watch.peak(count) as grown:
            cut = await until_freed(stalled, limit + 45)
        ended = time.monotonic()
        await flowing
        for line in chance.sample(stalled, min(10, count)):
            await come_back(place, slow[stalled.index(line) % len(slow)], line.frames[0])
        watch.check()
        return {
            "stalled": count,
            "events": events,
            "KiB per stalled socket": max(grown),
            "closed after": cut,
            "healthy ack p99 before": talk.p99(calm, calmed),
            "healthy ack p99": talk.p99(began, ended),
            "healthy delivery p99 before": talk.p99(calm, calmed, deliveries=True),
            "healthy delivery p99": talk.p99(began, ended, deliveries=True),
            "healthy sockets lost": talk.codes["closed"],
        }


async def stall(lines: contextlib.AsyncExitStack, place: Place, account: Account) -> Line:
    line = await lines.enter_async_context(await socket_of(place, account, receive_buffer=RECEIVE_BUFFER))
    line.writer.transport.pause_reading()  # type: ignore[attr-defined]
    return line


async def pour(place: Place, account: Account, events: int) -> None:
    """So many messages, over a few sockets, each when the one before is acked."""
    numbers = iter(range(events))

    async def write() -> None:
        async with await socket_of(place, account) as line:
            for number in numbers:
                msg_id = str(uuid.uuid4())
                await line.ask("message.send", msg_id, room=place.room, body=f"{number} {BODY}")
                await line.heard("ack", msg_id, seconds=30)
                line.frames.clear()

    await asyncio.gather(*(write() for _writer in range(WRITERS)))


async def come_back(place: Place, account: Account, hello: Any) -> None:
    """Connect anew and be level by `sync` from the cursor of the old `hello`: without a gap, or told to begin anew."""
    old = heads(hello)
    async with await socket_of(place, account) as line:
        new = heads(line.frames[0])
        cursor, messages = old[place.room], 0
        for msg_id in map(str, itertools.count()):
            asked = [{"room": place.room, "after": cursor}]
            await line.ask("sync", msg_id, epoch=line.said[0]["payload"]["epoch"], rooms=asked)
            [entry] = (await line.heard("ack", msg_id))["payload"]["rooms"]
            if entry.get("reset"):
                assert entry["head"] >= new[place.room] > cursor + 1000
                return
            assert entry["from"] == cursor
            cursor, messages = entry["to"], messages + len(entry["messages"])
            if not entry["more"]:
                break
        assert cursor >= new[place.room] and messages == cursor - old[place.room]


def heads(hello: tuple[int, bytes]) -> dict[int, int]:
    return {room["id"]: room["head"] for room in json.loads(hello[1])["payload"]["rooms"]}
