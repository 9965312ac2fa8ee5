"""One person on one device: connected whenever they can be, with an outbox that outlives every socket (protocol page, section 7)."""

import asyncio
import contextlib
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from tests.reliability import frames, protocol
from tests.reliability.book import Book
from tests.reliability.connection import Connection, Refused
from tests.reliability.figures import Figures
from tests.reliability.outbox import Outbox
from tests.reliability.record import Recorder
from tests.reliability.rest import Problem, Session, Unreachable

TOLD_BY_ACK = ("id", "seq", "event_seq", "duplicate", "last_read_seq", "unread", "mentions", "last_seq", "user_seq")
"""What is recorded of an ack's payload, where it has it."""


class Client:
    """`live()` keeps it connected; `book` is what it knows.

    `session` is its sign-in, `bases` the servers (the first is where it begins), `longest_pause` caps the seconds between two
    tries. `log` and `figures` get all that happens.
    """

    def __init__(
        self,
        name: str,
        user: int,
        session: Session,
        bases: list[str],
        log: Recorder,
        *,
        chance: random.Random,
        figures: Figures | None = None,
        longest_pause: float = protocol.LONGEST_PAUSE,
        subprotocol: str = protocol.SUBPROTOCOL,
    ) -> None:
        self.name, self.user, self.session, self.bases, self.log = name, user, session, bases, log
        self.chance, self.figures, self.longest_pause = chance, figures or Figures(), longest_pause
        self.subprotocol = subprotocol
        self.outbox, self.book = Outbox(self), Book(self)
        self.stopped: int | None = None
        """The close code after which it does not come again."""
        self.connection: Connection | None = None
        self._connected = asyncio.Event()
        self._losses = self._connections = self._turn = 0
        self._lost_at: float | None = None
        log.write("who", client=name, user=user, base=bases[0])

    # --- the socket ---

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket that said `hello`."""
        return self._connected.is_set()

    @property
    def is_level(self) -> bool:
        """Whether it is connected and holds all that `hello` stated, with nothing missing and nothing asked for."""
        return self.is_connected and self.book.is_level

    @property
    def base(self) -> str:
        """The server of its socket, or of its next try."""
        return self.bases[self._turn % len(self.bases)]

    async def connected(self) -> Connection:
        """The socket that is there, or the next one."""
        await self._connected.wait()
        assert self.connection
        return self.connection

    def pause(self, refusals: int) -> float:
        """Seconds to wait behind an error without `retry_after`."""
        return protocol.backoff(refusals, self.chance, self.longest_pause)

    def unexpected(self, error: BaseException) -> None:
        """Something that the protocol's page does not know."""
        self.figures.faults.append(f"{self.name}: {error!r}")

    async def live(self) -> None:
        """Connect, and again whenever the socket is lost, until a close code says to stop."""
        while self.stopped is None:
            pause = await self._one_connection()
            if self.stopped is None:
                await asyncio.sleep(self._next_pause() if pause is None else pause)

    def _next_pause(self) -> float:
        self._losses += 1
        return protocol.backoff(self._losses - 1, self.chance, self.longest_pause)

    async def _one_connection(self) -> float | None:
        """From the handshake to the loss of one socket; the seconds to wait behind it, None for those of the formula."""
        number, self._connections = self._connections, self._connections + 1
        self.log.write("connect", conn=number, base=self.base)
        try:
            if self.session.ends_soon:
                await self.session.renew(self.base)
            sign_in = self.session.sign_ins
            connection = await Connection.dial(
                self.base, self.session.access, number, self.log, self._hear, self.subprotocol
            )
            connection.sign_in = sign_in
        except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed, EOFError, Problem, Unreachable) as error:
            return self._not_connected(number, error)
        began, self.connection = time.monotonic(), connection
        no_hello = asyncio.get_running_loop().call_later(protocol.ANSWER_SECONDS, self._give_up_silent, connection)
        try:
            code, reason = await connection.listen()
        except Exception as error:  # noqa: BLE001 (whatever a frame holds that the page does not know)
            self.unexpected(error)
            code, reason = None, ""
        finally:
            no_hello.cancel()
            self._lose()
        self.log.write("closed", conn=number, code=code, reason=reason)
        if connection.has_said_hello and self.stopped is None:
            self.figures.lost.append((time.monotonic(), code, self.base))
        elif code != protocol.NOT_SIGNED_IN:
            self._turn += 1
        if time.monotonic() - began >= protocol.PEACE_SECONDS:
            self._losses = 0
        return await self._after(connection, code, reason)

    def _not_connected(self, number: int, error: Exception) -> float | None:
        status = error.response.status_code if isinstance(error, InvalidStatus) else None
        self.log.write("refused", conn=number, status=status)
        self.figures.refused.append((time.monotonic(), status))
        self._turn += 1
        if isinstance(error, InvalidStatus):
            with contextlib.suppress(ValueError, KeyError):
                return float(error.response.headers["Retry-After"]) + self._next_pause()
        return None

    def _give_up_silent(self, connection: Connection) -> None:
        if not self.is_connected:
            connection.abort()

    def _hear(self, connection: Connection, cmd_type: str, payload: Any) -> None:
        self.book.hear(connection, cmd_type, payload)
        if cmd_type == "hello":
            connection.has_said_hello = True
            self.figures.opened.append(time.monotonic())
            self._connected.set()
            connection.spawn(self._beat(connection, payload["heartbeat_seconds"]), self.unexpected)

    async def _beat(self, connection: Connection, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self.command(connection, "ping")

    def _lose(self) -> None:
        if self.is_connected:
            self._lost_at = self._lost_at or time.monotonic()
        self._connected.clear()
        self.book.lose()

    def leveled(self) -> None:
        """Every room is level with the last `hello`."""
        if self._lost_at is not None:
            self.figures.away.append(time.monotonic() - self._lost_at)
            self._lost_at = None

    async def _after(self, connection: Connection, code: int | None, reason: str) -> float | None:
        """What a close code asks for; the seconds to wait, None for those of the formula."""
        if code in protocol.STOP:
            self.stopped = code
        elif code == protocol.FLOOD:
            return protocol.flood_pause(reason)
        elif code == protocol.NOT_SIGNED_IN:
            try:
                await self.session.renew(self.base)
            except Unreachable:
                self._turn += 1
            except Problem as problem:
                self.stopped = code if problem.status == 401 else None
        elif code in protocol.AFTER_GOAWAY:
            return connection.goaway_seconds
        return None

    def drop(self) -> None:
        """Lose the socket, as by a bad network."""
        if self.connection:
            self.connection.abort()

    def go_home(self) -> None:
        """Lose a socket that is not of the first server, and come again there."""
        if self.base != self.bases[0]:
            self._turn = self._losses = 0
            self.drop()

    async def close(self) -> None:
        """Take leave; `live()` ends by this."""
        self.stopped = protocol.DONE
        await self.outbox.close()
        if self.connection and not self.connection.is_over:
            await self.connection.close()

    # --- commands ---

    async def command(
        self,
        connection: Connection,
        cmd: str,
        *,
        told: dict[str, Any] | None = None,
        at_ack: Callable[[Any], None] | None = None,
        **payload: Any,
    ) -> bytes:
        """The ack's payload as JSON, after as many tries on this socket as it takes. Raises Refused (a final error), Lost.

        `told` is recorded of the asking, beside the room or message that it is about; `at_ack` is as in Connection.ask.
        """
        about = {name: payload[name] for name in ("room", "message") if name in payload}
        refusals = 0
        while True:
            msg_id = str(uuid.uuid4())
            named = {"conn": connection.number, "cmd": cmd, "msg_id": msg_id} | about
            self.log.write("ask", **named, **(told or {}))
            answer = await connection.ask(cmd, msg_id, payload, at_ack)
            if answer.is_ack:
                ack = {} if cmd in ("sync", "history", "rooms", "ping") else frames.anything(answer.payload)
                self.log.write("ack", **named, **{name: ack[name] for name in TOLD_BY_ACK if name in ack})
                return answer.payload
            final = protocol.is_final(answer.code)
            self.log.write("error", **named, code=answer.code, final=final)
            if final:
                raise Refused(answer.code)
            await asyncio.sleep(answer.payload.get("retry_after") or self.pause(refusals))
            refusals += 1
