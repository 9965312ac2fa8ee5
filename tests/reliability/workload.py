"""A load of people on a server, from one seed, and the record of all that they saw."""

import asyncio
import random
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from tests.reliability import ending
from tests.reliability.churn import Churn
from tests.reliability.client import Client
from tests.reliability.directs import Directs, Talk
from tests.reliability.figures import Figures
from tests.reliability.grapevine import Grapevine
from tests.reliability.pacing import few_at_once, until
from tests.reliability.people import Person
from tests.reliability.plan import Intention, Load, directs, schedule
from tests.reliability.protocol import BINARY, SUBPROTOCOL
from tests.reliability.record import ADMIN, Recorder, Silent, write_dump
from tests.reliability.rest import Session
from tests.reliability.settling import Settled, settle
from tests.reliability.target import Account, Target

CHURN = {"join", "leave", "add", "remove", "ban", "sign_out"}


class Workload:
    """`settle`, `start`, whatever breaks in between, `stop`, `close`; then `folder` is ready for the checker."""

    def __init__(self, target: Target, folder: Path, seed: int, load: Load | None = None, *, command: str = "") -> None:
        self.target, self.folder, self.seed, self.load = target, folder, seed, load or Load()
        self.chance = random.Random(f"{seed}/clients")
        self.figures = Figures()
        self.people: list[Person] = []
        self.settled: Settled
        self.churn: Churn
        self.directs: Directs
        self._lives: list[asyncio.Task[None]] = []
        self._acts: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._admin = Recorder(folder / ADMIN)
        self.note("who", seed=seed, command=command, started=time.time())

    # --- what it is and was ---

    @property
    def clients(self) -> list[Client]:
        return [client for person in self.people for client in person.clients]

    @property
    def rooms(self) -> list[int]:
        return [place.id for place in self.settled.places]

    @property
    def acked(self) -> int:
        """Sends that were acked so far."""
        return self.figures.acked

    @property
    def ack_times(self) -> list[tuple[float, float]]:
        return self.figures.ack_times

    @property
    def errors(self) -> list[tuple[float, str, float]]:
        return self.figures.errors

    @property
    def away(self) -> list[float]:
        return self.figures.away

    @property
    def deliveries(self) -> list[tuple[float, float]]:
        return self.figures.deliveries

    def note(self, op: str, **fields: Any) -> None:
        """A line of the admin log."""
        self._admin.write(op, **fields)
        if op == "epoch":
            self.churn.is_rewound = self.directs.is_rewound = True

    # --- the load ---

    async def settle(self) -> None:
        """People, rooms, members. Raises Problem, Unreachable."""
        self.settled = found = await settle(self.target, self.seed, self.load, self.note)
        self.churn, names, grapevine = Churn(found.witness, self.note), found.named(), Grapevine()
        for n, (name, account, sessions) in enumerate(zip(found.names, found.accounts, found.sessions, strict=True)):
            clients = [self._client(f"{name}.{d}", account.user, own, n + d) for d, own in enumerate(sessions, 1)]
            self.people.append(Person(name, account, clients, self.load, names, self._spawn, grapevine))
        talks = [Talk([self.people[who] for who in people]) for people in directs(self.seed, self.load)]
        self.directs = Directs(talks, self.note)

    def _client(self, name: str, user: int, session: Session, number: int) -> Client:
        bases = self.target.bases
        first = number % len(bases)
        own = [bases[first]] if self.load.pinned else [*bases[first:], *bases[:first]]
        return Client(
            name,
            user,
            session,
            own,
            Recorder(self.folder / f"{name}.jsonl"),
            chance=random.Random(self.chance.random()),
            figures=self.figures,
            longest_pause=self.load.longest_pause,
            subprotocol=BINARY if self.load.binary and number % self.load.binary == 0 else SUBPROTOCOL,
        )

    async def start(self, seconds: float = 60.0) -> None:
        """Everybody connects, then the load begins. Raises AssertionError where somebody is not level within `seconds`."""
        self._lives = [asyncio.create_task(self._live(client)) for client in self.clients]
        await self.all_level(seconds)
        self._following = asyncio.create_task(self._follow())

    async def _live(self, client: Client) -> None:
        try:
            await client.live()
        except Exception as error:  # noqa: BLE001 (a client that ended would look like one that is away)
            client.unexpected(error)

    async def all_level(self, seconds: float = 30.0) -> None:
        """Everybody is connected and holds what they were told of. Raises AssertionError after `seconds`."""
        await until(lambda: all(client.is_level for client in self.clients), seconds)
        away = [client.name for client in self.clients if not client.is_level]
        assert not away, f"not level after {seconds} s: {away}; {self.figures.faults[:5]}"

    async def _follow(self) -> None:
        """The schedule, whatever becomes of what it asks for."""
        began = time.monotonic()
        for intention in schedule(self.seed, self.load):
            meant = began + intention.at
            if (wait := meant - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self._do(intention, meant)

    def _do(self, intention: Intention, meant: float) -> None:
        person = self.people[intention.who]
        if intention.act == "direct":
            self._spawn(self.directs.do(person, intention.where, intention.draw, meant))
            return
        place = self.settled.places[intention.where]
        if intention.act in CHURN:
            self._spawn(self.churn.do(intention.act, person, place, intention.draw))
        else:
            person.do(intention, place.id, meant)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            self._acts.discard(task)
            if not task.cancelled() and (error := task.exception()):
                self.figures.faults.append(repr(error))

        task = asyncio.create_task(work)
        self._acts.add(task)
        task.add_done_callback(ended)

    async def stop(self, seconds: float = 60.0) -> None:
        """Nobody begins anything new; what is begun is delivered. Raises AssertionError where it is not within `seconds`."""
        if self._following:
            self._following.cancel()
            results = await asyncio.gather(self._following, return_exceptions=True)
            self.figures.faults += [repr(error) for error in results if isinstance(error, Exception)]
            self._following = None
        await until(lambda: not self._acts and not any(len(client.outbox) for client in self.clients), seconds)
        waiting = {client.name: len(client.outbox) for client in self.clients if len(client.outbox)}
        assert not waiting, f"not sent {seconds} s after the load: {waiting}"
        assert not self._acts, f"{len(self._acts)} acts are not done {seconds} s after the load: {list(self._acts)[:5]}"

    # --- the end ---

    async def close(self, quiet: float = 5.0) -> None:
        """Wait at most `quiet` seconds until everybody holds everything; write what each holds, what each finds afresh, and the dump.

        Raises AssertionError for what a client met that the protocol's page does not know; all is written by then.
        """
        try:
            await self.target.at_rest(self.load.rest_seconds)
            self.note("quiet")
            await self._level_with_the_server(quiet)
            for client in self.clients:
                client.log.write("final", **client.book.final())
            await self._leave()
            await few_at_once([ending.told(client) for client in self.clients])
            await few_at_once([self._look_afresh(client) for client in self.clients])
            write_dump(self.folder, await self.target.dump(await self._witness_now()))
        finally:
            await self._leave()
            for client in self.clients:
                client.log.close()
            self._admin.close()
        faults = self.figures.faults
        assert not faults, "\n".join(["Clients met what the protocol's page does not know:", *faults[:20]])

    async def _witness_now(self) -> Account:
        """The witness with a token that opens doors still."""
        account, session = self.settled.accounts[0], self.settled.witness
        if session.ends_soon:
            await session.renew()
        account.token, account.refresh = session.access, session.refresh
        return account

    async def _level_with_the_server(self, seconds: float) -> None:
        end, is_level = time.monotonic() + seconds, False
        while not is_level and time.monotonic() < end:
            heads = {room["id"]: room["head"] for room in await self.settled.witness.pages("rooms/")}
            is_level = all(client.is_level and client.book.has(heads) for client in self.clients)
            await asyncio.sleep(0 if is_level else 0.1)

    async def _leave(self) -> None:
        acts = list(self._acts)
        for act in acts:
            act.cancel()
        await asyncio.gather(*acts, return_exceptions=True)
        await asyncio.gather(*(client.close() for client in self.clients))
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        self._lives = []

    async def _look_afresh(self, client: Client) -> None:
        fresh = Client(
            client.name, client.user, client.session, client.bases, Silent(), chance=self.chance, longest_pause=1.0
        )
        life = asyncio.create_task(self._live(fresh))
        client.log.write("fresh", **await ending.afresh(fresh, self.load.afresh_seconds))
        self.figures.faults += fresh.figures.faults
        await fresh.close()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
