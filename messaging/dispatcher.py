"""From frame to service and back: limits, lanes, acks and errors of one socket (`protocol.md`, sections 3, 5, 8, 9)."""

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import Session
from chatsite.errors import socket_error
from chatsite.realtime import bus, crash, metrics
from chatsite.realtime.commit import commit_async, gate, reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.envelope import Command, Malformed, decode, frame, payload
from chatsite.realtime.errors import RateLimited, Unavailable
from chatsite.realtime.events import Personal
from chatsite.realtime.hub import hub
from chatsite.realtime.lanes import Find, Lanes
from chatsite.realtime.limits import FLOOD_REFUSALS, FLOOD_SECONDS, Counter, take
from chatsite.request_ids import bind_request_id
from messaging import hello
from messaging.commands import COMMANDS, NO_ROOM, Act, Asker, Nothing
from messaging.models import Message

log = logging.getLogger(__name__)

MAX_INVALID = 20
INVALID_SECONDS = 60.0
MANY_ROOMS = 100_000
READS = 2
"""Reads of one socket that run at once, while none of its answers waits: a peer that does not read makes us hold two of them."""
ACK_SECONDS = 0.1
"""How long an event waits for its ack to be on its way. A peer that does not read holds up its own ack, not what others wait for."""

_rooms: dict[int, int] = {}
"""Rooms of messages that were asked for: they never change."""


