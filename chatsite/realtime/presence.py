"""Presence: who is here. Each process tells the others what changed of its people at most once a second, and its sockets likewise.

What it costs grows with the people who change and the sockets that hear of them, and a finished frame is shared by all who are told the same.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatsite.realtime import events, metrics
from chatsite.realtime.connection import Connection
from chatsite.realtime.crowds import Crowds
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.outgoing import Frame
from chatsite.realtime.statuses import AWAY, DO_NOT_DISTURB, OFFLINE, ONLINE, Statuses

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

log = logging.getLogger(__name__)

DIGEST_SECONDS = 1.0
"""The least time between two digests."""
WHOLE_SECONDS = 15.0
"""How often a process names all of its people to the others."""
MOST_NAMED = 5_000
"""People whom one snapshot names, or it would by itself make a socket slow; of the rooms beyond it is told how many are here."""

type Shown = dict[int, str]


class Presence:
    """Keeps who is here, and tells it. Runs on the event loop's thread."""

    def __init__(self, hub: "Hub"):
        self.hub = hub
        self.process = secrets.token_urlsafe(8)
        self.statuses = Statuses()
        self.crowds = Crowds(hub, self.statuses)
        self._undisturbed: dict[int, tuple[int, bool]] = {}
        """Whether people of this process are on do not disturb, each with the `user_seq` at which that was so."""
        self._moved: set[int] = set()
        """People of this process whose sockets are to be looked at."""
        self._fresh: set[Connection] = set()
        """Sockets that are to be told everything."""
        self._whole_at = 0.0
        self._awake = asyncio.Event()
        self._task: asyncio.Task | None = None

    # --- what comes in ---

    def came(self, connection: Connection, *, do_not_disturb: bool) -> None:
        """A socket had its `hello`."""
        self._look_at(connection.user_id)
        self.disturb(connection.user_id, connection.user_seq, do_not_disturb=do_not_disturb)
        self.show_all(connection)

    def went(self, connection: Connection) -> None:
        """A socket is gone."""
        self._fresh.discard(connection)
        self._look_at(connection.user_id)

    def set_away(self, connection: Connection, *, is_away: bool) -> None:
        """Somebody left, or came back to, one of their devices."""
        connection.is_away = is_away
        self._look_at(connection.user_id)

    def disturb(self, user: int, user_seq: int, *, do_not_disturb: bool) -> None:
        """Whether a person was on do not disturb at `user_seq`; what is older than what is known (a reading under way) counts for nothing."""
        known_seq, known = self._undisturbed.get(user, (0, False))
        if user_seq >= known_seq and self.hub.people.of(user):
            self._undisturbed[user] = user_seq, do_not_disturb
            if do_not_disturb != known:
                self._look_at(user)

    def hear(self, event: events.Presence) -> None:
        """Another process tells of its people; one that is new here is told of ours at once."""
        if event.process == self.process:
            return
        if not self.statuses.knows(event.process):
            self._whole_at = 0.0
        self.statuses.say(event.process, event.users, event.counts, time.monotonic(), whole=event.whole)
        self._awake.set()

    def show_all(self, connection: Connection) -> None:
        """Tell a socket of everybody, with the next digest: it is new, or hears another room, or missed something."""
        self._fresh.add(connection)
        self._awake.set()

    def wake(self) -> None:
        """Something is to be told with the next digest."""
        self._awake.set()

    def _look_at(self, user: int) -> None:
        self._moved.add(user)
        self._awake.set()

    # --- the beat ---

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """The others forget the people of this process: who comes to one of them within the grace was never gone."""
        if self._task:
            self._task.cancel()
        if self.hub.doorbells:
            await self.hub.doorbells.ring_now(events.Presence(process=self.process, users={}, whole=True))

    async def _run(self) -> None:
        while True:
            waits = DIGEST_SECONDS if self.statuses.waits else WHOLE_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(waits):
                    await self._awake.wait()
            self._awake.clear()
            try:
                await self.digest()
            except Exception:
                log.exception("presence could not be told")
            await asyncio.sleep(DIGEST_SECONDS)

    async def digest(self) -> None:
        """One beat: tell the other processes, then the sockets; these only where the database says who is in their rooms."""
        try:
            settled = await self.crowds.settle()
        except Unavailable:
            settled = None
        now = time.monotonic()
        self._tell_processes(now)
        self.statuses.forget_silent(now, self.process)
        if settled is None:
            self._awake.set()  # what changed is told with the next beat
            return
        came, others = settled
        news = defaultdict(dict, came)
        for feed in others:
            self._fresh |= feed.listeners
        for user, status in self.statuses.settle(now).items():
            for room in self.crowds.rooms_of(user):
                news[room][user] = status
        self._tell_sockets(news, self.crowds.count_all())

    # --- to the other processes ---

    def _tell_processes(self, now: float) -> None:
        moved, self._moved = self._moved, set()
        users = {user: self._own_status(user) for user in moved}
        counts = self.crowds.count_own(self.process)
        self.statuses.say(self.process, users, counts, now, whole=False)
        metrics.people.set(len(self.statuses.said_by(self.process)[0]))
        if self.hub.doorbells is None:
            return
        if whole := now - self._whole_at >= WHOLE_SECONDS or not self._whole_at:
            self._whole_at = now
            users, counts = self.statuses.said_by(self.process)
        if users or counts or whole:
            event = events.Presence(process=self.process, users=users, counts=counts, whole=whole)
            self.hub.doorbells.ring([event])
            self.hub.doorbells.share(event)

    def _own_status(self, user: int) -> str:
        sockets = [connection for connection in self.hub.people.of(user) if connection.ready]
        if not sockets:
            self._undisturbed.pop(user, None)
            return OFFLINE
        if self._undisturbed.get(user, (0, False))[1]:
            return DO_NOT_DISTURB
        return AWAY if all(connection.is_away for connection in sockets) else ONLINE

    # --- to the sockets ---

    def _tell_sockets(self, news: dict[int, Shown], counts: dict[int, int]) -> None:
        fresh = {connection for connection in self._fresh if connection.ready and not connection.behind}
        self._fresh.clear()  # who is behind is shown all once it has read what waits
        frames: dict[tuple[int, ...], Frame] = {}
        for connection in fresh:
            rooms = tuple(sorted(room for room in connection.places if connection.is_member(room)))
            if rooms not in frames:
                frames[rooms] = self._snapshot(rooms)
            connection.push(frames[rooms])
        frames.clear()
        for connection, rooms in self._concerned({*news, *counts}, fresh).items():
            if rooms not in frames:
                frames[rooms] = _digest(rooms, news, counts)
            connection.push(frames[rooms])

    def _concerned(self, rooms: Iterable[int], told: set[Connection]) -> dict[Connection, tuple[int, ...]]:
        """The sockets whose people are members of any of `rooms`, with those rooms; without those that are `told` already."""
        found: defaultdict[Connection, tuple[int, ...]] = defaultdict(tuple)
        for room in rooms:
            feed = self.hub.feeds.get(room)
            for connection in feed.listeners if feed else ():
                if connection.ready and not connection.behind and connection not in told and connection.is_member(room):
                    found[connection] += (room,)
        return found

    def _snapshot(self, rooms: tuple[int, ...]) -> Frame:
        users: Shown = {}
        counts: dict[int, int] = {}
        for room in sorted(rooms, key=lambda one: len(self.crowds.members.get(one, ()))):
            members = self.crowds.members.get(room)
            here = self.crowds.here(members or set())
            if members is None:
                counts[room] = self.crowds.counts.get(room, 0)
            elif len(users) + len(here) > MOST_NAMED:
                counts[room] = len(here)
            else:
                users |= here
        return Frame("", "presence", {"users": users, "whole": True} | ({"counts": counts} if counts else {}))


def _digest(rooms: tuple[int, ...], news: dict[int, Shown], counts: dict[int, int]) -> Frame:
    users: Shown = {}
    for room in rooms:
        users |= news.get(room, {})
    here = {room: counts[room] for room in rooms if room in counts}
    return Frame("", "presence", ({"users": users} if users else {}) | ({"counts": here} if here else {}))
