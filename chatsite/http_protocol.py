"""The ASGI server's HTTP protocol, with limits on how long a request may take to come and how large it may be: uvicorn has none.

A connection that stays silent, or sends its request byte by byte, is dropped (slowloris), and so is a peer that is gone without a word.
"""

import asyncio
import http
import json
import re
import socket
from typing import Any

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from chatsite.realtime import metrics

HEAD_BYTES = 32 * 1024
HEADERS = 100
BODY_BYTES_PER_SECOND = 1000
"""What a body must keep up with, beyond the seconds that a head has."""
PIPELINED = 10
"""Requests of one connection that may wait behind the one that is being answered."""
UPLOADS = re.compile(settings.UPLOAD_PATHS.encode())
LINGER_SECONDS = 2.0
"""How long what a refused peer still sends is read away: to close with bytes unread would take our answer from it."""


TOO_LARGE = {
    "type": "about:blank",
    "title": http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase,
    "status": 413,
    "code": "too_large",
    "detail": "That is too large.",
    "request_id": "",
}
"""The problem document for a body that is refused while it comes, ahead of Django, sessions and languages."""


class Refused(Exception):
    """Stops the parser."""


class Protocol(HttpToolsProtocol):
    """uvicorn's own on httptools, with limits. uvicorn takes it by its import string (`--http`)."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._awaited_since: float | None = None
        """Since when a head, or what follows it, is awaited; None while nothing of a request is missing."""
        self._is_head = True
        self._size = self._received = 0
        """Bytes of the head, then of the body, that the parser has told of; and those of a head that came."""
        self._timer: asyncio.TimerHandle | None = None
        self._status = 400
        self._is_refused = False
        self._answered: RequestResponseCycle | None = None

    # --- the connection ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if hasattr(socket, "TCP_USER_TIMEOUT") and (line := transport.get_extra_info("socket")):
            milliseconds = int(settings.TCP_USER_TIMEOUT * 1000)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        self._await(is_head=True)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_timer()
        self._forget_answer()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._is_head:
            self._received += len(data)
        super().data_received(data)
        # The parser tells of a header only when it has the whole of it.
        if self._is_head and self._received > HEAD_BYTES and not self._is_refused:
            self._refuse(431)

    def handle_websocket_upgrade(self) -> None:
        self._stop_timer()
        super().handle_websocket_upgrade()

    # --- the parser's callbacks ---

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._received = max(self._received, 1)  # it may have begun in the read that ended the one before
        if self._awaited_since is None:
            self._await(is_head=True)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._limit(len(url), HEAD_BYTES, 431)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._limit(len(name) + len(value), HEAD_BYTES, 431)
        if len(self.headers) > HEADERS:
            self._stop_parsing(431)
        if name.lower() == b"content-length" and int(value) > self._most:
            self._stop_parsing(413)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= PIPELINED:
            self._stop_parsing(429)
        super().on_headers_complete()
        self._await(is_head=False)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._limit(len(body), self._most, 413)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._awaited_since, self._is_head = None, True

    @property
    def _most(self) -> int:
        """Bytes that the body may have: where files are uploaded, a file and what stands around it."""
        if UPLOADS.match(self.url.partition(b"?")[0]):
            return max(settings.MAX_REQUEST_BYTES, settings.UPLOAD_MAX_BYTES + settings.UPLOAD_FORM_BYTES)
        return settings.MAX_REQUEST_BYTES

    def _limit(self, more: int, most: int, status: int) -> None:
        self._size += more
        if self._size > most:
            self._stop_parsing(status)

    def _stop_parsing(self, status: int) -> None:
        self._status = status
        raise Refused

    # --- time ---

    def _await(self, *, is_head: bool) -> None:
        self._awaited_since, self._is_head = self.loop.time(), is_head
        self._size = 0
        if not is_head:
            self._received = 0
        if self._timer is None:
            self._timer = self.loop.call_later(settings.REQUEST_SECONDS, self._look)

    def _look(self) -> None:
        """One look in REQUEST_SECONDS at most, however many requests there were meanwhile."""
        self._timer = None
        if self._awaited_since is None or self._is_refused:
            return
        if self.flow.read_paused:
            self._awaited_since = self.loop.time()  # it is we who are slow
        allowed = settings.REQUEST_SECONDS + (0 if self._is_head else self._size / BODY_BYTES_PER_SECOND)
        left = self._awaited_since + allowed - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        else:
            metrics.slow_requests.inc()
            self._refuse(408)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    # --- refusing ---

    def send_400_response(self, msg: str) -> None:
        """What the parser could not take, for whichever reason."""
        self._refuse(self._status)

    def _refuse(self, status: int) -> None:
        """Answer and close. Who did not ask, or is being answered, is dropped without a word."""
        self._is_refused = True
        self._stop_timer()
        may_answer = self._may_answer
        self._forget_answer()
        if not may_answer:
            self.transport.abort()
            return
        phrase = http.HTTPStatus(status).phrase
        kind, said = "text/plain; charset=utf-8", f"{phrase}\n"
        if status == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE and self.url.startswith(b"/api/"):
            kind, said = "application/problem+json", json.dumps(TOO_LARGE)
        self.transport.write(
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {kind}\r\ncontent-length: {len(said)}\r\n"
            f"cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{said}".encode()
        )
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _forget_answer(self) -> None:
        """What the application still answers goes nowhere. uvicorn tells so only the last of several requests."""
        if self._answered and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()

    @property
    def _may_answer(self) -> bool:
        if self._is_head:
            is_idle = not self.pipeline and (not self.cycle or self.cycle.response_complete)
            return is_idle and self._received > 0
        return not self.cycle or not self.cycle.response_started  # an upgrade has none
