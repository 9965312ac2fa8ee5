"""The socket: a table from command to service, and the life of a connection round it (`protocol.md`, sections 2 to 5, 7, 8)."""

import asyncio
import functools
import logging
import time

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import sessions, sockets
from accounts.models import Session
from accounts.sessions import Deactivated
from chatsite import handshake
from chatsite.errors import socket_error
from chatsite.realtime import bus, metrics
from chatsite.realtime.commit import commit_async, reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.envelope import SUBPROTOCOLS, Command, Malformed, decode, frame, payload
from chatsite.realtime.errors import RateLimited, Unauthenticated, Unavailable
from chatsite.realtime.hub import hub
from chatsite.realtime.lanes import Lanes
from chatsite.realtime.limits import FLOOD_REFUSALS, FLOOD_SECONDS, Counter, take
from chatsite.request_ids import bind_request_id
from messaging import hello
from messaging.commands import COMMANDS, NO_ROOM, Asker
from messaging.models import Message

log = logging.getLogger(__name__)

MAX_INVALID = 20
INVALID_SECONDS = 60.0


class ChatConsumer(AsyncConsumer):
    """One socket of one person on one device. The hub owns the channel layer's channel; a consumer has none."""

    channel_layer_alias = "none"

    async def dispatch(self, message):
        """Channels' own, without its hop to a thread for each frame: no database is touched on this one."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    # --- the beginning and the end ---

    async def websocket_connect(self, _event):
        self.connection: Connection | None = None
        self.lanes, self.invalid, self.refused = Lanes(), Counter(INVALID_SECONDS, []), Counter(FLOOD_SECONDS, [])
        if refusal := handshake.refusal(self.scope, SUBPROTOCOLS):
            await handshake.refuse(self.send, *refusal)
            raise StopConsumer
        offered = self.scope["subprotocols"]
        subprotocol = next((name for name in SUBPROTOCOLS if name in offered), None)
        await self.send({"type": "websocket.accept", "subprotocol": subprotocol})
        try:
            session: Session = await reading(sockets.who, self.scope)
        except Deactivated:
            await self._close(4403, "deactivated")
            return
        except Unauthenticated:
            await self._close(4401, "not signed in")
            return
        except Unavailable:
            await self._close(1013, "try again")
            return
        await self._begin(session, subprotocol or SUBPROTOCOLS[0])

    async def _begin(self, session: Session, encoding: str) -> None:
        self.session, self.user = session, session.user
        self.asker_language = self.user.language or translation.get_language_from_request(handshake.request_of(self.scope))
        self.connection = connection = Connection(
            user_id=self.user.pk, sid=session.sid, encoding=encoding, language=self.asker_language, send=self._send_text, close=self._close
        )
        self.asker = Asker(self.user, connection.id)
        hub().expect(connection)
        try:
            snapshot, first = await reading(hello.first_frame, self.user, connection.id)
        except Unavailable:
            connection.close(1013, "try again")
            return
        connection.push(frame("", "hello", first))
        hub().join(connection, snapshot)
        self._heard()
        log.info("connected", extra={"user": self.user.pk, "connection": connection.id})

    async def websocket_disconnect(self, event):
        self.lanes.stop()
        if self.connection:
            hub().leave(self.connection)
            self.silence.cancel() if hasattr(self, "silence") else None
            log.info("disconnected", extra={"user": self.user.pk, "connection": self.connection.id, "code": event.get("code")})
        raise StopConsumer

    async def _send_text(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def _close(self, code: int, reason: str) -> None:
        await self.send({"type": "websocket.close", "code": code, "reason": reason[:120]})

    def _heard(self) -> None:
        """A data frame came: the silence that ends a connection begins anew."""
        if hasattr(self, "silence"):
            self.silence.cancel()
        self.silence = asyncio.get_running_loop().call_later(settings.SOCKET_TIMEOUT, self.connection.close, 4408, "nothing heard")

    # --- commands ---

    async def websocket_receive(self, event):
        if self.connection is None or self.connection.is_closing:
            return
        arrived = time.monotonic()
        self._heard()
        request_id = bind_request_id()
        try:
            if (text := event.get("text")) is None:
                raise Malformed(_("Expected a text frame."))
            command = decode(text)
            if command.cmd_type == "ping":
                payload(command, COMMANDS["rooms"].shape)
                take(self.user.pk, "commands")
                await self._pong(command)
                return
            act = COMMANDS.get(command.cmd_type)
            if act is None:
                raise Malformed({"cmd_type": _("Unknown command %(name)r.") % {"name": command.cmd_type[:64]}}, command.msg_id)
            asked = payload(command, act.shape)
            take(self.user.pk, act.limit)
            lane = await self._lane(asked)
        except Exception as refusal:
            await self._refuse(getattr(refusal, "msg_id", None) or _id_of(locals().get("command")), refusal, request_id)
            return
        await self.lanes.add(lane, functools.partial(self._do, act, command, asked, arrived, request_id))

    async def _lane(self, asked) -> int:
        """The room that a command is about; a message's room is found first, and remembered, since it never changes."""
        if room := getattr(asked, "room", None):
            return room
        message = getattr(asked, "message", None)
        if not message:
            return NO_ROOM
        if message not in _rooms:
            room = await reading(Message.objects.filter(pk=message).values_list("room", flat=True).first)
            if room is None:
                return NO_ROOM
            if len(_rooms) >= MANY_ROOMS:
                _rooms.clear()
            _rooms[message] = room
        return _rooms[message]

    async def _do(self, act, command: Command, asked, arrived: float, request_id: str) -> None:
        bind_request_id(request_id)
        left = arrived + settings.COMMAND_DEADLINE - time.monotonic()
        events = []
        try:
            if left <= 0:
                raise Unavailable(_("The server is too busy. Please try again."), retry_after=1)
            with translation.override(self.asker_language):
                if act.writes:
                    committed = await commit_async(act.run, self.asker, asked, command.msg_id, deadline=left)
                    answer, events = committed.value, committed.events
                else:
                    async with asyncio.timeout(left):
                        answer = await reading(self._read, act, asked, command.msg_id)
        except TimeoutError:
            await self._refuse(command.msg_id, Unavailable(_("The database did not answer in time. Please try again."), retry_after=1), request_id)
        except Exception as refusal:
            await self._refuse(command.msg_id, refusal, request_id)
        else:
            metrics.ack_seconds.observe(time.monotonic() - arrived)
            await self._ack(command, answer)
        finally:
            # After the ack, also where the socket is gone meanwhile: what is committed becomes known.
            bus.let_out(events)

    def _read(self, act, asked, msg_id: str) -> dict:
        """Answers that hold messages are drawn here, on the database's thread, in the socket's own encoding."""
        answer = act.run(self.asker, asked, msg_id)
        people = answer.pop("people", {})
        for part in (answer, *answer.get("rooms", ())):
            if "messages" in part:
                part["messages"] = self.connection.shown(part["messages"], people)
            if isinstance(part.get("error"), Exception):
                part["error"] = socket_error(part["error"], "")
        return answer

    async def _ack(self, command: Command, answer: dict) -> None:
        if "user_seq" in answer and command.cmd_type in ("read", "unread"):
            self.connection.user_seq = max(self.connection.user_seq, answer["user_seq"])
        await self.connection.answer(frame(command.msg_id, "ack", answer))

    async def _pong(self, command: Command) -> None:
        heads = hub().heads(self.connection)
        pong = frame(command.msg_id, "pong", {"server_time": hello.now()})
        await self.connection.answer(pong, *([heads] if heads else []))
        # A session that only a socket uses is in use: noted with the ping, at most once a minute.
        await reading(sessions.note_seen, self.session)

    async def _refuse(self, msg_id: str, refusal: Exception, request_id: str) -> None:
        with translation.override(self.asker_language):
            error = socket_error(refusal, request_id)
        await self.connection.answer(frame(msg_id, "error", error))
        if isinstance(refusal, Malformed) and self.invalid.add() >= MAX_INVALID:
            self.connection.close(4400, "too many invalid frames")
        elif isinstance(refusal, RateLimited) and self.refused.add() >= FLOOD_REFUSALS:
            log.warning("flood", extra={"user": self.user.pk, "connection": self.connection.id})
            self.connection.close(4429, f"retry_after={refusal.retry_after or 1}")


def _id_of(command: Command | None) -> str:
    return command.msg_id if command else ""


_rooms: dict[int, int] = {}
MANY_ROOMS = 100_000
