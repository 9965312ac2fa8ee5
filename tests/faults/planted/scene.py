"""A small workload in which nothing happens by chance: three rooms, four people, and a script that says what they do and what breaks."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tests.faults.faults import crashed, restarted
from tests.faults.house import House
from tests.reliability import files, frames
from tests.reliability.churn import Churn
from tests.reliability.client import Client
from tests.reliability.grapevine import Grapevine, Kept, Saying
from tests.reliability.outbox import Intent
from tests.reliability.people import word_of
from tests.reliability.plan import Load
from tests.reliability.record import short_hash
from tests.reliability.settling import Place
from tests.reliability.workload import Workload
from tests.server import Server

PEOPLE = 4
NOTHING_BY_CHANCE = Load(
    people=PEOPLE,
    rooms=3,
    members=PEOPLE,
    rate=0,
    churn=0,
    reads=0,
    scrolls=0,
    logouts=0,
    titles=0,
    files=0,
    direct_rooms=0,
    searches=0,
    fetches=0,
    drafts=0,
    follows=0,
    saves=0,
    pins=0,
    signs=0,
    watches=0,
    second_devices=PEOPLE,
    longest_pause=0.5,
)
OPEN, LATE, PRIVATE = range(3)
"""A public room; one whose history begins with joining; a private one. Everybody is in all of them."""
ALICE, BOB, CLEO, DAN = range(PEOPLE)
"""Alice owns the place, and is the witness. With two processes, Bob and Dan are at the first, Alice and Cleo at the second."""


class Scene(Workload):
    """Its people do what they are told. `house` is what they are in, `churn` takes them out of rooms and brings them back."""

    def __init__(self, house: House, folder: Path) -> None:
        super().__init__(house, folder, seed=0, load=NOTHING_BY_CHANCE, command="tests/faults/test_planted.py")
        self.house = house
        self.traces: list[str] = []
        """What the servers met and nobody expected, once all is over."""
        self._said = 0

    async def settle(self) -> None:
        await super().settle()
        self.churn = Churn(self.settled.witness, self.note)

    # --- people ---

    @property
    def grapevine(self) -> Grapevine:
        return self.people[0].grapevine

    def saying(self) -> Saying:
        """The last message with a word of its own."""
        return self.grapevine.sayings[-1]

    def client(self, who: int) -> Client:
        return self.people[who].clients[0]

    def room(self, where: int) -> Place:
        return self.settled.places[where]

    def say(self, who: int, where: int = OPEN, body: str = "") -> Intent:
        """Somebody types something and presses Enter: `body`, which others may have said as well, or a text like no other."""
        self._said += 1
        token = None if body else f"said {self._said}"
        intent = Intent(self.room(where).id, body or f"{token} by {who}: {word_of(str(token))}", token)
        self.client(who).outbox.put(intent)
        return intent

    async def say_with_picture(self, who: int, where: int) -> tuple[Kept, str]:
        """Somebody sends a picture. Where it is, and where its thumbnail is, once there is one."""
        intent, client = Intent(self.room(where).id, "look", None), self.client(who)
        await self.people[who].attach(client, intent, files.picture(random.Random(0)))
        client.outbox.put(intent)
        await self.acked(intent)
        kept = self.grapevine.files[-1]
        while True:
            message = await client.session.call("GET", f"messages/{kept.message}/")
            if thumbnail := message["attachments"][0]["thumbnail_url"]:
                return kept, thumbnail
            await asyncio.sleep(0.1)

    async def notified(self, who: int) -> None:
        """Somebody was notified of something."""
        while not await self.client(who).session.pages("notifications/"):  # noqa: ASYNC110 (the server's state)
            await asyncio.sleep(0.1)

    async def acked(self, *intents: Intent) -> None:
        await self.until(lambda: all(intent.ack for intent in intents), "everything is acked")

    async def edit(self, who: int, said: Intent) -> int:
        """Somebody rewrites what they said and nobody edited yet; the number of the change."""
        client, self._said = self.client(who), self._said + 1
        body = f"said {self._said}, rather"
        told = {"hash": short_hash(body), "room": said.room}
        asked = {"message": said.ack["id"], "body": body, "edited_at": None}
        return frames.anything(await client.command(await client.connected(), "message.edit", told=told, **asked))[
            "event_seq"
        ]

    async def heard(self, who: int, where: int, event_seq: int) -> None:
        """Somebody was told a room up to this number."""
        room = self.client(who).book.rooms[self.room(where).id]
        await self.until(lambda: room.cursor >= event_seq, "they are told")

    async def take_out(self, who: int, where: int) -> None:
        await self.churn.take_out(self.people[who], self.room(where), "remove")

    async def bring(self, who: int, where: int) -> None:
        """Somebody who knows that they lost a room is added to it again, and knows that, too."""
        rooms, room = self.client(who).book.rooms, self.room(where)
        await self.until(lambda: room.id not in rooms, "they know that they lost their room")
        await self.churn.bring(self.people[who], room, by_witness=True)
        await self.until(lambda: room.id in rooms, "they know of their room")

    @contextlib.asynccontextmanager
    async def away(self, who: int) -> AsyncIterator[None]:
        """Somebody's device is off."""
        self._lives[who].cancel()
        await asyncio.gather(self._lives[who], return_exceptions=True)
        yield
        self._lives[who] = asyncio.create_task(self._live(self.client(who)))

    async def until(self, is_true: Callable[[], object], what: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < end, f"{what} within {seconds} s: no."
            await asyncio.sleep(0.002)

    # --- what breaks ---

    @contextlib.contextmanager
    def fault(self, kind: str):
        self.note("fault", kind=kind, phase="begin")
        yield
        self.note("fault", kind=kind, phase="end")

    async def kill(self, server: Server) -> None:
        """A process is gone without a word, and comes back."""
        with self.fault("kill"):
            server.kill9()
            await restarted(server)

    async def crash(self, server: Server) -> None:
        """A process that was started with CHATSITE_CRASH reaches the point, and is started again without it."""
        with self.fault("crash"):
            assert await crashed(server, 20), "the process did not come to the point where it crashes"
            del server.env["CHATSITE_CRASH"]
            await restarted(server)


@contextlib.asynccontextmanager
async def on_stage(
    folder: Path, program: tuple[str, ...], *, processes: int = 1, crash: str = "", quiet: float = 5.0
) -> AsyncIterator[Scene]:
    """A Scene whose people are all connected, on one process with SQLite, or on more with PostgreSQL and Redis.

    `crash` is the CHATSITE_CRASH of the last process, `quiet` the longest wait in the end, until everybody has everything. Behind it
    the logs are complete.
    """
    house = House(
        workers=processes,
        database="sqlite" if processes == 1 else "postgresql",
        program=program,
        last=lambda _house: {"CHATSITE_CRASH": crash} if crash else {},
    )
    try:
        scene = Scene(await house.open(), folder)
        await scene.settle()
        try:
            await scene.start()
            yield scene
            await scene.stop()
        finally:
            await scene.close(quiet)
        scene.traces = house.traces()
    finally:
        await house.close()
