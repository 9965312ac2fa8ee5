"""What somebody typed, kept until it is acked or refused for good, over as many sockets as that takes."""

import asyncio
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.reliability import frames, protocol
from tests.reliability.connection import Answer, Lost
from tests.reliability.record import short_hash

if TYPE_CHECKING:
    from tests.reliability.client import Client

SAMPLED = 5
"""Of so many sends the delivery of one is measured."""


@dataclass(slots=True)
class Intent:
    """Something typed once: one `msg_id` through every retry. `then` is what its author does once it is acked."""

    room: int
    body: str
    token: str | None
    reply_to: int | None = None
    title: str | None = None
    attachments: tuple[int, ...] = ()
    msg_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    meant: float = field(default_factory=time.monotonic)
    """When it was typed, by the schedule."""
    then: str = ""
    is_repeat: bool = False
    is_reuse: bool = False
    ack: dict[str, Any] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        return {"room": self.room, "body": self.body, **self.more}

    @property
    def more(self) -> dict[str, Any]:
        """What else it has, where it has it."""
        more = {"reply_to": self.reply_to, "title": self.title, "attachments": list(self.attachments)}
        return {name: value for name, value in more.items() if value}

    def again(self) -> "Intent":
        """The same, sent once more although it was acked."""
        return replace(self, then="", is_repeat=True, ack={})

    def reused(self) -> "Intent":
        """Something else under the same `msg_id`, which must be refused."""
        return Intent(self.room, f"{self.body}, or rather not", None, msg_id=self.msg_id, is_reuse=True)


class Outbox:
    """One queue for each room: in order, one unanswered `message.send` at a time. `acked(intent)` is told of each first ack."""

    def __init__(self, client: "Client", acked: Callable[[Intent], Awaitable[None]] | None = None) -> None:
        self.client, self.acked = client, acked
        self.queues: defaultdict[int, deque[Intent]] = defaultdict(deque)
        self._senders: dict[int, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return sum(map(len, self.queues.values()))

    def put(self, intent: Intent) -> None:
        if not intent.is_repeat and not intent.is_reuse:
            record = {"room": intent.room, "msg_id": intent.msg_id, "hash": short_hash(intent.body)}
            self.client.log.write("intend", **record, token=intent.token, **intent.more)
        self.queues[intent.room].append(intent)
        if intent.room not in self._senders:
            self._senders[intent.room] = asyncio.create_task(self._send(intent.room))

    async def _send(self, room: int) -> None:
        try:
            await self._send_all(room)
        except Exception as error:  # noqa: BLE001 (a sender that ended would look like one that waits)
            self.client.unexpected(error)
        finally:
            # Here and not once the task is done: what is put in between would find a sender that sends no more.
            del self._senders[room]

    async def _send_all(self, room: int) -> None:
        queue, refusals = self.queues[room], 0
        while queue:
            answer = await self._try(queue[0])
            if answer is None:
                await asyncio.sleep(0.02)  # a socket that is closed raises at once, and its listener would get no turn
                continue
            if answer.is_ack or protocol.is_final(answer.code):
                await self._settle(queue.popleft(), answer)
                refusals = 0
                continue
            await asyncio.sleep(answer.payload.get("retry_after") or self.client.pause(refusals))
            refusals += 1

    async def _try(self, intent: Intent) -> Answer | None:
        """One writing of it, on the socket that is or comes; None where that is lost before the answer."""
        connection = await self.client.connected()
        figures, msg_id = self.client.figures, intent.msg_id
        named = {"conn": connection.number, "cmd": "message.send", "msg_id": msg_id}
        if not intent.is_reuse:
            self.client.log.write("ask", **named, room=intent.room, hash=short_hash(intent.body))
        began = time.monotonic()
        if not intent.is_repeat and not intent.is_reuse and msg_id.encode()[0] % SAMPLED == 0:
            figures.begun.setdefault(msg_id, began)
        try:
            answer = await connection.ask("message.send", msg_id, intent.payload)
        except Lost:
            return None
        now = time.monotonic()
        if answer.is_ack:
            intent.ack = frames.anything(answer.payload)
            figures.ack_times.append((began, now - began))
            if not intent.is_reuse:
                self.client.log.write("ack", **named, **_kept(intent.ack))
        else:
            figures.errors.append((now, answer.code, now - began))
            if not intent.is_reuse:
                final = protocol.is_final(answer.code)
                self.client.log.write("error", **named, code=answer.code, final=final, room=intent.room)
        return answer

    async def _settle(self, intent: Intent, answer: Answer) -> None:
        if intent.is_reuse:
            record = {"msg_id": intent.msg_id, "room": intent.room, "hash": short_hash(intent.body)}
            self.client.log.write("reuse", **record, code=answer.code or None)
        elif answer.is_ack and not intent.is_repeat:
            self.client.figures.acked += 1
            self.client.figures.waits.append((intent.meant, time.monotonic() - intent.meant))
            if self.acked:
                await self.acked(intent)

    async def close(self) -> None:
        for sender in list(self._senders.values()):
            sender.cancel()
        await asyncio.gather(*self._senders.values(), return_exceptions=True)


def _kept(ack: dict[str, Any]) -> dict[str, Any]:
    """The members of an ack of `message.send` that are recorded."""
    return {name: ack[name] for name in ("id", "room", "seq", "event_seq", "duplicate")}
