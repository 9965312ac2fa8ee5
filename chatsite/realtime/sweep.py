"""The sweep: every few seconds what this process believes is compared with the database, and what differs is repaired.

A doorbell that got lost, with the channel layer down or a process killed between commit and ring, heals by this alone.
"""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from chatsite.realtime import metrics
from chatsite.realtime.commit import reading
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.source import source

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

log = logging.getLogger(__name__)

SOON_SECONDS = 0.05


class Sweeper:
    """Sweeps every `seconds`, and once more shortly after `soon()`."""

    def __init__(self, hub: "Hub", seconds: float):
        self.hub, self.seconds = hub, seconds
        self._soon = asyncio.Event()
        self._one = asyncio.Lock()
        """What an earlier sweep has read is used before a later one reads: an epoch would come back otherwise."""
        self._task: asyncio.Task | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        if self._task:
            self._task.cancel()

    def soon(self) -> None:
        """Sweep shortly, not only at the next beat."""
        self._soon.set()

    async def _run(self) -> None:
        while True:
            due = time.monotonic() + self.seconds
            try:
                async with asyncio.timeout(self.seconds):
                    await self._soon.wait()
                await asyncio.sleep(SOON_SECONDS)
                self._soon.clear()
            except TimeoutError:
                metrics.sweep_lag.set(max(0.0, time.monotonic() - due))
            try:
                await self.sweep()
            except Unavailable:
                log.warning("the sweep could not reach the database")
            except Exception:
                log.exception("the sweep failed")

    async def sweep(self) -> None:
        """Compare heads, versions, sessions and the epoch once."""
        async with self._one:
            await self._sweep()

    async def _sweep(self) -> None:
        hub = self.hub
        known = hub.people.known_user_seqs()
        sids = sorted({connection.sid for connection in hub.people.connections()})
        if not sids and hub.epoch:
            return
        found = await reading(source().sweep, sorted(hub.feeds), sorted(known), sids)
        hub.enter_epoch(found.epoch)
        hub.sign_out(found.ended)
        for room, head in found.heads.items():
            if feed := hub.feeds.get(room):
                feed.expect(head, "sweep")
                for connection in feed.listeners:
                    feed.catch_up(connection)
        for user, user_seq in found.user_seqs.items():
            if user_seq > known[user]:
                hub.people.refresh(user)
