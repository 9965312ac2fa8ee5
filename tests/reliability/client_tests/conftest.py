"""A server that says what a test tells it to say, and the client that hears it."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.reliability.client import Client
from tests.reliability.record import Recorder
from tests.reliability.rest import Session

ME, OTHER, ROOM = 1, 2, 7
WAIT = 5.0
"""Seconds in which what must happen happens, also on a busy machine."""


def row(seq: int, event_seq: int | None = None, author: int = OTHER, **more: Any) -> dict[str, Any]:
    """A message as the protocol has it, as far as a client looks at it."""
    place = {"id": 100 + seq, "room": ROOM, "seq": seq, "event_seq": event_seq or seq, "kind": "message"}
    said = {
        "author": {"id": author},
        "body": f"said {seq}",
        "msg_id": f"m{seq}",
        "mentions": {"users": [], "all": False},
    }
    return place | said | {"edited_at": None, "deleted_at": None} | more


def changes(start: int, *rows: dict[str, Any], to: int | None = None) -> dict[str, Any]:
    """The payload of `changes`, which carries the room from `start` to the last of `rows`."""
    return {"room": ROOM, "from": start, "to": to or rows[-1]["event_seq"], "messages": list(rows)}


def stated(head: int, **more: Any) -> dict[str, Any]:
    """The room as it is stated to the person."""
    shared = {"id": ROOM, "kind": "public", "history": "shared", "head": head, "last_seq": head}
    place = {"role": "member", "joined_seq": 1, "joined_event_seq": 1}
    return shared | place | {"last_read_seq": head, "unread": 0, "mentions": 0} | more


class Script:
    """`asked` holds the commands that came, as (cmd_type, payload, msg_id). `answers` says what a command is answered with; a
    test writes into it. `says` holds the payload of each connection's `hello`, the last of which stays."""

    def __init__(self) -> None:
        self.url, self.user_seq = "", 1
        self.says: list[dict[str, Any]] = [self.hello(stated(0))]
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.sockets: list[ServerConnection] = []
        self.rows: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "history": lambda asked: self.page(self.rows),
            "sync": lambda asked: {"epoch": asked["epoch"], "rooms": []},
            "rooms": lambda asked: {"user_seq": self.user_seq, "rooms": self.says[0]["rooms"]},
        }

    @staticmethod
    def hello(*rooms: dict[str, Any], epoch: str = "one", user_seq: int = 1) -> dict[str, Any]:
        return {"epoch": epoch, "user_seq": user_seq, "rooms": list(rooms), "heartbeat_seconds": 30}

    @staticmethod
    def page(rows: list[dict[str, Any]], *, has_before: bool = False) -> dict[str, Any]:
        head = max((one["event_seq"] for one in rows), default=0)
        return {"epoch": "one", "head": head, "messages": rows, "has_before": has_before, "has_after": False}

    async def serve(self, ws: ServerConnection) -> None:
        self.sockets.append(ws)
        await self.say("hello", self.says.pop(0) if len(self.says) > 1 else self.says[0])
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._answer(ws, json.loads(await ws.recv()))

    async def _answer(self, ws: ServerConnection, frame: dict[str, Any]) -> None:
        self.asked.append((frame["cmd_type"], frame["payload"], frame["msg_id"]))
        answer = self.answers.get(frame["cmd_type"], lambda asked: None)(frame["payload"])
        if answer is not None:
            kind = "error" if "code" in answer else "ack"
            await ws.send(json.dumps({"msg_id": frame["msg_id"], "cmd_type": kind, "payload": answer}))

    async def say(self, cmd_type: str, payload: dict[str, Any]) -> None:
        """An event, on the latest socket."""
        self.user_seq = max(self.user_seq, payload.get("user_seq", 1))
        await self.sockets[-1].send(json.dumps({"msg_id": "", "cmd_type": cmd_type, "payload": payload}))

    def times(self, cmd_type: str) -> list[tuple[dict[str, Any], str]]:
        """What was asked by this command: payload and `msg_id`."""
        return [(payload, msg_id) for cmd, payload, msg_id in self.asked if cmd == cmd_type]


@pytest.fixture
async def server() -> AsyncIterator[Script]:
    script = Script()
    async with serve(script.serve, "127.0.0.1", 0, subprotocols=["chat.v1.json"], compression=None) as listening:
        script.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield script


@pytest.fixture
async def connect(server: Script, tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[Client]]]:
    """Starts the client, and returns it once it is level."""
    log = Recorder(tmp_path / "me.1.jsonl")
    client = Client(
        "me.1", ME, Session([server.url], "me"), [server.url], log, chance=random.Random(1), longest_pause=0.05
    )
    lives: list[asyncio.Task[None]] = []

    async def start() -> Client:
        lives.append(asyncio.create_task(client.live()))
        await until(lambda: client.is_level)
        return client

    yield start
    await client.close()
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, return_exceptions=True)
    log.close()
    assert not client.figures.faults


async def until(is_so: Callable[[], Any]) -> None:
    """Fails where it does not come about."""
    async with asyncio.timeout(WAIT):
        while not is_so():  # noqa: ASYNC110 (what a socket brought, which tells nobody)
            await asyncio.sleep(0.005)
