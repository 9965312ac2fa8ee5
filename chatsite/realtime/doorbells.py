"""Doorbells to and from the other processes: one channel for the process, one group for each room and person that it hears."""

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING

import msgspec
import redis

from chatsite.realtime import events
from chatsite.realtime.layer import DoorbellLayer
from chatsite.realtime.statuses import OFFLINE, SILENT_SECONDS

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Doorbells:
    """Rings for what this process committed, and hears what others did. Nothing waits for it."""

    def __init__(self, layer: DoorbellLayer, hub: "Hub"):
        self.layer, self.hub = layer, hub
        self._to_ring: list[events.AnyEvent] = []
        self._to_share: list[events.Presence] = []
        self._ring_soon, self._align_soon = asyncio.Event(), asyncio.Event()
        self._held: set[str] = set()
        self._channel = ""
        self._me = secrets.token_hex(8)
        self._tasks: list[asyncio.Task] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(work()) for work in (self._ring, self._align, self._listen)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.layer.flush()

    def ring(self, committed: list[events.AnyEvent]) -> None:
        """Tell the other processes, soon, in this order."""
        self._to_ring += committed
        self._ring_soon.set()

    def share(self, event: events.Presence) -> None:
        """Keep what this process says of its people in Redis as well, soon: the hash PREFIX:presence:PROCESS, `{user: status}`."""
        self._to_share.append(event)
        self._ring_soon.set()

    async def ring_now(self, event: events.AnyEvent) -> None:
        """Tell the other processes, as the last that this one says."""
        await self.layer.ring(events.by_group([event]), self._me)
        if isinstance(event, events.Presence):
            await self._keep(event)

    def align(self) -> None:
        """The rooms or people of this process changed: bring the subscriptions in line, soon."""
        self._align_soon.set()

    async def _ring(self) -> None:
        while True:
            await self._ring_soon.wait()
            self._ring_soon.clear()
            batch, self._to_ring = self._to_ring, []
            await self.layer.ring(events.by_group(batch), self._me)
            shared, self._to_share = self._to_share, []
            for event in shared:
                await self._keep(event)

    async def _keep(self, event: events.Presence) -> None:
        here = {str(user): status for user, status in event.users.items() if status != OFFLINE}
        gone = [str(user) for user, status in event.users.items() if status == OFFLINE]
        key = f"{self.layer.prefix}:presence:{event.process}"
        await self.layer.keep(key, here, gone=gone, whole=event.whole, seconds=int(SILENT_SECONDS))

    async def _listen(self) -> None:
        while True:
            try:
                self._channel = self._channel or await self.layer.new_channel()
                self._align_soon.set()
                while True:
                    message = await self.layer.receive(self._channel)
                    if message.get("sender") == self._me:
                        continue  # this process served its own sockets before it rang
                    told = [events.decode(one) for one in message["events"]]
                    self.hub.hear_all([event for event in told if event])
            except (redis.RedisError, OSError) as error:
                log.error("channel layer is down", extra={"error": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)
            except (msgspec.MsgspecError, KeyError, TypeError) as error:
                log.error("a doorbell could not be read", extra={"error": str(error)})

    async def _align(self) -> None:
        """The one task that changes subscriptions: a leave and a join in one tick cannot leave a room deaf."""
        while True:
            await self._align_soon.wait()
            self._align_soon.clear()
            if not self._channel:
                continue
            try:
                await self._align_once()
            except (redis.RedisError, OSError) as error:
                log.error("channel layer is down", extra={"error": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)
                self._align_soon.set()

    async def _align_once(self) -> None:
        wanted = self.hub.wanted_groups()
        new = wanted - self._held
        for group in self._held - wanted:
            self._held.discard(group)
            await self.layer.group_discard(group, self._channel)
        for group in new:
            await self.layer.group_add(group, self._channel)
            self._held.add(group)
        if new:
            # group_add returns before Redis confirms: what was rung in between is found by reading the heads once more.
            self.hub.sweeper.soon()
