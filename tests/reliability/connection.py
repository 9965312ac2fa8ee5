"""One socket, from its handshake to its end: commands and their answers, the heartbeat, the record of both."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.reliability import frames, proto
from tests.reliability.protocol import ANSWER_SECONDS, BINARY, SUBPROTOCOL
from tests.reliability.record import Recorder

MAX_FRAME = 16 * 1024 * 1024


class Lost(Exception):
    """The socket was over before the answer came: whether the command was done is not known."""


class Refused(Exception):
    """A command met a final error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Answer:
    """`payload` is JSON still where the command was acked, and an error object where it was not."""

    is_ack: bool
    payload: Any

    @property
    def code(self) -> str:
        """The error's code; "" for an ack."""
        return "" if self.is_ack else str(self.payload.get("code", ""))


class Connection:
    """A socket that is open. `hear(connection, cmd_type, payload)` is called for every event, and must not wait."""

    def __init__(
        self, ws: ClientConnection, number: int, log: Recorder, hear: Callable[["Connection", str, Any], None]
    ) -> None:
        self.ws, self.number, self.log, self.hear = ws, number, log, hear
        self.is_binary = ws.subprotocol == BINARY
        self.has_said_hello = False
        self.sign_in = 0
        """By which sign-in of its session it was opened (`Session.sign_ins`)."""
        self.goaway_seconds: float | None = None
        self._over = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._at_ack: dict[str, Callable[[Any], None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def dial(
        cls,
        base: str,
        token: str,
        number: int,
        log: Recorder,
        hear: Callable[["Connection", str, Any], None],
        subprotocol: str = SUBPROTOCOL,
    ) -> "Connection":
        """Raises what `websockets.connect` does: InvalidHandshake, OSError, TimeoutError."""
        ws = await connect(
            "ws" + base.removeprefix("http") + "/ws/",
            subprotocols=[subprotocol],  # type: ignore[list-item]
            additional_headers={"Authorization": f"Bearer {token}"},
            proxy=None,
            compression=None,
            ping_interval=None,
            max_size=MAX_FRAME,
            max_queue=256,
            open_timeout=ANSWER_SECONDS,
            close_timeout=1,
        )
        return cls(ws, number, log, hear)

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    async def over(self, seconds: float) -> None:
        """Waits until the socket is over, at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def listen(self) -> tuple[int | None, str]:
        """Hear every frame until the socket is over; the code and reason of its close frame, None and "" where none came.

        Raises msgspec.MsgspecError, DecodeError, KeyError or TypeError where a frame is none of the protocol.
        """
        try:
            while True:
                data = await self.ws.recv(decode=False)
                self._sort(proto.as_json(data) if self.is_binary else data)
        except ConnectionClosed:
            pass
        finally:
            self._end()
        received = self.ws.protocol.close_rcvd
        return (received.code, received.reason) if received else (None, "")

    def _sort(self, data: bytes) -> None:
        msg_id, cmd_type, payload = frames.decode(data)
        if cmd_type not in ("ack", "error", "pong"):
            self.hear(self, cmd_type, payload)
            return
        waiting = self._waiting.get(msg_id)
        if waiting is None or waiting.done():
            return
        if cmd_type == "error":
            waiting.set_result(Answer(False, frames.anything(payload)))
        else:
            if at_ack := self._at_ack.get(msg_id):
                at_ack(payload)
            waiting.set_result(Answer(True, payload))

    def _end(self) -> None:
        self._over.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Lost())
        for task in self._tasks:
            task.cancel()
        self.ws.transport.abort()

    async def ask(
        self, cmd: str, msg_id: str, payload: dict[str, Any], at_ack: Callable[[Any], None] | None = None
    ) -> Answer:
        """Write a command and wait for its answer. Raises Lost; so it does after 10 s without one, and the socket is given up.

        `at_ack` is handed the payload of an ack before the next frame is looked at.
        """
        if self.is_over:
            raise Lost
        if at_ack:
            self._at_ack[msg_id] = at_ack
        waiting = self._waiting[msg_id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send(cmd, msg_id, payload)
                return await waiting
        except (TimeoutError, ConnectionClosed):
            self.abort()
            raise Lost from None
        finally:
            del self._waiting[msg_id]
            self._at_ack.pop(msg_id, None)
            if waiting.done() and not waiting.cancelled():
                waiting.exception()  # looked at, or asyncio tells that nobody did

    async def tell(self, cmd: str, msg_id: str, payload: dict[str, Any]) -> None:
        """Write a command that is answered by errors at most; nobody waits for them."""
        with contextlib.suppress(ConnectionClosed):
            await self._send(cmd, msg_id, payload)

    async def _send(self, cmd: str, msg_id: str, payload: dict[str, Any]) -> None:
        encode = proto.encode if self.is_binary else frames.encode
        await self.ws.send(encode(msg_id, cmd, payload))

    def spawn(self, work: Coroutine[Any, Any, None], failed: Callable[[BaseException], None]) -> None:
        """Do something beside the rest, as long as the socket lives; `failed` hears of what nobody expected."""
        if self.is_over:
            work.close()
            return

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()) and not isinstance(error, Lost):
                failed(error)

        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(ended)

    def abort(self) -> None:
        """Give the socket up at once, without a close frame."""
        self.ws.transport.abort()

    async def close(self) -> None:
        """Close the socket as one who is done."""
        with contextlib.suppress(OSError, TimeoutError, msgspec.MsgspecError):
            await self.ws.close()
