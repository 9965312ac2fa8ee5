"""A crowd: people who registered, the rooms that they are in, and the servers that they come to."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from tests.faults.people import Person
from tests.server import Server
from tests.stranger.rest import Rest

LIMITS_OFF = {"REGISTRATION": "open"} | dict.fromkeys(
    ("SENDS_PER_SECOND", "SENDS_BURST", "COMMANDS_PER_SECOND", "COMMANDS_BURST", "READS_PER_SECOND", "READS_BURST"),
    "10000",
)
"""The environment of a server for a crowd."""
PASSWORD = "correct-horse-7-staples"


class Crowd:
    """Alice and her people in two public rooms, and the first half of them in a private one."""

    def __init__(self, servers: list[Server], seed: int, pause: float):
        self.servers, self.seed, self.pause = servers, seed, pause
        self.chance = random.Random(seed)
        self.people: list[Person] = []
        self.rests: dict[str, Rest] = {}
        self.rooms: list[int] = []
        self._lives: list[asyncio.Task] = []
        self._writers: list[asyncio.Task] = []

    async def settle(self, count: int) -> None:
        """Set the installation up, let `count` people register, make the rooms and fill them."""
        first, names = self.servers[0], ["alice", *(f"person{n}" for n in range(1, count))]
        setting_up = ("set_up", "--workspace", "House", "--owner", "alice", "--email", "alice@example.org")
        await asyncio.to_thread(lambda: first.manage(*setting_up, stdin=PASSWORD))
        ids = {}
        for name in names:
            rest = self.rests[name] = Rest(first.url)
            if name != "alice":
                await rest.call("POST", "users/", {"username": name, "password": PASSWORD}, 201)
            await rest.sign_in(name, PASSWORD)
            ids[name] = (await rest.call("GET", "users/me/"))["id"]
        alice = self.rests["alice"]
        [place] = (await alice.call("GET", "workspaces/"))["results"]
        for name, kind, among in (
            ("Kitchen", "public", names),
            ("Garden", "public", names),
            ("Cellar", "private", names[: count // 2]),
        ):
            room = await alice.call("POST", "rooms/", {"name": name, "kind": kind, "workspace": place["id"]}, 201)
            self.rooms.append(room["id"])
            for member in among[1:]:
                await alice.call("POST", f"rooms/{room['id']}/members/", {"user": ids[member]}, 201)

    async def connect(self, *, pinned: bool) -> None:
        """Everybody comes in: `pinned` to one server each, else at whichever answers."""
        for n, (name, rest) in enumerate(self.rests.items()):
            own = self.servers[n % len(self.servers)].url
            bases = [own] if pinned else [own, *(server.url for server in self.servers if server.url != own)]
            self.people.append(Person(bases, name, rest.token, random.Random(self.chance.random()), self.pause))
        self._lives = [asyncio.create_task(person.live()) for person in self.people]
        await self.all_connected()

    async def all_connected(self, seconds: float = 30) -> None:
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(person.is_connected.wait() for person in self.people))
        except TimeoutError:
            away = [person.name for person in self.people if not person.is_connected.is_set()]
            raise AssertionError(f"not connected after {seconds} s: {away}; {self.faults()}") from None

    def start_writing(self) -> None:
        for person in self.people:
            person.writing = True
            self._writers += [asyncio.create_task(person.write(room)) for room in self.rooms if room in person.rooms]

    async def stop_writing(self, seconds: float = 30) -> None:
        """Nobody begins anything new, and what is begun is delivered."""
        for person in self.people:
            person.writing = False
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self._writers)
        self._writers = []

    async def leave(self) -> None:
        for task in (*self._writers, *self._lives):
            task.cancel()
        await asyncio.gather(*self._writers, *self._lives, return_exceptions=True)
        await asyncio.gather(*(person.close() for person in self.people))

    def faults(self) -> list[str]:
        """What anybody met that the page does not know."""
        return [f"{person.name}: {person.fault!r}" for person in self.people if person.fault]

    def acks(self) -> list[tuple[float, float]]:
        return sorted(one for person in self.people for one in person.ack_times)

    def errors(self) -> list[tuple[str, float]]:
        return [one for person in self.people for one in person.errors]


@contextlib.asynccontextmanager
async def gathered(
    servers: list[Server], *, seed: int, count: int = 10, pinned: bool = False, pause: float = 0.05
) -> AsyncIterator[Crowd]:
    """A crowd that is connected to `servers` (started with LIMITS_OFF) and writes already; a writer rests `pause` seconds after each ack."""
    crowd = Crowd(servers, seed, pause)
    try:
        await crowd.settle(count)
        await crowd.connect(pinned=pinned)
        crowd.start_writing()
        yield crowd
    finally:
        await crowd.leave()
