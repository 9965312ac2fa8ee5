"""Clients for the drain, which know where to come again: they ask a balancer, as one in front of several processes would do it.

Each writes one numbered message after the other and notes how its sockets ended, when it came again, and what was acked.
"""

import asyncio
import contextlib
import http.client
import json
import random
import threading
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Self

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server import Server

SOCKETS = {"SOCKETS_PER_PERSON": "1000"} | dict.fromkeys(
    ("SENDS_PER_SECOND", "SENDS_BURST", "COMMANDS_PER_SECOND", "COMMANDS_BURST", "READS_PER_SECOND", "READS_BURST"),
    "10000",
)
"""The environment of a server that many of one person's sockets may come to."""
PASSWORD = "correct-horse-7-staples"


class Balancer:
    """Sends whoever asks to a server that is ready, as far as it knows: it looks five times a second."""

    def __init__(self, servers: list[Server]):
        self.servers, self.ready = servers, list(servers)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.ready = [server for server in self.servers if server.status("/ready") == 200]

    def choose(self) -> Server:
        return random.choice(self.ready or self.servers)


@dataclass
class Ended:
    """How a socket ended: its close code, `reconnect_ms` of the goaway before it (None: none came), when, and at which server."""

    code: int | None
    reconnect_ms: int | None
    at: float
    server: Server


@dataclass
class Writer:
    """One device of `token`'s person. `sent` holds every msg_id with its acks."""

    balancer: Balancer
    token: str
    room: int
    writing: bool = True
    sent: dict[str, list[dict]] = field(default_factory=dict)
    ended: list[Ended] = field(default_factory=list)
    came: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    late: set[str] = field(default_factory=set)
    """What met an error first: it may have been written for all that."""
    pause: float = 0.1

    async def live(self) -> None:
        """Until everything is acked and `writing` is over."""
        failures, waiting = 0, ""
        while self.writing or waiting:
            server = self.balancer.choose()
            try:
                socket = await self._connect(server)
            except InvalidStatus as refusal:
                self.refused.append(refusal.response.status_code)
            except OSError:
                pass
            else:
                failures = 0
                self.came.append(time.monotonic())
                waiting = await self._write(socket, server, waiting)
                if self.ended and not (self.writing or waiting):
                    return
                asked = self.ended[-1].reconnect_ms if self.ended else None
                if asked is not None:
                    await asyncio.sleep(asked / 1000)
                    continue
            failures += 1
            await asyncio.sleep(random.uniform(0, min(30, 0.5 * 2**failures)))

    async def _connect(self, server: Server):
        headers = {"Authorization": f"Bearer {self.token}"}
        return await connect(
            f"ws://127.0.0.1:{server.port}/ws/",
            additional_headers=headers,
            proxy=None,
            ping_interval=None,
            max_size=None,
        )

    async def _write(self, socket, server: Server, waiting: str) -> str:
        """Write until the socket ends; the msg_id that is not acked by then."""
        answers: asyncio.Queue[dict] = asyncio.Queue()
        reader = asyncio.create_task(self._read(socket, server, answers))
        while not reader.done() and (self.writing or waiting):
            waiting = waiting or self._new()
            frame = {
                "msg_id": waiting,
                "cmd_type": "message.send",
                "payload": {"room": self.room, "body": f"message {waiting}"},
            }
            with contextlib.suppress(ConnectionClosed):
                await socket.send(json.dumps(frame))
            asked = asyncio.create_task(answers.get())
            await asyncio.wait({reader, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                asked.cancel()
                break
            answer = asked.result()
            if answer["cmd_type"] == "ack":
                self.sent[waiting].append(answer["payload"])
                waiting = ""
            else:
                self.late.add(waiting)
            await asyncio.sleep(self.pause * random.uniform(0.5, 1.5))
        if not self.writing and not waiting:
            await socket.close()
        await reader
        return waiting

    def _new(self) -> str:
        msg_id = str(uuid.uuid4())
        self.sent[msg_id] = []
        return msg_id

    async def _read(self, socket, server: Server, answers: asyncio.Queue[dict]) -> None:
        reconnect_ms = None
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                frame = json.loads(text)
                if frame["cmd_type"] == "goaway":
                    reconnect_ms = frame["payload"]["reconnect_ms"]
                elif frame["msg_id"]:
                    answers.put_nowait(frame)
        self.ended.append(Ended(socket.close_code, reconnect_ms, time.monotonic(), server))


class Visitor(threading.Thread):
    """Asks for pages and posts by HTTP over kept connections, wherever the balancer says, and notes every status."""

    def __init__(self, balancer: Balancer, token: str, room: int):
        super().__init__()
        self.balancer, self.token, self.room = balancer, token, room
        self.statuses: list[int] = []
        self.failures: list[str] = []
        self.kept: list[bool] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            server = self.balancer.choose()
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            with contextlib.closing(connection):
                while not self.over.wait(0.02) and self._ask(connection):
                    pass

    def _ask(self, connection: http.client.HTTPConnection) -> bool:
        """Whether the connection stays open."""
        body = json.dumps({"body": "by HTTP", "msg_id": str(uuid.uuid4())})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", f"/api/v1/rooms/{self.room}/messages/", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(repr(error))
            return False
        self.statuses.append(answer.status)
        self.kept.append(not answer.will_close)
        return not answer.will_close


def call(server: Server, method: str, path: str, data: dict | None = None, token: str = "") -> dict:
    """One call of the REST API; raises HTTPError where it is refused."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = json.dumps(data).encode() if data is not None else None
    request = urllib.request.Request(f"{server.url}/api/v1/{path}", body, headers, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.load(answer)


def settle(server: Server) -> tuple[str, int]:
    """Sets the place up; the token of its owner, and a room."""
    server.manage("set_up", "--workspace", "House", "--owner", "alice", "--email", "alice@example.org", stdin=PASSWORD)
    token = call(server, "POST", "auth/token/", {"username": "alice", "password": PASSWORD})["access"]
    return token, call(server, "POST", "rooms/", {"name": "Kitchen", "kind": "public"}, token)["id"]
