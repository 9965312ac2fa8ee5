"""From frame to service and back: limits, lanes, acks and errors of one socket (`protocol.md`, sections 3, 5, 8, 9)."""

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from django.utils.translation import gettext as _

from accounts import sessions
from accounts.models import Session
from chatsite.errors import socket_error
from chatsite.realtime import bus, crash, metrics, proto
from chatsite.realtime.commit import commit_async, gate, reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.envelope import PROTO, Command, Malformed, decode, payload
from chatsite.realtime.errors import RateLimited
from chatsite.realtime.events import Personal
from chatsite.realtime.hub import hub
from chatsite.realtime.lanes import Find, Lanes
from chatsite.realtime.limits import FLOOD_REFUSALS, FLOOD_SECONDS, Counter, take
from chatsite.realtime.outgoing import Frame
from chatsite.request_ids import bind_request_id
from messaging import hello
from messaging.commands import COMMANDS, NO_ROOM, Act, Asker, Nothing
from messaging.taken import Taken, in_time, known_room, room_of

log = logging.getLogger(__name__)

MAX_INVALID = 20
INVALID_SECONDS = 60.0
READS = 2
"""Reads of one socket that run at once, while none of its answers waits: a peer that does not read makes us hold two of them."""
ACK_SECONDS = 0.1
"""How long an event waits for its ack to be on its way. A peer that does not read holds up its own ack, not what others wait for."""


