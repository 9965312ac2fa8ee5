"""Simulated people, for tests that break things under load: each writes in several rooms from an outbox that outlives every socket.

They are the stranger's client, so they believe nothing but the protocol's page, and keep a record for `tests.faults.checker`.
"""

import asyncio
import contextlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.client import Client
from tests.stranger.page import Frame

RETRYABLE = {"internal", "unavailable", "rate_limited", "slow_mode"}
LONGEST_PAUSE = 2.0
"""Seconds before another try to connect; the page says 30, but where a process is killed every few seconds that is mostly waiting."""
FINAL = {1000, 4400, 4401, 4403, 4409}
"""Close codes after which a client does not come again by itself."""
OK = "ok"
"""What is said again and again: told apart by nothing but its msg_id."""


@dataclass
class Intent:
    """What somebody typed once: it has one msg_id through every retry. Times are those of the monotonic clock."""

    author: int
    room: int
    body: str
    msg_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    begun: float = 0.0
    acked: float = 0.0
    acks: list[dict] = field(default_factory=list)
    refused: str = ""
    """The code of a final error."""


class Person(Client):
    """Somebody who is connected whenever they can be, and who writes in their rooms as fast as the acks come."""

    patience = 10

    def __init__(self, bases: list[str], name: str, token: str, chance: random.Random, pause: float):
        super().__init__(bases[0], name, token)
        self.bases, self.chance, self.pause = bases, chance, pause
        self.connections: list[list[Frame]] = []
        self.close_codes: list[int | None] = []
        self.intents: list[Intent] = []
        self.heard: dict[str, float] = {}
        """When each message came live or by `sync`, by its msg_id."""
        self.errors: list[tuple[str, float]] = []
        """Codes of the errors that sends met, with the seconds that each took."""
        self.ack_times: list[tuple[float, float]] = []
        """When each send began, and the seconds until its ack."""
        self.times_away: list[float] = []
        """Seconds from the loss of a socket until every room was level with the `hello` of the next."""
        self.is_connected, self.is_lost = asyncio.Event(), asyncio.Event()
        self.writing = False

    # --- the socket ---

    async def live(self) -> None:
        """Connect, and again whenever the socket is lost: by the page's formula, but every loss counts as the first after a peace."""
        lost_at, failures = None, 0
        while True:
            try:
                await self.connect()
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                await asyncio.sleep(self.chance.uniform(0, min(LONGEST_PAUSE, 0.5 * 2**failures)))
                failures += 1
                self.base = self.bases[failures % len(self.bases)]
                continue
            failures = 0
            self.spawn(self.level(lost_at))
            await self.is_lost.wait()
            if self.ws.close_code in FINAL:
                return
            lost_at = time.monotonic()

    async def connect(self, query: str = "") -> None:
        self.log = []
        self.is_lost.clear()
        await super().connect(query)
        self.connections.append(self.log)

    async def level(self, lost_at: float | None) -> None:
        """Bring every room level with `hello`; a socket counts as connected from then on."""
        for room in self.rooms.values():
            if not room.opened:
                await self.load(room)
        heads = {stated["id"]: stated["head"] for stated in self.hello["rooms"]}
        await self.until(
            lambda: all(self.rooms[room].cursor >= head for room, head in heads.items()), "all rooms are level"
        )
        self.is_connected.set()
        if lost_at:
            self.times_away.append(time.monotonic() - lost_at)

    async def listen(self, ws) -> None:
        try:
            await super().listen(ws)
        finally:
            self.close_codes.append(ws.close_code)
            self.is_connected.clear()
            self.is_lost.set()

    def hear(self, text: str) -> None:
        super().hear(text)
        frame = self.log[-1]
        parts = (
            [frame.payload]
            if frame.cmd_type == "changes"
            else frame.payload.get("rooms", ())
            if frame.cmd_type == "ack"
            else ()
        )
        for row in (row for part in parts for row in part.get("messages", ())):
            self.heard.setdefault(row["msg_id"], time.monotonic())

    # --- writing ---

    async def write(self, room: int) -> None:
        """Say one thing after the other, each until it is acked, while `writing`; now and then repeat one, or react to one."""
        while self.writing:
            said = self.intend(room)
            await self.deliver(said)
            if said.acks and self.chance.random() < 0.03:
                await self.deliver(said)
            if said.acks and self.chance.random() < 0.03:
                with contextlib.suppress(ConnectionClosed):
                    await self.command("reaction.add", message=said.acks[0]["id"], emoji="👍")
            await asyncio.sleep(self.pause)

    def intend(self, room: int) -> Intent:
        """Something to say; one in twenty is the same as others."""
        body = OK if self.chance.random() < 0.05 else f"{self.name} {len(self.intents)}"
        self.intents.append(Intent(self.hello["user"]["id"], room, body))
        return self.intents[-1]

    async def deliver(self, said: Intent) -> None:
        """Send it until there is an ack or a final error, over as many sockets as that takes."""
        text = json.dumps(Frame(said.msg_id, "message.send", {"room": said.room, "body": said.body})._asdict())
        while True:
            await self.is_connected.wait()
            began = time.monotonic()
            said.begun = said.begun or began
            try:
                answer = await self.ask(text, said.msg_id)
            except ConnectionClosed:
                self.is_connected.clear()
                continue
            if await self.is_answered(said, answer, began):
                return

    async def is_answered(self, said: Intent, answer: Frame, began: float) -> bool:
        now = time.monotonic()
        if answer.cmd_type == "ack":
            said.acked = said.acked or now
            said.acks.append(answer.payload)
            self.ack_times.append((began, now - began))
            return True
        self.errors.append((answer.payload["code"], now - began))
        if answer.payload["code"] not in RETRYABLE:
            said.refused = answer.payload["code"]
            return True
        await asyncio.sleep(answer.payload.get("retry_after", 1))
        return False

    async def command(self, cmd_type: str, msg_id: str | None = None, refused: str | None = None, **payload) -> dict:
        """As the stranger's, but patient with a server in trouble."""
        while True:
            msg_id = str(uuid.uuid4())
            answer = await self.ask(json.dumps(Frame(msg_id, cmd_type, payload)._asdict()), msg_id)
            code = answer.payload.get("code")
            if answer.cmd_type != "error":
                return answer.payload
            assert code in RETRYABLE, f"{cmd_type} {payload} is answered with {answer.payload}"
            await asyncio.sleep(answer.payload.get("retry_after", 1))
