"""The life of a socket: handshake, `hello`, silence, the end (`protocol.md`, sections 2, 4, 7, 8)."""

import asyncio
import contextlib
import logging
import time

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.utils import translation

from accounts import sockets
from accounts.models import Session
from accounts.sessions import Deactivated
from chatsite import handshake
from chatsite.realtime import draining
from chatsite.realtime.commit import reading
from chatsite.realtime.connection import CLOSE_SECONDS, Connection
from chatsite.realtime.envelope import PROTO, SUBPROTOCOLS
from chatsite.realtime.errors import Unauthenticated, Unavailable
from chatsite.realtime.hub import hub
from chatsite.realtime.line import LINE, AsgiLine
from chatsite.realtime.outgoing import Frame
from chatsite.realtime.prepared import ABORT, OVER
from messaging import hello
from messaging.dispatcher import Dispatcher

log = logging.getLogger(__name__)

SLACK = 0.5
"""Seconds beyond what others promise to need."""


class ChatConsumer(AsyncConsumer):
    """One socket of one person on one device. The hub owns the channel layer's channel; a consumer has none."""

    dispatcher: Dispatcher | None = None
    is_leaving = False

    def __init__(self):
        self.turn = asyncio.Lock()
        """Held while a frame is taken, until it is in its lane; and from the handshake until `hello`."""

    async def __call__(self, scope, receive, send):
        """Channels' own without what it does for a channel of each consumer: a task for each frame, and one for each socket that is silent."""
        self.scope, self.base_send = scope, send
        draining.enter(self)
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            draining.leave(self)

    async def dispatch(self, message):
        """Channels' own, without its hop to a thread for each frame: no database is touched on this one."""
        async with self.turn:
            await getattr(self, message["type"].replace(".", "_"))(message)

    async def websocket_connect(self, _event):
        if refusal := handshake.refusal(self.scope, SUBPROTOCOLS, is_full=hub().admission.is_full):
            await handshake.refuse(self.send, *refusal)
            raise StopConsumer
        offered = self.scope["subprotocols"]
        subprotocol = next((name for name in SUBPROTOCOLS if name in offered), None)
        await self.send({"type": "websocket.accept", "subprotocol": subprotocol})
        async with hub().admission.turn():
            await self._greet(subprotocol or SUBPROTOCOLS[0])
        handshake.forget(self.scope)

    async def _greet(self, encoding: str) -> None:
        """Who it is, and what they are told first."""
        try:
            session = await reading(sockets.who, self.scope)
        except Deactivated:
            await self._close(4403, "deactivated")
        except Unauthenticated:
            await self._close(4401, "not signed in")
        except Unavailable:
            await self._close(1013, "try again")
        else:
            await self._begin(session, encoding)

    async def _begin(self, session: Session, encoding: str) -> None:
        user, extensions = session.user, self.scope.get("extensions", {})
        language = user.language or translation.get_language_from_request(handshake.request_of(self.scope))
        translation.activate(language)  # in the context of this socket, and of all that begins in it
        connection = Connection(
            user_id=user.pk,
            sid=session.sid,
            encoding=encoding,
            language=language,
            line=extensions.get(LINE) or AsgiLine(self.send),
            joiner=hub().joiner,
            close=self._close,
            abort=extensions.get(ABORT, lambda: None),
        )
        self.dispatcher = Dispatcher(connection, session)
        hub().expect(connection)
        try:
            snapshot, first = await reading(hello.first_frame, user, connection.id)
        except Unavailable:
            connection.close(1013, "try again")
            return
        connection.push(Frame("", "hello", first))
        hub().join(connection, snapshot, first["epoch"])
        log.info("connected", extra={"user": user.pk, "connection": connection.id})

    async def websocket_receive(self, event):
        if self.dispatcher and not self.dispatcher.connection.is_closing and not self.is_leaving:
            self.dispatcher.connection.heard_at = time.monotonic()
            kind = "bytes" if self.dispatcher.connection.encoding == PROTO else "text"
            await self.dispatcher.handle(event.get(kind))

    async def websocket_disconnect(self, event):
        if self.dispatcher:
            self.dispatcher.stop()
            connection = self.dispatcher.connection
            self.dispatcher = None
            hub().leave(connection)
            log.info(
                "disconnected",
                extra={"user": connection.user_id, "connection": connection.id, "code": event.get("code")},
            )
        raise StopConsumer

    async def go_away(self, reconnect_ms: int) -> bool:
        """The process stops. What was taken is answered, what comes from now on is the next server's: the client sends it again there."""
        self.is_leaving = True
        if not self.is_greeted:
            async with self.turn:  # its handshake ends as it would
                pass
        if self.is_greeted:
            await self._settle()
        if not self.is_greeted:  # it has gone by itself
            return False
        self.dispatcher.connection.push(Frame("", "goaway", {"reconnect_ms": reconnect_ms}))
        self.dispatcher.connection.close(1012, "the server stops")
        await self._until_over()
        return True

    @property
    def is_greeted(self) -> bool:
        """Whether it had its `hello`, and nobody has closed it since."""
        connection = self.dispatcher.connection if self.dispatcher else None
        return bool(connection and connection.ready and not connection.is_closing)

    async def _settle(self) -> None:
        """Until the frame that is being taken is in its lane, and all lanes are empty; each command has a deadline of its own."""
        seconds, lanes = settings.COMMAND_DEADLINE + SLACK, self.dispatcher.lanes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with self.turn:
                    pass
                await lanes.finish(seconds)

    async def _until_over(self) -> None:
        """Until the peer has answered the close frame, or has been dropped: what it did not read yet is lost with the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSE_SECONDS + SLACK):
                await self.scope.get("extensions", {}).get(OVER, lambda: asyncio.sleep(0))()

    async def _close(self, code: int, reason: str) -> None:
        await self.send({"type": "websocket.close", "code": code, "reason": reason[:120]})
