"""F18: connections that never become a request, and sockets that never say a word."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from math import ceil

from tests.autobahn.line import Line
from tests.faults.figures import at
from tests.faults.hostile.place import Place, settle
from tests.faults.hostile.watch import Watch, socket_of
from tests.reliability.target import Account
from tests.server import Server

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /api/v1/users/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
)
SOCKETS_EACH = 9
"""Fewer than one person may have."""
LEGIT_PAUSE = 0.05


async def slowloris(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """1,000 connections: silent, a head or a body by a byte a second, or upgraded and silent; and people who come meanwhile."""
    each = max(10, round(250 * scale))
    env = servers[0].env
    head, silence = (float(env.get(name, by)) for name, by in (("REQUEST_SECONDS", 10), ("SOCKET_TIMEOUT", 70)))
    place = await settle(servers, 2 + ceil(each / SOCKETS_EACH))
    watch = Watch(servers)
    comers = asyncio.create_task(come_and_go(place, place.people[:2], until := asyncio.Event()))
    kinds: dict[str, Callable[[], Awaitable[float]]] = {
        "silent": lambda: drip(place, b"", head + 20),
        "slow head": lambda: drip(place, HEAD, head + 20),
        "slow body": lambda: drip(place, BODY, head + 20),
    }
    silent_people = [place.people[2 + n // SOCKETS_EACH] for n in range(each)]
    began = time.monotonic()
    attacks = [asyncio.create_task(attack(), name=kind) for kind, attack in kinds.items() for _ in range(each)]
    attacks += [asyncio.create_task(stay_silent(place, one, silence + 20), name="upgraded") for one in silent_people]
    chance.shuffle(attacks)
    try:
        await asyncio.gather(*attacks)
    finally:
        until.set()
        for attack in attacks:
            attack.cancel()
    came = await comers
    watch.check()
    gone = {kind: max(task.result() for task in attacks if task.get_name() == kind) for kind in (*kinds, "upgraded")}
    return {
        "connections": len(attacks),
        "handshakes gone after": max(gone[kind] for kind in kinds),
        "silent sockets gone after": gone["upgraded"],
        "legit tries": len(came),
        "legit success": sum(took is not None for took in came) / len(came),
        "legit connect p99": at(0.99, [took for took in came if took is not None]),
        "log lines a second and socket": watch.log_rate(len(attacks)),
        "seconds": time.monotonic() - began,
    }


async def drip(place: Place, start: bytes, seconds: float) -> float:
    """Send `start`, then a byte a second if there was one; how long the server bore it."""
    async with await Line.dial(place.base) as line:
        began = time.monotonic()
        dripping = asyncio.create_task(line.write(start, *[b"a"] * ceil(seconds), pause=1.0)) if start else None
        assert await line.is_cut(seconds), f"a connection is open after {seconds} s"
        if dripping:
            dripping.cancel()
            await asyncio.gather(dripping, return_exceptions=True)
        return time.monotonic() - began


async def stay_silent(place: Place, account: Account, seconds: float) -> float:
    """Come in and say nothing; how long until 4408."""
    async with await socket_of(place, account) as line:
        ending = await line.ending(seconds)
        assert ending.code == 4408, f"a silent socket is closed with {ending.code}"
        assert await line.is_cut()
        return ending.seconds


async def come_and_go(place: Place, people: list[Account], until: asyncio.Event) -> list[float | None]:
    """Connect, hear `hello` and leave, over and over; the seconds of each, None where it failed."""
    came: list[float | None] = []
    while not until.is_set():
        began = time.monotonic()
        try:
            async with await socket_of(place, people[len(came) % len(people)]):
                came.append(time.monotonic() - began)
        except (OSError, EOFError, TimeoutError, AssertionError):
            came.append(None)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(until.wait(), LEGIT_PAUSE)
    return came
