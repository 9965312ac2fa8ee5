"""A room as one process hears it: its changes in order, for every socket that listens."""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from chatsite.realtime import crash, metrics
from chatsite.realtime.commit import reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.events import Change, Receipt, Typing
from chatsite.realtime.frames import Frames, parts, removal
from chatsite.realtime.outgoing import Frame, changes_frame
from chatsite.realtime.place import Place
from chatsite.realtime.source import Repair, source

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

log = logging.getLogger(__name__)

KEPT = 256
"""Changes that are kept for a socket that is a little behind."""
GAP_SECONDS = 0.1
"""How long a missing number is waited for: doorbells and commits of two processes overtake each other."""


class Feed:
    """Delivers the changes of one room in order, and repairs what is missing from the database. Runs on the event loop's thread."""

    def __init__(self, hub: "Hub", stated: dict):
        self.hub = hub
        self.room, self.head = stated["id"], stated["head"]
        self.shared = stated
        """What everybody in the room is told of it, as far as it is known here; its numbers are those of some time ago."""
        self.listeners: set[Connection] = set()
        self.is_unsettled = True
        """Who is a member is to be read anew: somebody came or went."""
        self._recent: deque[Change] = deque(maxlen=KEPT)
        self._early: dict[int, Change] = {}
        self._expected = self.head
        self._gap: asyncio.TimerHandle | None = None
        self._repairing: asyncio.Task | None = None

    @property
    def history(self) -> str:
        return self.shared["history"]

    # --- what comes in ---

    def take(self, *changes: Change) -> None:
        """Changes were committed: deliver what is next, keep what is early, ignore what is known."""
        for change in changes:
            if change.event_seq > self.head:
                self._early[change.event_seq] = change
        self._take_early()
        self.expect(max(self._early, default=0), "gap")

    def expect(self, head: int, cause: str) -> None:
        """The room is known to reach `head`: what is missing by then is awaited a moment, then read from the database."""
        self._expected = max(self._expected, head)
        if self._expected > self.head and self._gap is None and self._repairing is None:
            self._gap = asyncio.get_running_loop().call_later(GAP_SECONDS, self._gap_is_over, cause)

    def _take_early(self) -> None:
        run: list[Change] = []
        while change := self._early.pop(self.head + len(run) + 1, None):
            run.append(change)
        for part in parts(run):
            self._advance(part)
        for known in [number for number in self._early if number <= self.head]:
            del self._early[known]

    def _gap_is_over(self, cause: str) -> None:
        self._gap = None
        if self._expected > self.head:
            self.repair(cause)

    def _advance(self, run: list[Change]) -> None:
        """Tell one part of a run: alike for everybody, its frames leave together."""
        before, self.head = self.head, run[-1].event_seq
        self._recent.extend(run)
        if shared := run[0].shared:
            self._learn(shared)
        frames = Frames(run)
        told = 0
        for connection in crash.fan_out(run, self.listeners):
            place = connection.places[self.room]
            if (
                frames.is_plain
                and place.cursor == before
                and not connection.behind
                and not place.doubted
                and frames.first_seq >= self.first_seq(place)
            ):
                place.cursor = self.head
                connection.push_images(frames.images(connection))
                told += 1
                continue
            for change, one in frames.singly():
                if connection in self.listeners:
                    self._deliver(change, one, connection)
        metrics.deliveries.inc(told * len(run))

    def _learn(self, shared: dict) -> None:
        before, self.shared = self.shared, shared
        if shared["members_count"] != before["members_count"]:
            self.unsettle()
        if any(shared[name] != before[name] for name in ("kind", "history", "open_to_web")):
            self.hub.watching.doubt_room(self)

    def unsettle(self) -> None:
        """Somebody came or went."""
        self.is_unsettled = True
        self.hub.presence.wake()

    # --- what goes out ---

    def _deliver(self, change: Change, frames: "Frames", connection: Connection) -> None:
        place = connection.places[self.room]
        if change.removed == connection.user_id and place.joined_event_seq < change.event_seq:
            self.lose(connection, change.event_seq, change.reason)
        elif place.cursor >= change.event_seq or connection.behind or place.doubted:
            return
        elif place.cursor < change.event_seq - 1:
            self.catch_up(connection)
        else:
            place.cursor = change.event_seq
            connection.push_images(frames.images(connection, hidden=frames.first_seq < self.first_seq(place)))
            metrics.deliveries.inc()

    def show_receipt(self, receipt: Receipt) -> None:
        """Tell the others how far somebody has read; a socket that is behind is not told."""
        told = {"room": self.room, "user": receipt.user, "last_read_seq": receipt.last_read_seq}
        self._tell_others(Frame("", "read", told), receipt.user)

    def show_typing(self, typing: Typing) -> None:
        """Tell the others that somebody types; a socket that is behind is not told."""
        told = {"room": self.room, "user": typing.user, "active": typing.active}
        self._tell_others(Frame("", "typing", told), typing.user)

    def _tell_others(self, frame: Frame, user: int) -> None:
        """What takes no number is for members: not for those who watch, nor for the one whose doing it is."""
        for connection in self.listeners:
            if connection.user_id != user and not connection.behind and not connection.places[self.room].watching:
                connection.push(frame)

    def first_seq(self, place: Place) -> int:
        """The first message that somebody with this place may read."""
        return place.joined_seq if self.history == "joined" else 0

    def lose(self, connection: Connection, event_seq: int, reason: str) -> None:
        """The last frame of this room at this socket."""
        self.listeners.discard(connection)
        del connection.places[self.room]
        connection.push(Frame("", "room.left", {"room": self.room, "event_seq": event_seq, "reason": reason}))

    def catch_up(self, connection: Connection, *, kept: bool = True) -> None:
        """Bring a socket that is behind the feed's head up to it: from what is `kept`, else from the database in one frame."""
        place = connection.places[self.room]
        if place.cursor >= self.head or place.catching_up or connection.behind or place.doubted:
            return
        if kept and self._recent and self._recent[0].event_seq <= place.cursor + 1:
            for change in [one for one in self._recent if one.event_seq > place.cursor]:
                if connection in self.listeners:
                    self._deliver(change, Frames([change]), connection)
            return
        place.catching_up = True
        task = asyncio.create_task(self._catch_up_from_database(connection, place))
        connection_tasks.add(task)
        task.add_done_callback(connection_tasks.discard)

    async def _catch_up_from_database(self, connection: Connection, place: Place) -> None:
        after = place.cursor
        try:
            repair = await reading(source().changes, self.room, after, [connection.user_id])
        except Unavailable:
            place.catching_up = False  # the next change or sweep tries again
            return
        place.catching_up = False
        if connection.places.get(self.room) is place:
            metrics.repairs.labels("socket").inc()
            self._bring(connection, repair, after)
            if connection.places.get(self.room) is place:
                self.catch_up(connection)

    # --- repair ---

    def repair(self, cause: str) -> asyncio.Task:
        """Read what is missing from the database, one repair at a time; also finds who lost the room."""
        if self._repairing is None:
            self._repairing = asyncio.create_task(self._repair(cause))
        return self._repairing

    async def _repair(self, cause: str) -> None:
        try:
            asked, after = {connection.user_id for connection in self.listeners}, self.head
            repair = await reading(source().changes, self.room, after, sorted(asked))
        except Unavailable:
            self._repairing = None  # the next sweep tries again
            return
        self._repairing = None
        if repair.head > self.head:
            metrics.repairs.labels(cause).inc()
            log.warning("repaired", extra={"room": self.room, "after": self.head, "to": repair.head, "cause": cause})
        for connection in list(self.listeners):
            if connection.user_id in asked:
                self._bring(connection, repair, after)
        if repair.head > self.head:
            self.head = repair.head
            self._learn(repair.shared)
            self.unsettle()
            self._recent.clear()
        for connection in list(self.listeners):
            self.catch_up(connection)
        self._take_early()
        self.expect(max(self._early, default=0), "gap")

    def _bring(self, connection: Connection, repair: Repair, after: int) -> None:
        """Carry one socket to the head of `repair`, which was read behind `after`, if its person still has the place that it holds.

        A socket that stood before `after` (its `hello` was read before the feed came so far) misses more than that: it is left to `catch_up`.
        """
        place = connection.places[self.room]
        if place.watching:
            if connection.user_id not in repair.readers:
                self.lose(connection, repair.head, "closed")
                return
        elif (
            place.joined_event_seq <= repair.head
            and repair.members.get(connection.user_id, (None,))[0] != place.joined_event_seq
        ):
            self.lose(connection, *removal(connection.user_id, repair))
            self.hub.people.lost(connection)
            return
        if not after <= place.cursor < repair.head or connection.behind or place.doubted:
            return
        if repair.too_far:
            connection.push(Frame("", "changes", {"room": self.room, "reset": True, "head": repair.head}))
        else:
            first = place.joined_seq if repair.shared["history"] == "joined" else 0
            rows = [one for one in repair.messages if one["event_seq"] > place.cursor and one["seq"] >= first]
            connection.push(changes_frame(self.room, place.cursor, repair.head, connection.shown(rows, repair.people)))
        place.cursor = repair.head
        if repair.too_far or any(one["kind"] == "system" for one in repair.messages):
            connection.push(Frame("", "room.changed", {"room": repair.shared}))


connection_tasks: set[asyncio.Task] = set()
"""Holds the catching up of single sockets, which asyncio itself does not."""
