"""What others notice while somebody is hostile: their acks and deliveries, the server's memory, its processes and its log."""

import asyncio
import contextlib
import json
import os
import random
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.autobahn.line import TEXT, WAIT, Line
from tests.faults.figures import at
from tests.faults.hostile.place import Place
from tests.reliability.target import Account
from tests.server import Server

PAGE = os.sysconf("SC_PAGESIZE")
PATIENCE = 30.0
"""Seconds for which a socket tries to come in."""
LIFE = {"connected", "disconnected", "request"}
"""Lines of a log that tell of one connection or request each."""


@dataclass
class Talk:
    """Some people who talk in a room as usual. Times are (begun, seconds), of the monotonic clock."""

    acks: list[tuple[float, float]] = field(default_factory=list)
    deliveries: list[tuple[float, float]] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    """Errors that their sends met, and "closed" for each socket that was lost."""
    _sent: dict[str, float] = field(default_factory=dict)

    def p99(self, since: float, until: float, *, deliveries: bool = False) -> float:
        """The 99th percentile of the acks that were begun between, in seconds."""
        times = self.deliveries if deliveries else self.acks
        return at(0.99, [took for began, took in times if since <= began < until])

    async def listen(self, line: Line) -> None:
        try:
            while True:
                opcode, content = await line.next()
                line.frames.clear()
                if opcode == TEXT:
                    self._hear(json.loads(content))
        except (EOFError, OSError):
            self.codes["closed"] += 1

    def _hear(self, said: dict[str, Any]) -> None:
        now = time.monotonic()
        if said["cmd_type"] == "changes":
            for row in said["payload"].get("messages", ()):
                if began := self._sent.get(row["msg_id"]):
                    self.deliveries.append((began, now - began))
        elif said["cmd_type"] == "ack":
            self.acks.append((self._sent[said["msg_id"]], now - self._sent[said["msg_id"]]))
        elif said["cmd_type"] == "error":
            self.codes[said["payload"]["code"]] += 1

    async def speak(self, line: Line, room: int, pause: float) -> None:
        while True:
            msg_id = str(uuid.uuid4())
            self._sent[msg_id] = time.monotonic()
            await line.ask("message.send", msg_id, room=room, body=f"as usual {msg_id}")
            await asyncio.sleep(pause)


@contextlib.asynccontextmanager
async def talking(place: Place, people: list[Account], pause: float = 0.2) -> AsyncIterator[Talk]:
    """These people are connected, and each says something every `pause` seconds whatever comes of it."""
    talk, tasks = Talk(), []
    async with contextlib.AsyncExitStack() as lines:
        for account in people:
            line = await lines.enter_async_context(await socket_of(place, account))
            tasks += [
                asyncio.create_task(talk.listen(line)),
                asyncio.create_task(talk.speak(line, place.room, pause)),
            ]
        try:
            yield talk
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def socket_of(
    place: Place, account: Account, *, receive_buffer: int | None = None, headers: Iterable[str] = ()
) -> Line:
    """A socket of theirs that has heard `hello`, which stays first in its `frames`. Who is told to come again (503) does so, as a client would."""
    patience = time.monotonic() + PATIENCE
    while True:
        line = await Line.dial(place.base, receive_buffer=receive_buffer)
        try:
            async with asyncio.timeout(WAIT):
                status = await line.upgrade(account.token, "/ws/", *headers)
                if status != 503 or time.monotonic() > patience:
                    assert status == 101, line.head
                    await line.heard("hello")
                    return line
        except BaseException:
            await line.hang_up()
            raise
        await line.hang_up()
        await asyncio.sleep(random.uniform(1, 2))


async def until_freed(lines: list[Line], seconds: float) -> float:
    """The seconds until the server held none of these connections any more, whatever this side knows of it."""
    ports = {line.writer.get_extra_info("sockname")[1] for line in lines}
    port = lines[0].writer.get_extra_info("peername")[1]
    began = time.monotonic()
    while held := ports & held_by(port):
        assert time.monotonic() - began < seconds, f"after {seconds} s the server holds {len(held)} of {len(ports)}"
        await asyncio.sleep(0.1)
    return time.monotonic() - began


def held_by(port: int) -> set[int]:
    """Ports of the peers of all connections to `port` that a process has open at that end."""
    found = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = row.split()
        (_address, own), (_peer, other) = fields[1].split(":"), fields[2].split(":")
        if int(own, 16) == port and fields[9] != "0" and int(other, 16):
            found.add(int(other, 16))
    return found


class Watch:
    """The servers, from now on."""

    def __init__(self, servers: list[Server]):
        self.servers = servers
        self.began = time.monotonic()
        self._pids = self._all_pids()
        self._memory = self.memory()
        self._said = [len(server.said()) for server in servers]

    def _all_pids(self) -> list[int]:
        return [pid for server in self.servers for pid in (server.pid, *server.workers())]

    def memory(self) -> int:
        """Resident bytes of all workers."""
        pids = {pid for server in self.servers for pid in server.workers()}
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in pids)

    def grown(self, count: int) -> float:
        """KiB by which the servers have grown since, for each of `count` offenders; never below 0."""
        return max(0.0, (self.memory() - self._memory) / count / 1024)

    @contextlib.asynccontextmanager
    async def peak(self, count: int) -> AsyncIterator[list[float]]:
        """What `grown` was while the block ran, over and over."""
        found = [self.grown(count)]

        async def look() -> None:
            while True:
                await asyncio.sleep(0.05)
                found.append(self.grown(count))

        looking = asyncio.create_task(look())
        try:
            yield found
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    def lines(self) -> Counter[str]:
        """How often each line was logged since."""
        said = "".join(server.said()[start:] for server, start in zip(self.servers, self._said, strict=True))
        found: Counter[str] = Counter()
        for line in said.splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                found[json.loads(line)["event"]] += 1
        return found

    def log_rate(self, sockets: int) -> float:
        """Lines a second for each socket, beyond those that tell of a connection or request."""
        count = sum(times for event, times in self.lines().items() if event not in LIFE)
        return count / sockets / max(time.monotonic() - self.began, 1.0)

    def check(self) -> None:
        """Nobody was restarted, and nothing came that nobody expected."""
        assert self._all_pids() == self._pids, "a process was replaced"
        traces = [line for server in self.servers for line in server.said().splitlines() if '"exception"' in line]
        assert not traces, "tracebacks in the log:\n" + "\n".join(traces[:3])
        assert not any("Traceback" in server.said() for server in self.servers)
