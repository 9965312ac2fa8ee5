"""The doorbell: channels-redis' pub/sub layer, with publishing that never waits long and can be done from synchronous code."""

import asyncio
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import redis
import redis.asyncio
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer

from chatsite.realtime import events, metrics

BUDGET = 0.25
"""Seconds that publishing may take."""
BREAK_AFTER = 5
BREAK_SECONDS = 2.0


class DoorbellLayer(RedisPubSubChannelLayer):
    """The pub/sub layer, whose publishing side has a connection of its own with a short timeout and a circuit breaker.

    The subscriber's read has no timeout (a quiet room is not a fault), the publisher's has one: a stopped Redis must hold up nothing.
    """

    def __init__(self, *args: Any, hosts: list[dict], prefix: str, **kwargs: Any):
        super().__init__(*args, hosts=hosts, prefix=prefix, **kwargs)
        self.prefix, self.address = prefix, hosts[0]["address"]
        self._failures, self._open_until = 0, 0.0
        self._publishers: dict[asyncio.AbstractEventLoop, redis.asyncio.Redis] = {}

    async def ring(self, rung: dict[str, list[bytes]], sender: str) -> None:
        """Publish the events of each group, as one doorbell of `sender`, in one pipeline; failures are counted, never raised."""
        if time.monotonic() < self._open_until:
            metrics.publish_failures.inc(len(rung))
            return
        try:
            async with asyncio.timeout(BUDGET):
                pipe = self._publisher().pipeline(transaction=False)
                for group, told in rung.items():
                    message = {"type": "doorbell", "events": told, "sender": sender}
                    pipe.publish(self._group_channel(group), self.serialize(message))
                await pipe.execute()
            self._failures = 0
            metrics.channel_layer_up.set(1)
        except (redis.RedisError, OSError, TimeoutError):
            self._failed(len(rung))

    async def keep(self, key: str, values: dict[str, str], *, gone: Iterable[str], whole: bool, seconds: int) -> None:
        """Bring the hash at `key` up to date for others to read, for `seconds` at most; failures are left to the next time."""
        if time.monotonic() < self._open_until:
            return
        try:
            async with asyncio.timeout(BUDGET):
                pipe = self._publisher().pipeline(transaction=True)
                if whole:
                    pipe.delete(key)
                for name in gone:
                    pipe.hdel(key, name)
                if values:
                    pipe.hset(key, mapping=values)  # type: ignore[arg-type]  # the stub wants keys of all kinds
                pipe.expire(key, seconds)
                await pipe.execute()
        except (redis.RedisError, OSError, TimeoutError):
            metrics.publish_failures.inc()

    def ring_now(self, rung: dict[str, list[bytes]]) -> None:
        """As `ring`, for a process without an event loop (a command, a task). Raises redis.RedisError."""
        pipe = self._synchronous.pipeline(transaction=False)
        for group, told in rung.items():
            pipe.publish(self._group_channel(group), self.serialize({"type": "doorbell", "events": told}))
        pipe.execute()

    async def flush(self) -> None:
        """The layer's own, and the publisher's connections with it."""
        await self._get_layer().flush()
        if publisher := self._publishers.pop(asyncio.get_running_loop(), None):
            await publisher.aclose()

    def _failed(self, count: int) -> None:
        metrics.publish_failures.inc(count)
        metrics.channel_layer_up.set(0)
        self._failures += 1
        if self._failures >= BREAK_AFTER:
            self._open_until, self._failures = time.monotonic() + BREAK_SECONDS, 0

    def _group_channel(self, group: str) -> str:
        return f"{self.prefix}__group__{group}"

    def _publisher(self) -> redis.asyncio.Redis:
        loop = asyncio.get_running_loop()
        if loop not in self._publishers:
            self._publishers = {
                loop: redis.asyncio.Redis.from_url(self.address, socket_timeout=BUDGET, socket_connect_timeout=BUDGET)
            }
        return self._publishers[loop]

    @cached_property
    def _synchronous(self) -> redis.Redis:
        return redis.Redis.from_url(self.address, socket_timeout=BUDGET, socket_connect_timeout=BUDGET)


def doorbell() -> DoorbellLayer | None:
    """The channel layer where one is needed: None in the embedded size, whose one process hears itself."""
    layer = get_channel_layer()
    return layer if isinstance(layer, DoorbellLayer) else None


def ring_now(made_known: Iterable[events.AnyEvent]) -> None:
    """Ring for `made_known` from a process without a hub. Raises redis.RedisError; without Redis the sweep of the serving process finds it."""
    layer = doorbell()
    if layer:
        layer.ring_now(events.by_group(made_known))