class Dispatcher:
    """Handles the frames of one socket: each is answered, whatever it holds."""

    def __init__(self, connection: Connection, session: Session):
        self.connection, self.session = connection, session
        self.asker = Asker(session.user, connection.id)
        self.lanes = Lanes()
        self.reads = asyncio.Semaphore(READS)
        self._noting: asyncio.Task[None] | None = None
        self.invalid, self.refused = Counter(INVALID_SECONDS, []), Counter(FLOOD_SECONDS, [])

    async def handle(self, text: str | None) -> None:
        """Answer one frame (None for a binary one): at once where it is refused, else in its room's lane."""
        arrived = time.monotonic()
        request_id = bind_request_id()
        command = None
        try:
            if text is None:
                raise Malformed(_("Expected a text frame."))
            command = decode(text)
            if command.cmd_type == "ping":
                await self._ping(command)
                return
            act, asked = self._admit(command)
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the frame gets its answer
            msg_id = command.msg_id if command else getattr(refusal, "msg_id", "")
            await self._refuse(msg_id, refusal, request_id)
            return
        lane = self._lane(asked, command.msg_id, arrived, request_id)
        await self.lanes.add(lane, functools.partial(self._do, act, command, asked, arrived, request_id))

    def stop(self) -> None:
        """The socket is gone."""
        self.lanes.stop()

    def _admit(self, command: Command) -> tuple[Act, msgspec.Struct]:
        act = COMMANDS.get(command.cmd_type)
        if act is None:
            raise Malformed(
                {"cmd_type": _("Unknown command %(name)s.") % {"name": command.cmd_type[:64]}}, command.msg_id
            )
        asked = payload(command, act.shape)
        take(self.asker.user.pk, act.limit)
        return act, asked

    def _lane(self, asked: Any, msg_id: str, arrived: float, request_id: str) -> int | Find:
        """The room that a command is about, or what finds a message's room."""
        if room := getattr(asked, "room", None):
            return room
        message = getattr(asked, "message", None)
        if not message or message in _rooms:
            return _rooms.get(message, NO_ROOM)
        return functools.partial(self._find, message, msg_id, arrived, request_id)

    async def _find(self, message: int, msg_id: str, arrived: float, request_id: str) -> int | None:
        """The room of a message; None where that could not be found in time, and the command was answered so."""
        bind_request_id(request_id)
        try:
            async with _in_time(arrived + settings.COMMAND_DEADLINE - time.monotonic()):
                room = await reading(Message.objects.filter(pk=message).values_list("room", flat=True).first)
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the command gets its answer
            await self._refuse(msg_id, refusal, request_id)
            return None
        if room is None:
            return NO_ROOM
        if len(_rooms) >= MANY_ROOMS:
            _rooms.clear()
        _rooms[message] = room
        return room

    async def _do(self, act: Act, command: Command, asked: Any, arrived: float, request_id: str, room: int) -> None:
        bind_request_id(request_id)
        events: list = []
        written = None
        try:
            async with self._turn(act, arrived) as deadline, _in_time(deadline - time.monotonic()):
                answer, events = await self._run(room, act, command, asked)
            if act.settle:  # in one step with the ack: nothing that it brings comes before it
                act.settle(self.connection, asked, answer)
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the command gets its answer
            await self._refuse(command.msg_id, refusal, request_id)
        else:
            metrics.ack_seconds.observe(time.monotonic() - arrived)
            self._tell_own(events)
            if act.is_acked:
                written = self.connection.queue_answer(frame(command.msg_id, "ack", answer))
                await asyncio.wait([written], timeout=ACK_SECONDS)
            crash.after_ack(events)
        finally:
            # Behind the ack, and also where the socket is gone meanwhile: what is committed becomes known.
            bus.let_out(events)
        if written:
            await written

    @contextlib.asynccontextmanager
    async def _turn(self, act: Act, arrived: float) -> AsyncIterator[float]:
        """When a command must be answered; a read waits for its turn. What the peer does not take is not held against the database."""
        deadline = arrived + settings.COMMAND_DEADLINE
        if act.writes:
            yield deadline
            return
        while True:
            deadline += await self.connection.until_answered()
            async with _in_time(deadline - time.monotonic()):
                await self.reads.acquire()
            if self.connection.is_answered:
                break
            self.reads.release()
        try:
            yield deadline
        finally:
            self.reads.release()

    def _tell_own(self, events: list) -> None:
        """The ack tells what its command changed of its person; what came between is told by the hub, or a new room would be lost to this socket."""
        for event in events:
            is_own = isinstance(event, Personal) and event.origin == self.connection.id
            if is_own and event.user_seq == self.connection.user_seq + 1:
                self.connection.user_seq = event.user_seq

    async def _run(self, room: int, act: Act, command: Command, asked: Any) -> tuple[dict, list]:
        """The ack's payload and the events of the commit."""
        with translation.override(self.connection.language):
            if not act.writes:
                return await reading(self._read, act, asked, command.msg_id), []
            committed = await commit_async(act.run, self.asker, asked, command.msg_id, gate=gate(room))
            return committed.value, committed.events

    def _read(self, act: Act, asked: Any, msg_id: str) -> dict:
        """Answers that hold messages are drawn here, on the database's thread, in the socket's own encoding."""
        answer = act.run(self.asker, asked, msg_id)
        people = answer.pop("people", {})
        for part in (answer, *answer.get("rooms", ())):
            if "messages" in part:
                part["messages"] = self.connection.shown(part["messages"], people)
            if isinstance(part.get("error"), Exception):
                part["error"] = socket_error(part["error"])
        return answer

    async def _ping(self, command: Command) -> None:
        payload(command, Nothing)
        take(self.asker.user.pk, "commands")
        pong = frame(command.msg_id, "pong", {"server_time": hello.now()})
        heads = hub().heads(self.connection)
        await self.connection.answer(pong, *([heads] if heads else []))
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note_seen())

    async def _note_seen(self) -> None:
        """A session that only a socket uses is in use: noted at most once a minute, and nothing waits for it."""
        with contextlib.suppress(Unavailable):
            await reading(sessions.note_seen, self.session)

    async def _refuse(self, msg_id: str, refusal: Exception, request_id: str) -> None:
        with translation.override(self.connection.language):
            error = socket_error(refusal, request_id)
        await self.connection.answer(frame(msg_id, "error", error))
        if isinstance(refusal, Malformed) and self.invalid.add() >= MAX_INVALID:
            self.connection.close(4400, "too many invalid frames")
        elif isinstance(refusal, RateLimited) and self.refused.add() >= FLOOD_REFUSALS:
            log.warning("flood", extra={"user": self.asker.user.pk, "connection": self.connection.id})
            self.connection.close(4429, f"retry_after={refusal.retry_after or 1}")


@contextlib.asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    """Raises Unavailable when the block is not done in `seconds`; where none are left, it does not begin."""
    late = Unavailable(_("The database did not answer in time. Please try again."), retry_after=1)
    if seconds <= 0:
        raise late
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise late from None
