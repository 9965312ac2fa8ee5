"""F16: floods of frames that are none, or no commands."""

import asyncio
import json
import random
import time
from collections.abc import Callable

from tests.autobahn.line import BINARY, CONT, PING, TEXT, WAIT, Line, frame
from tests.faults.hostile.place import Place, settle
from tests.faults.hostile.watch import Watch, socket_of, talking
from tests.reliability.target import Account
from tests.server import Server

ANSWERED = 20
"""So many errors are answered, the last with the end."""
PEACE = 3.0
AT_ONCE = 50
"""Frames in one write."""


def noise(chance: random.Random) -> bytes:
    return frame(TEXT, json.dumps(something(chance, 4)).encode())


def something(chance: random.Random, depth: int) -> object:
    """Random JSON, which is never a command."""
    match chance.randrange(6 if depth else 4):
        case 0:
            return chance.choice([None, True, False, chance.random(), chance.randrange(-(2**70), 2**70)])
        case 1 | 2 | 3:
            return "".join(chance.choices('abc \u4e2d\u0000\u202e"\\', k=chance.randrange(20)))
        case 4:
            return [something(chance, depth - 1) for _ in range(chance.randrange(5))]
        case _:
            names = [*"abc", "msg_id", "payload"]
            return {chance.choice(names): something(chance, depth - 1) for _ in range(chance.randrange(5))}


def command(payload: str) -> bytes:
    return frame(TEXT, f'{{"msg_id": "a", "cmd_type": "read", "payload": {payload}}}'.encode())


KINDS: dict[str, tuple[int, Callable[[random.Random], bytes]]] = {
    "random JSON": (4400, noise),
    "binary": (4400, lambda chance: frame(BINARY, chance.randbytes(100))),
    "nested 10,000 deep": (4400, lambda _chance: command("[" * 10_000 + "]" * 10_000)),
    "huge numbers": (4400, lambda _chance: command(f'{{"room": 1, "seq": {"9" * 5000}}}')),
    "NaN": (4400, lambda _chance: command('{"room": 1, "seq": NaN}')),
    "keys twice": (4400, lambda _chance: command('{"room": 1, "seq": 1, "seq": 1}')),
    "no UTF-8": (1007, lambda chance: frame(TEXT, b"\xff" + chance.randbytes(50))),
    "unknown opcodes": (1002, lambda chance: frame(chance.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), b"x")),
    "reserved bits": (1002, lambda chance: frame(TEXT, b"x", rsv=chance.randrange(1, 8))),
    "not masked": (1002, lambda _chance: frame(TEXT, b"{}", masked=False)),
    "pings": (4429, lambda _chance: frame(PING, b"x" * 125)),
    "empty fragments": (4429, lambda _chance: frame(CONT, fin=False)),
}


async def invalid_frames(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """Of each kind 20 sockets of two people write up to 10,000 frames; each is closed with the right code after 20 errors at most."""
    sockets, frames = max(4, round(20 * scale)), max(1500, round(10_000 * scale))
    place = await settle(servers, 5)
    async with talking(place, place.people[:3]) as talk:
        await asyncio.sleep(PEACE)
        watch, began = Watch(servers), time.monotonic()
        slowest = 0.0
        for kind, (code, make) in KINDS.items():
            seeds = [random.Random(chance.random()) for _ in range(sockets)]
            floods = [flood(place, place.people[3 + n % 2], make, seed, frames) for n, seed in enumerate(seeds)]
            for found, answered, seconds in await asyncio.gather(*floods):
                assert found == code, f"{kind}: closed with {found} instead of {code}"
                assert answered <= ANSWERED, f"{kind}: {answered} errors answered"
                slowest = max(slowest, seconds)
        ended = time.monotonic()
        watch.check()
        return {
            "floods": sockets * len(KINDS),
            "closed after": slowest,
            "log lines a second and socket": watch.log_rate(sockets),
            "healthy ack p99 before": talk.p99(began - PEACE, began),
            "healthy ack p99": talk.p99(began, ended),
            "healthy sockets lost": talk.codes["closed"],
        }


async def flood(
    place: Place, account: Account, make: Callable[[random.Random], bytes], chance: random.Random, frames: int
) -> tuple[int | None, int, float]:
    """The close code, the errors that were answered, and the seconds until the end."""
    async with await socket_of(place, account) as line:
        began = time.monotonic()
        writing = asyncio.create_task(pour(line, make, chance, frames))
        ending = await line.ending(2 * WAIT)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        errors = [said for said in line.said if said["cmd_type"] == "error"]
        assert all(error["payload"]["code"] == "invalid" for error in errors)
        return ending.code, len(errors), time.monotonic() - began


async def pour(line: Line, make: Callable[[random.Random], bytes], chance: random.Random, frames: int) -> None:
    """The same batch again and again: to make frames takes longer than to refuse them."""
    batch = b"".join(make(chance) for _ in range(AT_ONCE))
    if make is KINDS["empty fragments"][1]:
        await line.write(frame(TEXT, b"[", fin=False))
    for _written in range(0, frames, AT_ONCE):
        if not await line.write(batch):
            return
        await asyncio.sleep(0)
