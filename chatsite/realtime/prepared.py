"""The ASGI server's WebSocket protocol, with what ASGI has no word for, and with a bound on all that a peer can make it hold.

uvicorn takes it by its import string (`--ws`); on any other server the extensions are absent, and closing waits for the peer.
Why it stands on the library `websockets`: `benchmarks/websocket_base.md`.
"""

import asyncio
import logging
import socket
import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State

from chatsite.realtime.connection import CLOSE_SECONDS
from chatsite.realtime.line import LINE
from chatsite.realtime.wire import Message, Wire

ABORT = "chatsite.abort"
"""Key in `scope["extensions"]` of a function that drops the connection at once, with all that waits to be written."""
OVER = "chatsite.over"
"""Key of a coroutine function that returns when the connection is over on both sides: ASGI's `disconnect` comes with our own close frame."""

SLICE = 4096
"""Bytes that are parsed at a time: one read may bring 40,000 frames, and all would lie in memory before the first is handled."""
UNSENT = 128 * 1024
"""Bytes that the kernel may hold unsent for a peer: else it takes megabytes for a socket whose peer does not read."""
IDLE_FRAMES, IDLE_SECONDS = 300, 10.0
"""So many control frames and fragments in so many seconds are a flood: they are no commands, so no bucket counts them."""


class Protocol(WebSocketsSansIOProtocol):
    """uvicorn's own on `websockets`, mended: it fails none of Autobahn's cases 1 to 7 and 10 (`tests/autobahn/`)."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.conn = Wire(max_size=self.config.ws_max_size, logger=logging.getLogger("uvicorn.error"))
        self.close_timeout = CLOSE_SECONDS
        self._unparsed = memoryview(b"")
        self._message = Message(is_text=False)
        self._idle_since, self._idle_frames = 0.0, 0
        self._unsent_pong = b""
        self._over: asyncio.Future[None] | None = None
        self.is_writable = True
        self.on_writable: Callable[[], None] = _nobody

    # --- the connection ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(socket, "TCP_NOTSENT_LOWAT") and (line := transport.get_extra_info("socket")):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.is_writable = True
        self._unparsed = memoryview(b"")
        if self._over and not self._over.done():
            self._over.set_result(None)
        self.on_writable()

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[ABORT] = self._reset
        extensions[OVER] = self._until_over
        extensions[LINE] = self
        await super().run_asgi()

    def _reset(self) -> None:
        """Drop the connection. With the time to linger at 0 the kernel does not go on to offer what the peer does not take."""
        if line := self.transport.get_extra_info("socket"):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    async def _until_over(self) -> None:
        if not self.disconnected:
            self._over = self.loop.create_future()
            await self._over

    # --- what comes in ---

    def data_received(self, data: bytes) -> None:
        self._unparsed = memoryview(bytes(self._unparsed) + data if self._unparsed else data)
        self._parse()

    async def receive(self) -> Any:
        event = await self.queue.get()
        if self.read_paused and self.handshake_complete and self.queue.empty():
            self._read_on()
        return event

    def _read_on(self) -> None:
        """Nothing waits for the application: parse what there is, then read more."""
        self.read_paused = False
        self._parse()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def _parse(self) -> None:
        """Parse slice by slice, until something waits for the application (which pauses reading) or all is parsed."""
        while self._unparsed and not self.read_paused:
            piece, self._unparsed = self._unparsed[:SLICE], self._unparsed[SLICE:]
            super().data_received(piece)  # type: ignore[arg-type]  # any buffer will do
            if self.conn.handshake_exc and not self.handshake_complete:
                self._refuse_handshake()

    def _refuse_handshake(self) -> None:
        """To a head that the library does not take it made an answer, or none."""
        self.handshake_complete = self.close_sent = True
        answer = b"".join(self.conn.data_to_send())
        self.transport.write(answer or b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # Nobody may send a frame before the handshake is answered.
            self._pause()

    def _pause(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def handle_text(self, event: Frame) -> None:
        self._message = Message(is_text=True)
        self._add(event)

    def handle_bytes(self, event: Frame) -> None:
        self._message = Message(is_text=False)
        self._add(event)

    def handle_cont(self, event: Frame) -> None:
        self._add(event)

    def _add(self, event: Frame) -> None:
        try:
            content = self._message.add(event.data, final=event.fin)
        except UnicodeDecodeError:
            self._fail(1007, "text that is not UTF-8")
            return
        if content is None:
            self._count_idle()
        elif not self.close_sent:
            self.queue.put_nowait({"type": "websocket.receive", **content})  # type: ignore[arg-type]
            self._pause()

    def handle_ping(self) -> None:
        pong = b"".join(self.conn.data_to_send())
        if pong and self.is_writable:
            self.transport.write(pong)
        elif pong:
            # Only the latest ping need be answered (RFC 6455, section 5.5.3), and what a peer does not read must not pile up.
            self._unsent_pong = pong
        self._count_idle()

    def handle_pong(self, event: Frame) -> None:
        self._count_idle()

    def _count_idle(self) -> None:
        now = self.loop.time()
        if now - self._idle_since > IDLE_SECONDS:
            self._idle_since, self._idle_frames = now, 0
        self._idle_frames += 1
        if self._idle_frames > IDLE_FRAMES:
            self._fail(4429, f"retry_after={IDLE_SECONDS:.0f}")

    # --- what goes out ---

    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_writable = False

    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_writable = True
        pong, self._unsent_pong = self._unsent_pong, b""
        if pong and not self.close_sent:
            self.transport.write(pong)
        self.on_writable()

    def write(self, images: bytes) -> None:
        """Send finished frames: only behind the handshake, and before any close frame."""
        if self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(images)

    def stop(self) -> None:
        """Nobody asks whether it is writable any more."""
        self.on_writable = _nobody

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept" and self.queue.empty():
            self._read_on()
        elif self.close_timer:
            self._drop_later()
            self._parse()

    # --- the end ---

    def _fail(self, code: int, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    def handle_parser_exception(self) -> None:
        """The peer broke the protocol: it is told how, and what it still sends is read away.

        To close with bytes unread would reset the connection, and the peer might never see why.
        """
        if self.close_sent or self.conn.close_sent is None:
            return
        self.close_sent = True
        code, reason = self.conn.close_sent.code, self.conn.close_sent.reason
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._drop_later()
        self.read_paused = False
        self.transport.resume_reading()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._drop_later()

    def shutdown(self) -> None:
        super().shutdown()
        self._drop_later()

    def _drop_later(self) -> None:
        """What the peer does not take by then is lost with the connection."""
        if self.close_timer:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)


def _nobody() -> None:
    """Nobody waits until it is writable."""