class Dispatcher:
    """Handles the frames of one socket: each is answered, whatever it holds, in the language that is active where they come in."""

    def __init__(self, connection: Connection, session: Session):
        self.connection, self.session = connection, session
        self.asker = Asker(session.user, connection.id)
        self.lanes = Lanes()
        self.reads = asyncio.Semaphore(READS)
        self.invalid, self.refused = Counter(INVALID_SECONDS, []), Counter(FLOOD_SECONDS, [])

    async def handle(self, content: str | bytes | None) -> None:
        """Answer one frame (None for one that is no text, or no bytes, where its encoding has them): at once where it is refused, else in its room's lane."""
        arrived = time.monotonic()
        request_id = bind_request_id()
        command = None
        try:
            command = self._decode(content)
            if command.cmd_type == "ping":
                await self._ping(command)
                return
            taken = self._admit(command, arrived, request_id)
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the frame gets its answer
            msg_id = command.msg_id if command else getattr(refusal, "msg_id", "")
            await self._refuse(msg_id, refusal, request_id)
            return
        do = self._gather if taken.act.gatherer else self._do
        await self.lanes.add(self._lane(taken), functools.partial(do, taken))

    def stop(self) -> None:
        """The socket is gone."""
        self.lanes.stop()

    def _decode(self, content: str | bytes | None) -> Command:
        if self.connection.encoding == PROTO:
            if not isinstance(content, bytes):
                raise Malformed(_("Expected a binary frame."))
            return proto.decode(content)
        if not isinstance(content, str):
            raise Malformed(_("Expected a text frame."))
        return decode(content)

    def _admit(self, command: Command, arrived: float, request_id: str) -> Taken:
        act = COMMANDS.get(command.cmd_type)
        if act is None:
            raise Malformed(
                {"cmd_type": _("Unknown command %(name)s.") % {"name": command.cmd_type[:64]}}, command.msg_id
            )
        asked = payload(command, act.shape)
        take(self.asker.user.pk, act.limit)
        return Taken(act, command.msg_id, asked, arrived, request_id)

    def _lane(self, taken: Taken) -> int | Find:
        """The room that a command is about, or what finds a message's room."""
        if room := getattr(taken.asked, "room", None):
            return room
        message = getattr(taken.asked, "message", None)
        if not message:
            return NO_ROOM
        return known_room(message) or functools.partial(self._find, message, taken)

    async def _find(self, message: int, taken: Taken) -> int | None:
        """The room of a message; None where that could not be found in time, and the command was answered so."""
        bind_request_id(taken.request_id)
        try:
            async with in_time(taken.deadline):
                return await room_of(message) or NO_ROOM
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the command gets its answer
            await self._refuse(taken.msg_id, refusal, taken.request_id)
            return None

    async def _gather(self, taken: Taken, _room: int) -> None:
        """What goes together with others' is acked in the step in which all of it becomes known, right before."""
        bind_request_id(taken.request_id)
        loop = asyncio.get_running_loop()
        acked: asyncio.Future[asyncio.Future[None]] = loop.create_future()

        def ack(outcome: Any) -> None:
            if acked.done():  # given up meanwhile
                return
            if isinstance(outcome, Exception):
                acked.set_exception(outcome)
                return
            metrics.ack_seconds.observe(time.monotonic() - taken.arrived)
            acked.set_result(self.connection.queue_answer(Frame(taken.msg_id, "ack", outcome.wire())))

        try:
            item = taken.act.run(self.asker, taken.asked, taken.msg_id)
            hub().deadlines.add(taken.deadline, acked)
            call = taken.act.gatherer.add(item, ack, loop)
            try:
                written = await acked
            finally:
                call.is_given_up = True  # means nothing to one that has landed
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the command gets its answer
            await self._refuse(taken.msg_id, refusal, taken.request_id)
        else:
            await written

    async def _do(self, taken: Taken, room: int) -> None:
        bind_request_id(taken.request_id)
        events: list = []
        written = None
        act = taken.act
        try:
            async with self._turn(taken) as deadline, in_time(deadline):
                answer, events = await self._run(room, taken)
            if act.settle:  # in one step with the ack: nothing that it brings comes before it
                act.settle(self.connection, taken.asked, answer)
        except Exception as refusal:  # noqa: BLE001 - whatever it is, the command gets its answer
            await self._refuse(taken.msg_id, refusal, taken.request_id)
        else:
            metrics.ack_seconds.observe(time.monotonic() - taken.arrived)
            self._tell_own(events)
            if act.is_acked:
                written = self.connection.queue_answer(Frame(taken.msg_id, "ack", answer))
                await asyncio.wait([written], timeout=ACK_SECONDS)
            crash.after_ack(events)
        finally:
            # Behind the ack, and also where the socket is gone meanwhile: what is committed becomes known.
            bus.let_out(events)
        if written:
            await written

    @contextlib.asynccontextmanager
    async def _turn(self, taken: Taken) -> AsyncIterator[float]:
        """When a command must be answered; a read waits for its turn. What the peer does not take is not held against the database."""
        deadline = taken.deadline
        if taken.act.writes:
            yield deadline
            return
        while True:
            deadline += await self.connection.until_answered()
            async with in_time(deadline):
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

    async def _run(self, room: int, taken: Taken) -> tuple[dict, list]:
        """The ack's payload and the events of the commit."""
        asked = self.asker, taken.asked, taken.msg_id
        if not taken.act.writes:
            return await reading(self._read, taken.act, *asked), []
        committed = await commit_async(taken.act.run, *asked, gate=gate(room))
        return committed.value, committed.events

    def _read(self, act: Act, *asked: Any) -> dict:
        """Answers that hold messages are drawn here, on the database's thread, in the socket's own encoding."""
        answer = act.run(*asked)
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
        pong = Frame(command.msg_id, "pong", {"server_time": hello.now()})
        heads = hub().heads(self.connection)
        await self.connection.answer(pong, *([heads] if heads else []))
        sessions.note_seen(self.session)

    async def _refuse(self, msg_id: str, refusal: Exception, request_id: str) -> None:
        await self.connection.answer(Frame(msg_id, "error", socket_error(refusal, request_id)))
        if isinstance(refusal, Malformed) and self.invalid.add() >= MAX_INVALID:
            self.connection.close(4400, "too many invalid frames")
        elif isinstance(refusal, RateLimited) and self.refused.add() >= FLOOD_REFUSALS:
            log.warning("flood", extra={"user": self.asker.user.pk, "connection": self.connection.id})
            self.connection.close(4429, f"retry_after={refusal.retry_after or 1}")
