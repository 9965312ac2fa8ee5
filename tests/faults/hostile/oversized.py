"""F17: frames, messages and requests that are too large, or that have no end."""

import asyncio
import contextlib
import random
import time
import zlib
from collections.abc import AsyncIterator, Callable

from tests.autobahn.line import CONT, TEXT, WAIT, Line, frame
from tests.faults.hostile.place import Place, settle
from tests.faults.hostile.watch import Watch, socket_of, talking
from tests.reliability.target import Account
from tests.server import Server

KIB, MIB, GIB = 1024, 1024**2, 1024**3
CHUNK = b" " * (64 * KIB)
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
PEACE = 2.0

type Parts = AsyncIterator[bytes]


async def one_frame(size: int) -> Parts:
    """A frame of blanks (the mask is 0), in chunks."""
    yield frame(TEXT, announced=size)[:-4] + bytes(4)
    for written in range(0, size, len(CHUNK)):
        yield CHUNK[: size - written]


async def header_alone(size: int) -> Parts:
    yield frame(TEXT, announced=size)


async def fragments(size: int) -> Parts:
    yield frame(TEXT, b" " * size, fin=False)
    while True:
        yield frame(CONT, b" " * size, fin=False)


async def bomb() -> Parts:
    """One MiB of blanks, deflated as if that had been agreed on."""
    squeeze = zlib.compressobj(9, wbits=-15)
    yield frame(TEXT, squeeze.compress(b" " * MIB) + squeeze.flush(zlib.Z_SYNC_FLUSH)[:-4], rsv=4)


KINDS: dict[str, tuple[int, Callable[[], Parts]]] = {
    "64 KiB and a byte": (1009, lambda: one_frame(64 * KIB + 1)),
    "1 MiB": (1009, lambda: one_frame(MIB)),
    "17 MiB": (1009, lambda: one_frame(17 * MIB)),
    "1 GiB": (1009, lambda: one_frame(GIB)),
    "1 GiB announced": (1009, lambda: header_alone(GIB)),
    "2^62 bytes announced": (1009, lambda: header_alone(2**62)),
    "endless fragments": (1009, lambda: fragments(KIB)),
    "deflate bomb": (1002, bomb),
}


async def request(start: str, more: bytes) -> Parts:
    yield start.encode()
    while True:
        yield more


POST = "POST /api/v1/users/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
REQUESTS: dict[str, tuple[int, Callable[[], Parts]]] = {
    "endless address": (431, lambda: request("GET /", b"a" * KIB)),
    "endless header": (431, lambda: request("GET / HTTP/1.1\r\nX: ", b"a" * KIB)),
    "endless headers": (431, lambda: request("GET / HTTP/1.1\r\n", b"X: a\r\n" * 100)),
    "1 GiB of body announced": (413, lambda: request(f"{POST}Content-Length: {GIB}\r\n\r\n", CHUNK)),
    "endless body": (
        413,
        lambda: request(f"{POST}Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + CHUNK + b"\r\n"),
    ),
}


async def oversized(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """20 offenders of each kind at once; how soon each is told 1009 (1002 for what is deflated), and what they cost in memory."""
    count = max(6, round(20 * scale))
    place = await settle(servers, 5)
    async with talking(place, place.people[:3]) as talk:
        await asyncio.sleep(PEACE)
        watch, began = Watch(servers), time.monotonic()
        slowest = 0.0
        async with watch.peak(count) as grown:
            for kind in chance.sample(list(KINDS), len(KINDS)):
                code, make = KINDS[kind]
                offenders = [offend(place, place.people[3 + n % 2], make()) for n in range(count)]
                for found, seconds in await asyncio.gather(*offenders):
                    assert found == code, f"{kind}: closed with {found} instead of {code}"
                    slowest = max(slowest, seconds)
            for kind, (status, parts) in REQUESTS.items():
                for found in await asyncio.gather(*(ask(place, parts()) for _ in range(count))):
                    assert found == status, f"{kind}: answered with {found} instead of {status}"
        watch.check()
        return {
            "offenders": count * (len(KINDS) + len(REQUESTS)),
            "told after": slowest,
            "KiB per offender": max(grown),
            "healthy ack p99 before": talk.p99(began - PEACE, began),
            "healthy ack p99": talk.p99(began, time.monotonic()),
            "healthy sockets lost": talk.codes["closed"],
        }


async def offend(place: Place, account: Account, parts: Parts) -> tuple[int | None, float]:
    """The close code, and the seconds until it came, while the parts are written as fast as they are taken."""
    async with await socket_of(place, account, headers=[DEFLATE]) as line:
        assert "permessage-deflate" not in line.head
        began = time.monotonic()
        async with writing(line, parts):
            ending = await line.ending(2 * WAIT)
        return ending.code, time.monotonic() - began


async def ask(place: Place, parts: Parts) -> int:
    async with await Line.dial(place.base) as line, writing(line, parts):
        return await line.status()


@contextlib.asynccontextmanager
async def writing(line: Line, parts: Parts) -> AsyncIterator[None]:
    async def write() -> None:
        async for part in parts:
            if not await line.write(part):
                return
            await asyncio.sleep(0)

    task = asyncio.create_task(write())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
