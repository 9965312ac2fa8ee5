"""Very many light clients: each connects, resumes, and waits for nothing but to lose its socket."""

import asyncio
import contextlib
import json
import random
import time
import uuid

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.house import House
from tests.reliability import rest
from tests.reliability.protocol import SUBPROTOCOL, backoff

AT_ONCE = 40
"""Who comes first comes in turns: only the coming back is to be a rush."""


class Herd:
    """`people` people with `sockets` sockets each, in a room of their own, and what they met."""

    def __init__(self, house: House, *, people: int, sockets: int, seed: int):
        self.house, self.wanted, self.sockets = house, people, sockets
        self.chance = random.Random(f"{seed}/herd")
        self.level_at: list[float] = []
        self.refused = self.lost = 0
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._is_up: dict[int, bool] = {}
        self._tasks: list[asyncio.Task] = []

    async def gather(self) -> None:
        """Everybody registers, joins the room, and connects; returns once all are level."""
        owner, base = self.house.owner, self.house.bases[0]
        room = await rest.call(base, "POST", "rooms/", {"name": "Herd", "kind": "public"}, token=owner.token)
        accounts = []
        for n in range(self.wanted):
            account = await self.house.make_user(f"herd{n}")
            await rest.call(base, "POST", f"rooms/{room['id']}/members/", {"user": account.user}, token=account.token)
            accounts.append(account)
        for n, account in enumerate(account for account in accounts for _socket in range(self.sockets)):
            self._tasks.append(asyncio.create_task(self._live(n, account.token)))
        await self.all_back(120)

    async def all_back(self, seconds: float) -> None:
        """Returns once every socket is level with its `hello`; fails after `seconds`."""
        end = time.monotonic() + seconds
        while (up := sum(self._is_up.values())) < self.wanted * self.sockets:
            assert time.monotonic() < end, f"{up} of {self.wanted * self.sockets} sockets are back after {seconds} s"
            await asyncio.sleep(0.1)

    async def disperse(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _live(self, number: int, token: str) -> None:
        chance, losses, heads = random.Random(self.chance.random()), 0, {}
        await self._turn.acquire()
        first = True
        while True:
            base = chance.choice(self.house.bases)
            with contextlib.suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                async with connect(
                    "ws" + base.removeprefix("http") + "/ws/",
                    subprotocols=[SUBPROTOCOL], additional_headers={"Authorization": f"Bearer {token}"},
                    proxy=None, ping_interval=None, max_size=None, open_timeout=20, close_timeout=1, compression=None,
                ) as socket:  # fmt: skip
                    await self._resume(socket, heads)
                    self._is_up[number] = True
                    self.level_at.append(time.monotonic())
                    if first:
                        first = False
                        self._turn.release()
                    losses = 0
                    await self._wait(socket)
            if self._is_up.pop(number, False):
                self.lost += 1
                self.level_at.clear() if self.lost == 1 else None
            else:
                self.refused += 1
            await asyncio.sleep(backoff(losses, chance))
            losses += 1

    async def _resume(self, socket: ClientConnection, heads: dict[int, int]) -> None:
        """From `hello` to being level: one `sync` for every room that moved."""
        async with asyncio.timeout(20):
            hello = json.loads(await socket.recv())["payload"]
            told = {room["id"]: room["head"] for room in hello["rooms"]}
            behind = [
                {"room": room, "after": heads[room]} for room in told if heads.get(room, told[room]) != told[room]
            ]
            if behind:
                msg_id = str(uuid.uuid4())
                asked = {"epoch": hello["epoch"], "rooms": behind}
                await socket.send(json.dumps({"msg_id": msg_id, "cmd_type": "sync", "payload": asked}))
                while json.loads(await socket.recv())["msg_id"] != msg_id:
                    pass
            heads.update(told)

    async def _wait(self, socket: ClientConnection) -> None:
        ping = json.dumps({"msg_id": "ping", "cmd_type": "ping", "payload": {}})
        while True:
            try:
                async with asyncio.timeout(30):
                    async for _frame in socket:
                        pass
                return
            except TimeoutError:
                await socket.send(ping)
