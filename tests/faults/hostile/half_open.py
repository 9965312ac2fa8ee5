"""F13: peers that are gone without a word: no FIN, no RST, no acknowledgement."""

import asyncio
import contextlib
import ctypes
import random
import socket
import struct
import time
from pathlib import Path

from tests.autobahn.line import Line
from tests.faults.hostile.place import settle
from tests.faults.hostile.watch import Watch, socket_of, talking
from tests.server import Server

SO_ATTACH_FILTER = 26
RETURN_NOTHING = struct.pack("HBBI", 0x06, 0, 0, 0)
PEACE = 2.0


async def half_open(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """20 sockets of a room that goes on talking, and 20 of one that is quiet, go deaf and dumb; how long the server holds them."""
    count = max(4, round(20 * scale))
    loud, quiet = await settle(servers, 2 + count), await settle(servers, count)
    patience = max(
        float(servers[0].env.get(name, by)) for name, by in (("SOCKET_TIMEOUT", 70), ("TCP_USER_TIMEOUT", 30))
    )
    async with contextlib.AsyncExitStack() as lines, talking(loud, loud.people[:2]) as talk:
        gone = {"spoken to": [], "left alone": []}
        for place, people, kind in ((loud, loud.people[2:], "spoken to"), (quiet, quiet.people, "left alone")):
            for account in chance.sample(people, count):
                gone[kind].append(await lines.enter_async_context(await socket_of(place, account)))
        await asyncio.sleep(PEACE)
        watch, began = Watch(servers), time.monotonic()
        for line in (*gone["spoken to"], *gone["left alone"]):
            deafen(line)
        freed = await until_freed(gone, servers[0].port, patience + 20)
        watch.check()
        return {
            "half-open": 2 * count,
            **{f"freed after, {kind}": seconds for kind, seconds in freed.items()},
            "healthy ack p99": talk.p99(began, time.monotonic()),
            "healthy sockets lost": talk.codes["closed"],
        }


def deafen(line: Line) -> None:
    """From now on this machine drops whatever comes for the socket (a filter that lets nothing pass), and sends nothing by itself."""
    code = ctypes.create_string_buffer(RETURN_NOTHING)
    program = struct.pack("HL", 1, ctypes.addressof(code))
    line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


async def until_freed(gone: dict[str, list[Line]], port: int, seconds: float) -> dict[str, float]:
    """When the server held none of each kind any more."""
    ports = {kind: {line.writer.get_extra_info("sockname")[1] for line in lines} for kind, lines in gone.items()}
    began, freed = time.monotonic(), {}
    while len(freed) < len(gone):
        now, held = time.monotonic() - began, held_by(port)
        assert now < seconds, f"after {seconds} s the server holds {[kind for kind in ports if ports[kind] & held]}"
        freed |= {kind: now for kind in ports if kind not in freed and not ports[kind] & held}
        await asyncio.sleep(0.1)
    return freed


def held_by(port: int) -> set[int]:
    """Ports of the peers of all connections to `port` that a process still has open at that end."""
    found = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        (_address, own), (_peer, other) = fields[1].split(":"), fields[2].split(":")
        if int(own, 16) == port and fields[9] != "0" and int(other, 16):
            found.add(int(other, 16))
    return found
