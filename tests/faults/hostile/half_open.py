"""F13: peers that are gone without a word: no FIN, no RST, no acknowledgement."""

import asyncio
import contextlib
import ctypes
import random
import socket
import struct
import time

from tests.autobahn.line import Line
from tests.faults.hostile.place import settle
from tests.faults.hostile.watch import Watch, socket_of, talking, until_freed
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
        freed = await asyncio.gather(*(until_freed(lines, patience + 20) for lines in gone.values()))
        watch.check()
        return {
            "half-open": 2 * count,
            **{f"freed after, {kind}": seconds for kind, seconds in zip(gone, freed, strict=True)},
            "healthy ack p99": talk.p99(began, time.monotonic()),
            "healthy sockets lost": talk.codes["closed"],
        }


def deafen(line: Line) -> None:
    """From now on this machine drops whatever comes for the socket (a filter that lets nothing pass), and sends nothing by itself."""
    code = ctypes.create_string_buffer(RETURN_NOTHING)
    program = struct.pack("HL", 1, ctypes.addressof(code))
    line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
