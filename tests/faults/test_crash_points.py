"""CHATSITE_CRASH: the process dies by SIGKILL where it says, at the time that it says, and at no other command."""

import asyncio
import contextlib
import signal
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.faults.house import LIMITS_OFF, PASSWORD
from tests.reliability.connection import Connection, Lost
from tests.reliability.record import Silent
from tests.reliability.rest import Session, call
from tests.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.once]

LISTENERS = 4


class Room:
    """A room of `server` with LISTENERS sockets of one person in it; `heard` is what each was told."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sockets: list[Connection] = []
        self.heard: dict[int, list[str]] = {}

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Room"]:
        said = {"--workspace": "House", "--owner": "alice", "--email": "alice@example.org"}
        words = [word for pair in said.items() for word in pair]
        await asyncio.to_thread(self.server.manage, "set_up", *words, stdin=PASSWORD)
        session = Session([self.server.url], "alice", PASSWORD)
        await session.sign_in()
        found = await call(self.server.url, "GET", "rooms/", token=session.access)
        self.id = found["results"][0]["id"]
        async with asyncio.TaskGroup() as listening:
            for number in range(LISTENERS):
                self.heard[number] = []
                socket = await Connection.dial(self.server.url, session.access, number, Silent(), self._hear)
                self.sockets.append(socket)
                listening.create_task(socket.listen())
            await until(lambda: all(self.heard.values()), "every socket said hello")
            yield self
            for socket in self.sockets:
                socket.abort()

    def _hear(self, socket: Connection, cmd_type: str, payload: object) -> None:
        told = [row.msg_id for row in payload.rows] if cmd_type == "changes" else [cmd_type]
        self.heard[socket.number] += told

    async def say(self) -> tuple[str, bool]:
        """The `msg_id`, and whether it was acked; False where the socket was lost instead."""
        msg_id = str(uuid.uuid4())
        try:
            answer = await self.sockets[0].ask("message.send", msg_id, {"room": self.id, "body": "hello"})
        except Lost:
            return msg_id, False
        assert answer.is_ack, answer.payload
        return msg_id, True

    async def act(self, cmd: str, msg_id: str) -> None:
        """Do something else to what was said."""
        [(message,)] = rows(self.server.data, "SELECT id FROM messaging_message WHERE msg_id = ?", msg_id)
        more = {"emoji": "👍"} if cmd.startswith("reaction") else {}
        answer = await self.sockets[0].ask(cmd, str(uuid.uuid4()), {"message": message, **more})
        assert answer.is_ack, answer.payload

    def told(self, msg_id: str) -> int:
        """How many sockets heard of it."""
        return sum(msg_id in told for told in self.heard.values())

    async def until_over(self) -> None:
        """The process is gone, and every socket has read what it was sent."""
        await until(lambda: all(socket.is_over for socket in self.sockets), "every socket is over")


async def until(is_true: Callable[[], object], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"{what} within {seconds} s: no."
        await asyncio.sleep(0.01)


def rows(data: Path, statement: str, *values: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(data / "chatsite.sqlite3")) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.mark.parametrize(
    ("point", "committed", "acked", "told"),
    [
        ("before_commit", False, False, 0),
        ("after_commit", True, False, 0),
        ("after_ack", True, True, 0),
        ("mid_fanout", True, True, LISTENERS // 2),
    ],
)
async def test_the_process_dies_where_it_was_told_to(running_server, point, committed, acked, told):
    server = running_server(env=LIMITS_OFF | {"CHATSITE_CRASH": f"{point}:3"})
    async with Room(server).open() as room:
        for _time in range(2):
            msg_id, was_acked = await room.say()
            assert was_acked
            await room.act("reaction.add", msg_id)
            await room.act("message.delete", msg_id)
        msg_id, was_acked = await room.say()
        await room.until_over()
    assert server.process.wait(10) == -signal.SIGKILL
    found = rows(server.data, "SELECT 1 FROM messaging_message WHERE msg_id = ?", msg_id)
    assert (bool(found), was_acked, room.told(msg_id)) == (committed, acked, told)


async def test_without_it_nothing_dies(running_server):
    server = running_server(env=LIMITS_OFF)
    async with Room(server).open() as room:
        said = [await room.say() for _time in range(20)]
        assert all(acked for _msg_id, acked in said)
        await until(lambda: room.told(said[-1][0]) == LISTENERS, "everybody was told the last message")
    assert server.process.poll() is None
