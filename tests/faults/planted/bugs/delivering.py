"""How what is committed comes to the sockets, and what is done about what got lost."""

import asyncio
import random
from typing import Any

from chatsite.realtime.connection import Connection
from chatsite.realtime.events import AnyEvent, Change
from chatsite.realtime.feed import Feed, Frames
from chatsite.realtime.hub import Hub
from chatsite.realtime.sweep import SOON_SECONDS, Sweeper
from messaging import resume
from rooms.services import epoch
from tests.faults.planted import found_by

OVERTAKING = 0.05
"""Seconds that an event takes to its hub, at most: as doorbells of two processes, they overtake each other in them."""


@found_by("I4")
def doorbell_trusted() -> None:
    """A change is delivered as it comes, though numbers before it are missing: by the feed and, the second guard, at the socket."""
    honest_deliver, honest_carry = Feed._deliver, Hub.carry

    def take(feed: Feed, *changes: Change) -> None:
        for change in changes:
            if change.event_seq > feed.head:
                feed._advance([change])

    def deliver(feed: Feed, change: Change, frames: Frames, connection: Connection) -> None:
        place = connection.places[feed.room]
        place.cursor = max(place.cursor, change.event_seq - 1)
        honest_deliver(feed, change, frames, connection)

    def carry(hub: Hub, committed: list[AnyEvent]) -> None:
        late = random.uniform(0, OVERTAKING)
        hub.loop.call_soon_threadsafe(lambda: hub.loop.call_later(late, honest_carry, hub, committed))

    Feed.take, Feed._deliver, Hub.carry = take, deliver, carry


@found_by("I5")
def no_sweep() -> None:
    """Nothing is ever compared with the database."""

    async def sweep(_sweeper: Sweeper) -> None:
        pass

    Sweeper.sweep = sweep


@found_by("I5")
def pubsub_loss_ignored() -> None:
    """What was rung while the subscription was lost is not looked for when it is back. The second guard, the sweep's beat, is off.

    Behind new subscriptions it still sweeps.
    """

    async def only_behind_subscribing(sweeper: Sweeper) -> None:
        while True:
            await sweeper._soon.wait()
            await asyncio.sleep(SOON_SECONDS)
            sweeper._soon.clear()
            await sweeper.sweep()

    Sweeper._run = only_behind_subscribing


@found_by("I4", "I14")
def epoch_not_noticed() -> None:
    """At another epoch no socket is closed, and `sync` sends no reset: not for the epoch, nor, the second guard, for a cursor beyond the head."""

    def enter_epoch(hub: Hub, epoch: str) -> None:
        hub.epoch = epoch

    honest = resume.sync

    def sync(user: Any, _client_epoch: str, asked: list[tuple[int, int]]) -> dict:
        return honest(user, str(epoch()), asked)

    Hub.enter_epoch, resume.sync = enter_epoch, sync
    resume._must_reset = lambda one: one.head - one.after > resume.MAX_BEHIND
