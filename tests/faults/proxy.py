"""A TCP proxy that does to a connection what networks do: delays, splits, resets, silence, and an answer lost at the worst moment.

It is a process of its own (`python -m tests.faults.proxy`), so that a busy test does not slow what passes through it. `Proxy`
in `tests.faults.links` starts and commands one, by a line of JSON at a time: `{"manner": {...}}`, `{"cut": ["reply"]}`,
`{"forget": true}` (the cuts not made yet), `{"reset": true}` (all that are open) or `{"hole": true}`; each is answered by a line with what it has counted so far.
"""

import argparse
import asyncio
import contextlib
import json
import random
import socket
import struct
import sys
from collections import Counter, deque
from dataclasses import dataclass

COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""PostgreSQL's CommandComplete with the tag COMMIT. No text in the stream can hold it: a text has no NUL."""
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The simple query COMMIT, as psycopg sends it."""
AT_ONCE = 65_536
SINGLE = 16
"""Bytes of a chunk that come one at a time where it is split."""
APART = 0.001
"""Seconds between its pieces."""


@dataclass
class Manner:
    """How a connection treats what passes: seconds, each a range from which every chunk or connection draws its own."""

    delay: tuple[float, float] | None = None
    life: tuple[float, float] | None = None
    """After so long it is reset."""
    split: bool = False
    """The first bytes of every chunk one at a time, the rest in small pieces."""


class FaultProxy:
    """Passes what comes to its `port` on to `host` and `target`, in its manner."""

    def __init__(self, host: str, target: int, chance: random.Random):
        self.host, self.target, self.chance = host, target, chance
        self.manner = Manner()
        self.cuts: deque[str] = deque()
        self.flows = asyncio.Event()
        self.flows.set()
        self.counted: Counter[str] = Counter()
        self.open: set[asyncio.StreamWriter] = set()

    async def start(self) -> int:
        """Returns the port of 127.0.0.1 at which it listens."""
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counted["accepted"] += 1
        try:
            beyond, onward = await asyncio.open_connection(self.host, self.target)
        except OSError:
            reset(writer)
            return
        both = (writer, onward)
        self.open.update(both)
        try:
            async with asyncio.timeout(self.chance.uniform(*self.manner.life) if self.manner.life else None):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.pass_on(reader, onward, COMMIT, "request"))
                    group.create_task(self.pass_on(beyond, writer, COMMITTED, "reply"))
        except* (TimeoutError, Cut) as why:
            self.counted["cut" if why.subgroup(Cut) else "reset"] += 1
            for one in both:
                reset(one)
        except* OSError:
            for one in both:
                reset(one)
        self.open.difference_update(both)
        for one in both:
            one.close()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mark: bytes, what: str) -> None:
        """One direction, until it ends. Raises Cut instead of passing on the `mark` that was to be cut."""
        before = b""
        while chunk := await reader.read(AT_ONCE):
            await self.flows.wait()
            if self.cuts and self.cuts[0] == what and mark in before + chunk:
                self.cuts.popleft()
                raise Cut
            before = chunk[-len(mark) :]
            if self.manner.delay:
                await asyncio.sleep(self.chance.uniform(*self.manner.delay))
            for piece in self.pieces(chunk):
                writer.write(piece)
                await writer.drain()
                if self.manner.split:
                    await asyncio.sleep(APART)  # else the peer finds them joined
        await self.flows.wait()  # a hole lets no end through, either
        writer.write_eof()

    def pieces(self, chunk: bytes):
        if not self.manner.split:
            yield chunk
            return
        at = 0
        while at < len(chunk):
            size = 1 if at < SINGLE else self.chance.randint(1, 256)
            yield chunk[at : at + size]
            at += size

    def obey(self, order: dict) -> None:
        if "manner" in order:
            self.manner = Manner(**order["manner"])
        if order.get("forget"):
            self.cuts.clear()
        self.cuts.extend(order.get("cut", ()))
        if order.get("reset"):
            self.counted["reset"] += len(self.open) // 2
            for writer in self.open:
                reset(writer)
        if "hole" in order:
            (self.flows.clear if order["hole"] else self.flows.set)()


class Cut(Exception):
    """The connection was cut at a COMMIT."""


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with RST instead of FIN: what was not read yet is lost."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def main(options: argparse.Namespace) -> None:
    proxy = FaultProxy(options.host, options.target, random.Random(options.seed))
    print(json.dumps({"port": await proxy.start()}), flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():  # until the process that started it ends
        proxy.obey(json.loads(line))
        print(json.dumps(proxy.counted | {"waiting": len(proxy.cuts)}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--target", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    asyncio.run(main(parser.parse_args()))
