"""One socket, as the engine sees it: who hears it, where it stands in each room, and what waits to be written."""

import asyncio
import logging
import secrets
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from django.conf import settings

from chatsite.realtime import metrics
from chatsite.realtime.envelope import HTML, frame, with_fragment
from chatsite.realtime.source import source

log = logging.getLogger(__name__)

MAX_WAITING = 256 * 1024
"""Bytes of events that may wait for a socket before it counts as behind."""
CLOSE_SECONDS = 2.0
"""How long the peer has to take what waits, and then the close frame."""


@dataclass(slots=True)
class Place:
    """Where a socket stands in a room: as a member's since `joined_event_seq`, or `watching` one that its person may read."""

    cursor: int
    joined_event_seq: int
    joined_seq: int
    told_head: int
    catching_up: bool = False
    watching: bool = False
    doubted: bool = False
    """It is being asked whether the person may still watch: until that is answered the socket is told nothing of the room."""


class Connection:
    """A socket's outgoing side. All methods run on the event loop's thread."""

    __slots__ = (
        "_abort", "_awake", "_close", "_closing", "_is_drained", "_last_answer", "_send", "_waiting", "_writer", "behind", "drain_timer", "drained", "encoding", "epoch", "id", "is_away",
        "language", "missed", "places", "ready", "sid", "told", "user_id", "user_seq", "waiting_bytes",
    )  # fmt: skip

    def __init__(
        self,
        *,
        user_id: int,
        sid: str,
        encoding: str,
        language: str,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[int, str], Awaitable[None]],
        abort: Callable[[], None] = lambda: None,
    ):
        self.id = secrets.token_urlsafe(12)
        self.user_id, self.sid, self.encoding, self.language = user_id, sid, encoding, language
        self.user_seq = 0
        self.epoch = ""
        """The one that `hello` told."""
        self.places: dict[int, Place] = {}
        self.ready = self.missed = self.behind = self.is_away = False
        self.waiting_bytes = 0
        self._is_drained = False
        self.drained: Callable[[Connection], None] = lambda _connection: None
        """Called once when a socket that is behind has read all that waited: the hub brings it up to date."""
        self.drain_timer: asyncio.TimerHandle | None = None
        self._send, self._close, self._abort = send, close, abort
        self._waiting: deque[tuple[str, int, asyncio.Future | None]] = deque()
        """Texts, their bytes in memory (0 for answers), and whom to tell that they are written."""
        self._last_answer: asyncio.Future | None = None
        self._awake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._writer = asyncio.create_task(self._write())

    def push(self, text: str) -> None:
        """Queue an event. Above MAX_WAITING the socket counts as behind: the hub stops writing to it until it is drained."""
        if self._closing:
            return
        size = sys.getsizeof(text)
        self._waiting.append((text, size, None))
        self.waiting_bytes += size
        self._awake.set()
        metrics.deliveries.inc()
        if self.waiting_bytes > MAX_WAITING and not self.behind:
            self.behind, self._is_drained = True, False
            self.drain_timer = asyncio.get_running_loop().call_later(
                settings.SLOW_READER_SECONDS, self.close, 4413, "too slow to read"
            )

    async def answer(self, *texts: str) -> None:
        """Queue an answer and wait until it is on its way, or the socket gone: one at a time, and it does not make the socket slow."""
        await self.queue_answer(*texts)

    def queue_answer(self, *texts: str) -> asyncio.Future:
        """As `answer`, without waiting; done when it is on its way or the socket is gone."""
        written = asyncio.get_running_loop().create_future()
        if self._writer.done():
            written.set_result(None)
            return written
        for text in texts[:-1]:
            self._waiting.append((text, 0, None))
        self._waiting.append((texts[-1], 0, written))
        self._last_answer = written
        self._awake.set()
        return written

    @property
    def is_answered(self) -> bool:
        """Whether all answers are on their way."""
        return self._last_answer is None or self._last_answer.done()

    async def until_answered(self) -> float:
        """Wait until the peer has taken all answers but for what the network holds; the seconds that took."""
        began = time.monotonic()
        while self._last_answer and not self._last_answer.done():
            await asyncio.wait([self._last_answer])
        return time.monotonic() - began

    def close(self, code: int, reason: str = "") -> None:
        """Close once what waits is written, for at most CLOSE_SECONDS; at once where the socket is behind."""
        if self._closing is None:
            self._closing = (code, reason)
            self._awake.set()
            asyncio.get_running_loop().call_later(0 if self.behind else CLOSE_SECONDS, self._writer.cancel)

    def stop(self) -> None:
        """The socket is gone."""
        self._writer.cancel()
        if self.drain_timer:
            self.drain_timer.cancel()
        self._release()

    def _release(self) -> None:
        """Nothing is written any more: nobody waits for it, or the reader that would hear of the socket's end never reads on."""
        for _text, _size, written in self._waiting:
            if written and not written.done():
                written.set_result(None)
        self._waiting.clear()

    def is_member(self, room: int) -> bool:
        """Whether this socket hears the room as a member's: not as one that watches, nor not at all."""
        place = self.places.get(room)
        return place is not None and not place.watching

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    def shown(self, messages: list[dict], people: dict[int, str]) -> list[dict]:
        """`messages` in this socket's encoding."""
        if self.encoding != HTML:
            return messages
        draw = source().draw
        return [with_fragment(one, draw(one, people, self.language)) for one in messages]

    @property
    def look(self) -> tuple[str, str]:
        """What an event's finished frame depends on: the encoding, and for fragments the language."""
        return (self.encoding, self.language if self.encoding == HTML else "")

    async def _write(self) -> None:
        try:
            await self._write_until_closing()
            if self._closing:
                await self._close_or_abort(*self._closing)
        except Exception as error:  # noqa: BLE001 - whatever the server raises for a peer that went away
            log.debug("socket went away while written to", extra={"error": type(error).__name__})
        finally:
            self._release()

    async def _write_until_closing(self) -> None:
        try:
            while True:
                await self._awake.wait()
                self._awake.clear()
                await self._write_waiting()
                if self._closing:
                    return
        except asyncio.CancelledError:
            if self._closing is None:
                raise

    async def _close_or_abort(self, code: int, reason: str) -> None:
        """A peer that does not read does not take a close frame either: its connection is dropped."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._close(code, reason)
        except TimeoutError:
            self._abort()

    async def _write_waiting(self) -> None:
        while self._waiting:
            text, size, written = self._waiting[0]
            await self._send(text)
            self._waiting.popleft()
            self.waiting_bytes -= size
            if written and not written.done():
                written.set_result(None)
        if self.behind and not self._is_drained and not self._closing:
            self._is_drained = True
            if self.drain_timer:
                self.drain_timer.cancel()
            self.drained(self)


def changes_frame(room: int, after: int, to: int, messages: list[dict], cause: dict | None = None) -> str:
    """A `changes` event as text."""
    payload = {"room": room, "from": after, "to": to, "messages": messages}
    if cause:
        payload["cause"] = cause
    return frame("", "changes", payload)
