"""Sockets in the test's own process: the real application, hub, services and database; only the network's edge is channels' communicator."""

import asyncio
import contextlib
import functools
import inspect
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.urls import get_resolver

from accounts import tokens
from accounts.models import User
from chatsite.asgi import application
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from chatsite.realtime.hub import hub, stop_hub
from messaging import services as messages
from rooms import services
from rooms.models import Room, Workspace
from tests.cast import alice, bob, charlie, gus, house, mo
from tests.engine import encodings

__all__ = ["alice", "bob", "charlie", "gus", "mo"]

WAIT = 20.0
"""Seconds until what is awaited counts as missing: what passes waits for none of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A coroutine has database connections of its own (asgiref keeps them by context): each test closes them where it made them."""
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj) and "engine" in item.path.parts:
            item.obj = closing_connections(item.obj)


def closing_connections(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def closes(*args, **kwargs):
        try:
            await test(*args, **kwargs)
        finally:
            connections.close_all()

    return closes


class Refused(Exception):
    """The answer was an error; `code` is its code."""

    def __init__(self, error: dict):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code, self.error = error["code"], error


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int, reason: str = ""):
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class Socket:
    """A socket of one person: every frame is kept in `frames`, in its order and as JSON has it."""

    def __init__(self, communicator: WebsocketCommunicator, encoding: str = "chat.v1.json"):
        self.communicator, self.encoding = communicator, encoding
        self.frames: list[dict] = []
        self.answers: dict[str, dict] = {}
        self.closed: Closed | None = None
        self.heard = asyncio.Condition()
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while self.closed is None:
            output = await self.communicator.output_queue.get()
            async with self.heard:
                if output["type"] == "websocket.close":
                    self.closed = Closed(output["code"], output.get("reason", ""))
                elif output["type"] == "websocket.send":
                    frame = encodings.read(output)
                    self.frames.append(frame)
                    if frame["msg_id"]:
                        self.answers[frame["msg_id"]] = frame
                self.heard.notify_all()

    async def until(self, found: Callable[[], Any], what: str) -> Any:
        """The first true value of `found()`, asked anew at each frame; fails after WAIT seconds, raises Closed where it closes first."""
        try:
            async with asyncio.timeout(WAIT), self.heard:
                while not (value := found()):
                    if self.closed:
                        raise self.closed
                    await self.heard.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; heard {[f['cmd_type'] for f in self.frames]}") from None

    async def send_text(self, text: str) -> None:
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def ask(self, cmd_type: str, *, msg_id: str = "", **payload) -> dict:
        """Send a command and return its ack's payload. Raises Refused for an error."""
        msg_id = msg_id or str(uuid.uuid4())
        self.answers.pop(msg_id, None)
        await self.communicator.send_input(encodings.write(self.encoding, msg_id, cmd_type, payload))
        answer = await self.until(lambda: self.answers.get(msg_id), f"the answer to {cmd_type}")
        if answer["cmd_type"] == "error":
            raise Refused(answer["payload"])
        return answer["payload"]

    async def say(self, room: Room, body: str = "hello", **more) -> dict:
        return await self.ask("message.send", room=room.pk, body=body, **more)

    def events(self, cmd_type: str = "", room: Room | None = None) -> list[dict]:
        """Payloads of the events heard so far, of one type and room where they are given."""
        return [
            frame["payload"]
            for frame in self.frames
            if not frame["msg_id"]
            and (not cmd_type or frame["cmd_type"] == cmd_type)
            and (room is None or frame["payload"].get("room") == room.pk)
        ]

    async def event(self, cmd_type: str, **members) -> dict:
        """The first event of this type whose members are these, heard already or to come."""

        def found():
            return next(
                (one for one in self.events(cmd_type) if all(one.get(k) == v for k, v in members.items())), None
            )

        return await self.until(found, f"{cmd_type} {members}")

    async def reaches(self, room: Room, head: int) -> list[dict]:
        """The `changes` of the room, once they carry it to `head`."""
        await self.until(
            lambda: any(one.get("to", one.get("head")) >= head for one in self.events("changes", room)),
            f"number {head}",
        )
        return self.events("changes", room)

    async def closing(self) -> Closed:
        """How the server closes the socket."""
        async with asyncio.timeout(WAIT), self.heard:
            while not self.closed:
                await self.heard.wait()
        return self.closed

    async def leave(self) -> None:
        self.reader.cancel()
        with contextlib.suppress(Exception):
            await self.communicator.disconnect()


def load_views() -> None:
    """What the server does when it starts: else the first drawing in a process waits for the import of all views."""
    _ = get_resolver().url_patterns


Opener = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def connect(place) -> AsyncIterator[Opener]:
    """Opens sockets: `await connect(user)`, and waits for `hello`; `hello=False` only for the acceptance."""
    opened: list[Socket] = []
    limits._buckets.clear()
    load_views()

    async def open_socket(
        user: User | None = None, encoding: str = "chat.v1.json", *, hello: bool = True, headers=(), path: str = "/ws/"
    ):
        given = list(headers)
        if user:
            given.append((b"authorization", b"Bearer " + tokens.issue(user)["access"].encode()))
        communicator = WebsocketCommunicator(
            application, path, headers=given, subprotocols=[encoding] if encoding else []
        )
        accepted, _subprotocol = await communicator.connect(timeout=WAIT)
        assert accepted
        socket = Socket(communicator, encoding or "chat.v1.json")
        opened.append(socket)
        if hello:
            socket.hello = await socket.event("hello")
        return socket

    yield open_socket
    for socket in opened:
        await socket.leave()
    await stop_hub()
    for socket in opened:
        if socket.encoding == "chat.v1.json":
            encodings.require_both(socket.frames)


@pytest.fixture
def engine():
    """The hub of the test's loop."""
    return hub


@pytest.fixture
def place(transactional_db) -> Workspace:
    """The workspace of the cast."""
    return house()


@pytest.fixture
def room(place, alice, bob) -> Room:
    """A public room of Alice's, with Bob in it."""
    made = commit(services.create_room, alice, place, name="Kitchen")
    commit(services.join_room, bob, made)
    return made


@pytest.fixture
def cellar(place, alice, bob) -> Room:
    """A private room of Alice's, with Bob in it, whose history begins with joining."""
    made = commit(services.create_room, alice, place, name="Cellar", kind="private", history="joined")
    commit(services.add_member, alice, made, bob)
    return made


def say(user: User, room: Room, body: str = "hello", **more) -> messages.Posted:
    """Post as a page does: through `commit`, from synchronous code."""
    return commit(messages.post_message, user, room.pk, body=body, msg_id=str(uuid.uuid4()), **more)


async def apart[T](act: Callable[..., T], *args: Any, **more: Any) -> T:
    """`act` on another thread, as a page's or a task's, which leaves no connection behind."""

    def work() -> T:
        try:
            return act(*args, **more)
        finally:
            connections.close_all()

    return await asyncio.to_thread(work)
