"""Who is here, over two processes: told by one doorbell to all, kept in Redis for others to read, and forgotten with a process that is killed."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.house import House
from tests.reliability.rest import call
from tests.reliability.target import Account
from tests.services import needed

pytestmark = [pytest.mark.faults, pytest.mark.once, pytest.mark.timeout(180)]


class Ear:
    """A socket of somebody, and what it was told of who is here."""

    def __init__(self, ws: ClientConnection):
        self.ws, self.statuses, self.typing = ws, {}, []
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with contextlib.suppress(Exception):
            async for text in self.ws:
                frame = json.loads(text)
                payload = frame["payload"]
                if frame["cmd_type"] == "presence":
                    self.statuses = ({} if payload.get("whole") else self.statuses) | payload.get("users", {})
                elif frame["cmd_type"] == "typing":
                    self.typing.append(payload)

    async def say(self, cmd_type: str, **payload: Any) -> None:
        await self.ws.send(json.dumps({"msg_id": "one", "cmd_type": cmd_type, "payload": payload}))

    async def until_is(self, account: Account, status: str, seconds: float = 10) -> None:
        await until(
            lambda: self.statuses.get(str(account.user), "offline") == status, f"{account.name} being {status}", seconds
        )


async def until(is_true: Callable[[], object], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"{what} within {seconds} s: no."
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def ear(base: str, account: Account) -> AsyncIterator[Ear]:
    headers = {"Authorization": f"Bearer {account.token}"}
    async with connect(
        f"ws{base.removeprefix('http')}/ws/", additional_headers=headers, proxy=None, compression=None
    ) as ws:
        heard = Ear(ws)
        yield heard
        heard.reading.cancel()


@contextlib.asynccontextmanager
async def two_people() -> AsyncIterator[tuple[House, Account, Account, int]]:
    """Alice at the first of two processes, Bob at the second, and their room."""
    house = House()
    try:
        with needed():
            await house.open()
        alice, bob = await house.make_user("alice"), await house.make_user("bob", at=1)
        first = house.bases[0]
        room = (await call(first, "POST", "rooms/", {"name": "Kitchen", "kind": "private"}, token=alice.token))["id"]
        await call(first, "POST", f"rooms/{room}/members/", {"user": bob.user}, token=alice.token)
        yield house, alice, bob, room
        assert not house.traces()
    finally:
        await house.close()


async def test_who_is_here_and_who_types_is_known_at_the_other_process() -> None:
    async with two_people() as (house, alice, bob, room), ear(house.bases[0], alice) as hers:
        async with ear(house.bases[1], bob) as his:
            await hers.until_is(bob, "online")
            await his.until_is(alice, "online")
            await his.say("presence", status="away")
            await hers.until_is(bob, "away")
            await his.say("presence", status="dnd")
            await hers.until_is(bob, "dnd")
            await his.say("typing", room=room, active=True)
            await until(lambda: hers.typing == [{"room": room, "user": bob.user, "active": True}], "Bob typing", 5)
            kept = await asyncio.to_thread(kept_in_redis, house)
            assert kept == {str(alice.user): "online", str(bob.user): "dnd"}
        await hers.until_is(bob, "offline", 12)


async def test_a_process_that_comes_late_knows_who_is_there() -> None:
    async with two_people() as (house, alice, bob, _room), ear(house.bases[0], alice):
        await asyncio.to_thread(house.servers[1].stop)
        await asyncio.to_thread(house.servers[1].start)
        async with ear(house.bases[1], bob) as his:
            await his.until_is(alice, "online", 5)


async def test_the_people_of_a_killed_process_are_forgotten() -> None:
    async with two_people() as (house, alice, bob, _room), ear(house.bases[0], alice) as hers:
        async with ear(house.bases[1], bob):
            await hers.until_is(bob, "online")
            await asyncio.to_thread(house.servers[1].kill9)
        killed = time.monotonic()
        await hers.until_is(bob, "offline", 60)
        assert time.monotonic() - killed > 20, "a process may be silent for a while"
        await until(lambda: kept_in_redis(house) == {str(alice.user): "online"}, "Redis forgets, too", 20)


async def test_without_redis_each_process_knows_its_own() -> None:
    async with two_people() as (house, alice, bob, _room), ear(house.bases[0], alice) as hers:
        await asyncio.to_thread(house.redis.stop)
        async with ear(house.bases[0], bob):
            await hers.until_is(bob, "online")


def kept_in_redis(house: House) -> dict[str, str]:
    """What anybody may read of who is here."""
    prefix = house.servers[0].env["REDIS_PREFIX"]
    kept: dict[str, str] = {}
    with house.redis_client() as client:
        for key in client.scan_iter(f"{prefix}:presence:*"):
            kept |= {user.decode(): status.decode() for user, status in client.hgetall(key).items()}
    return kept
