"""One socket, as the engine sees it: who hears it, where it stands in each room, and what waits to be written."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from django.conf import settings

from chatsite.realtime import metrics
from chatsite.realtime.envelope import HTML, with_fragment
from chatsite.realtime.joining import Joiner
from chatsite.realtime.line import Line
from chatsite.realtime.outgoing import Answer, Frame
from chatsite.realtime.place import Place
from chatsite.realtime.source import source

log = logging.getLogger(__name__)

MAX_WAITING = 256 * 1024
"""Bytes of events that may wait for a socket before it counts as behind."""
OVERHEAD = 64
"""Bytes that a waiting frame takes beside its own."""
PIECE = 64 * 1024
"""Bytes from which on no more is joined into one write."""
CLOSE_SECONDS = 2.0
"""How long the peer has to take what waits, and then the close frame."""


class Connection:
    """A socket's outgoing side. All methods run on the event loop's thread."""

    __slots__ = (
        "_abort", "_close", "_closing", "_emptied", "_ending", "_is_busy", "_is_over", "_joiner", "_last_answer", "_line", "_waiting",
        "behind", "drain_timer", "drained", "encoding", "epoch", "heard_at", "id", "is_away", "language", "look", "missed", "places", "ready", "sid",
        "stated", "user_id", "user_seq", "waiting_bytes",
    )  # fmt: skip

    def __init__(
        self,
        *,
        user_id: int,
        sid: str,
        encoding: str,
        language: str,
        line: Line,
        joiner: Joiner,
        close: Callable[[int, str], Awaitable[None]],
        abort: Callable[[], None] = lambda: None,
    ):
        self.id = secrets.token_urlsafe(12)
        self.user_id, self.sid, self.encoding, self.language = user_id, sid, encoding, language
        self.look = (encoding, language if encoding == HTML else "")
        """What an event's finished frame depends on: the encoding, and for fragments the language."""
        self.user_seq = 0
        self.epoch = ""
        """The one that `hello` told."""
        self.places: dict[int, Place] = {}
        self.stated: set[int] = set()
        """Rooms that an answer stated and the hub may not know of: where they are gone, the socket must be told."""
        self.ready = self.missed = self.behind = self.is_away = False
        self.heard_at = time.monotonic()
        """When the last data frame came."""
        self.waiting_bytes = 0
        self.drained: Callable[[Connection], None] = lambda _connection: None
        """Called once when a socket that is behind has read all that waited: the hub brings it up to date."""
        self.drain_timer: asyncio.TimerHandle | None = None
        self._line, self._joiner, self._close, self._abort = line, joiner, close, abort
        line.on_writable = self._on_writable
        self._waiting: list[bytes | Answer] = []
        self._last_answer: asyncio.Future[None] | None = None
        self._is_busy = False
        """It was written to a moment ago: what comes now is written together, when the joiner says so."""
        self._is_over = False
        self._closing: tuple[int, str] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._emptied: asyncio.Future[None] | None = None

    # --- events ---

    def push(self, frame: Frame) -> None:
        """Send an event, soon."""
        self.push_images(frame.image(self.encoding))
        metrics.deliveries.inc()

    def push_images(self, images: bytes) -> None:
        """Send the finished bytes of events: at once where the socket is quiet, else together with what comes in the next milliseconds.

        Above MAX_WAITING the socket counts as behind: the hub stops writing to it until it is drained.
        """
        if self._closing or self._is_over:
            return
        if not images:
            self.close(1011, "this cannot be told in this encoding")
        elif self._is_busy or not self._line.is_writable:
            self._waiting.append(images)
            self.waiting_bytes += len(images) + OVERHEAD
            if self.waiting_bytes > MAX_WAITING and not self.behind:
                self.behind = True
                self.drain_timer = asyncio.get_running_loop().call_later(
                    settings.SLOW_READER_SECONDS, self.close, 4413, "too slow to read"
                )
        else:
            self._is_busy = True
            self._line.write(images)
            self._joiner.add(self)

    # --- answers ---

    async def answer(self, *frames: Frame) -> None:
        """Send an answer and wait until it is on its way, or the socket gone."""
        await self.queue_answer(*frames)

    def queue_answer(self, *frames: Frame) -> asyncio.Future[None]:
        """As `answer`, without waiting; done when it is on its way or the socket is gone."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_over:
            written.set_result(None)
            return written
        images = [frame.image(self.encoding) for frame in frames]
        if not all(images):
            self.close(1011, "this cannot be told in this encoding")
        self._waiting.append(Answer(b"".join(images), written))
        self._last_answer = written
        self.flush()
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

    # --- writing ---

    def flush_joined(self) -> bool:
        """Write what came since the last write; whether there was something, so that more is to be expected."""
        self._is_busy = self.flush()
        return self._is_busy

    def flush(self) -> bool:
        """Write what waits, as far as the peer takes it; whether something was written."""
        waiting, line = self._waiting, self._line
        if not waiting or not line.is_writable:
            return False
        if len(waiting) == 1 and isinstance(images := waiting[0], bytes):
            waiting.clear()
            self.waiting_bytes = 0
            line.write(images)
        else:
            self._write_pieces(waiting)
        self._note_empty()
        return True

    def _write_pieces(self, waiting: list[bytes | Answer]) -> None:
        done = 0
        while done < len(waiting) and self._line.is_writable:
            piece, size, answers = [], 0, []
            while done < len(waiting) and size < PIECE:
                one = waiting[done]
                if isinstance(one, Answer):
                    answers.append(one.written)
                    one = one.image
                else:
                    self.waiting_bytes -= len(one) + OVERHEAD
                piece.append(one)
                size += len(one)
                done += 1
            self._line.write(b"".join(piece))
            _tell_written(answers)
        del waiting[:done]

    def _on_writable(self) -> None:
        if not self.flush():
            self._note_empty()

    def _note_empty(self) -> None:
        if self._waiting or not self._line.is_writable:
            return
        if self._emptied and not self._emptied.done():
            self._emptied.set_result(None)
        if self.behind and not self._closing and self.drain_timer:
            self.drain_timer.cancel()
            self.drain_timer = None
            self.drained(self)

    # --- the end ---

    def close(self, code: int, reason: str = "") -> None:
        """Close once what waits is written, for at most CLOSE_SECONDS; at once where the socket is behind."""
        if self._closing is None:
            self._closing = (code, reason)
            self._ending = asyncio.create_task(self._close_when_written(code, reason))

    async def _close_when_written(self, code: int, reason: str) -> None:
        try:
            if (self._waiting or not self._line.is_writable) and not self.behind:
                self._emptied = asyncio.get_running_loop().create_future()
                self.flush()
                await asyncio.wait([self._emptied], timeout=CLOSE_SECONDS)
            self._line.stop()
            await self._close_or_abort(code, reason)
        except Exception as error:  # noqa: BLE001 - whatever the server raises for a peer that went away
            log.debug("socket went away while it was closed", extra={"error": type(error).__name__})
        finally:
            self._release()

    async def _close_or_abort(self, code: int, reason: str) -> None:
        """A peer that does not read does not take a close frame either: its connection is dropped."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._close(code, reason)
        except TimeoutError:
            self._abort()

    def stop(self) -> None:
        """The socket is gone."""
        if self._ending:
            self._ending.cancel()
        if self.drain_timer:
            self.drain_timer.cancel()
        self._release()

    def _release(self) -> None:
        """Nothing is written any more: nobody waits for it, or the reader that would hear of the socket's end never reads on."""
        self._is_over = True
        self._line.stop()
        _tell_written([one.written for one in self._waiting if isinstance(one, Answer)])
        self._waiting.clear()

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    # --- what it is shown ---

    def is_member(self, room: int) -> bool:
        """Whether this socket hears the room as a member's: not as one that watches, nor not at all."""
        place = self.places.get(room)
        return place is not None and not place.watching

    def shown(self, messages: list[dict], people: dict[int, str]) -> list[dict]:
        """`messages` in this socket's encoding."""
        if self.encoding != HTML:
            return messages
        draw = source().draw
        return [with_fragment(one, draw(one, people, self.language)) for one in messages]


def _tell_written(answers: list[asyncio.Future[None]]) -> None:
    for written in answers:
        if not written.done():
            written.set_result(None)
