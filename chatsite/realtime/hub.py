"""One hub per process: which sockets hear which room, local fan-out, and the doorbells to and from the other processes."""

import asyncio
import logging
import threading
from collections.abc import Iterable

from django.conf import settings

from chatsite.realtime import bus, events, metrics
from chatsite.realtime.admission import Admission
from chatsite.realtime.commit import close_threads
from chatsite.realtime.connection import Connection
from chatsite.realtime.deadlines import Deadlines
from chatsite.realtime.doorbells import Doorbells
from chatsite.realtime.events import (
    Change,
    NewEpoch,
    Notified,
    Personal,
    Receipt,
    RoomLeft,
    SignedOut,
    Typing,
    UserChanged,
)
from chatsite.realtime.feed import Feed
from chatsite.realtime.joining import Joiner
from chatsite.realtime.layer import doorbell
from chatsite.realtime.outgoing import Frame
from chatsite.realtime.people import People
from chatsite.realtime.place import Place
from chatsite.realtime.presence import Presence
from chatsite.realtime.silence import close_silent
from chatsite.realtime.source import Snapshot
from chatsite.realtime.sweep import Sweeper
from chatsite.realtime.watching import Watching

log = logging.getLogger(__name__)


class Hub:
    """Delivers committed events to this process's sockets. Everything but `carry` runs on the event loop's thread."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self.feeds: dict[int, Feed] = {}
        self.people = People(self)
        self.watching = Watching(self)
        self.presence = Presence(self)
        self.joiner = Joiner()
        self.deadlines = Deadlines()
        self.admission = Admission()
        self._silence: asyncio.Task | None = None
        self.epoch = ""
        layer = doorbell()
        self.doorbells = Doorbells(layer, self) if layer else None
        self.sweeper = Sweeper(self, settings.SWEEP_SECONDS)

    # --- events ---

    def carry(self, committed: list[events.AnyEvent]) -> None:
        """Take what this process committed, from any thread: its own sockets first, then the doorbell."""
        if threading.get_ident() == self.thread:
            self._carry(committed)
        else:
            self.loop.call_soon_threadsafe(self._carry, committed)

    def _carry(self, committed: list[events.AnyEvent]) -> None:
        self.hear_all(committed)
        if self.doorbells:
            self.doorbells.ring(committed)

    def hear_all(self, committed: Iterable[events.AnyEvent]) -> None:
        """As `hear`, for what became known together: the changes of one room that stand side by side are told in one go."""
        changes: dict[int, list[Change]] = {}
        for event in committed:
            if isinstance(event, Change):
                changes.setdefault(event.room, []).append(event)
            else:
                self._take_changes(changes)
                self.hear(event)
        self._take_changes(changes)

    def _take_changes(self, changes: dict[int, list[Change]]) -> None:
        for room, of_room in changes.items():
            if feed := self.feeds.get(room):
                feed.take(*of_room)
        changes.clear()

    def hear(self, event: events.AnyEvent) -> None:
        """Something was committed, here or elsewhere. Hearing it again, late or out of order does no harm."""
        match event:
            case Change() | Receipt() | Typing():
                if feed := self.feeds.get(event.room):
                    _tell(feed, event)
            case Personal():
                self.people.changed(event)
            case RoomLeft():
                self.people.left(event)
            case Notified():
                self.people.notify(event)
            case UserChanged():
                self.people.renamed(event)
            case events.Presence():
                self.presence.hear(event)
            case SignedOut():
                self.sign_out(dict.fromkeys(event.sids, event.code))
            case NewEpoch():
                # Only the database knows which of two is the older one: this may be heard late, behind the next.
                if event.epoch != self.epoch:
                    self.sweeper.soon()

    def enter_epoch(self, epoch: str) -> None:
        """Sockets that were told another epoch close; who was told none yet is looked at in `join`."""
        if self.epoch not in ("", epoch):
            log.warning("another epoch", extra={"epoch": epoch, "before": self.epoch})
        self.epoch = epoch
        for connection in self.people.connections():
            if connection.epoch not in ("", epoch):
                connection.close(1012, "new epoch")

    def sign_out(self, ended: dict[str, int]) -> None:
        """Close the sockets of sessions that are over, with the code of each."""
        for connection in self.people.connections():
            if code := ended.get(connection.sid):
                connection.close(code, "session ended")

    # --- sockets ---

    def expect(self, connection: Connection) -> None:
        """A socket begins: what changes for its person while its first frame is read is not missed."""
        connection.drained = self.people.catch_up_all
        self.people.add(connection)
        metrics.connections.inc()
        self.align()

    def join(self, connection: Connection, snapshot: Snapshot, epoch: str) -> None:
        """The socket was told `snapshot` and `epoch`: from the heads in it on it hears its rooms."""
        connection.user_seq, connection.epoch, connection.ready = snapshot.user_seq, epoch, True
        self.epoch = self.epoch or epoch
        if epoch != self.epoch:
            self.sweeper.soon()  # which of the two is the older one, the database says
        for room in snapshot.rooms:
            self.attach(connection, room)
        self.presence.came(connection, do_not_disturb=snapshot.do_not_disturb)
        if connection.missed:
            self.people.refresh(connection.user_id)

    def attach(self, connection: Connection, room: dict) -> None:
        """Let the socket hear `room` (stated with shared and personal members) from its stated head on."""
        place = Place(room["head"], room["joined_event_seq"], room["joined_seq"], room["head"])
        self.listen(connection, room, place).catch_up(connection)
        self.presence.show_all(connection)

    def listen(self, connection: Connection, room: dict, place: Place) -> Feed:
        """Give the socket a place in the feed of `room`, as it was stated to it."""
        feed = self.feeds.get(room["id"])
        if feed is None:
            feed = self.feeds[room["id"]] = Feed(self, room)
            self.align()
        connection.places[room["id"]] = place
        feed.listeners.add(connection)
        return feed

    def leave(self, connection: Connection) -> None:
        """The socket is gone."""
        for room in connection.places:
            self.feeds[room].listeners.discard(connection)
        connection.stop()
        self.people.remove(connection)
        self.presence.went(connection)
        metrics.connections.dec()
        self.forget_silent_feeds()

    def forget_silent_feeds(self) -> None:
        """Rooms that nobody here hears any more are no longer listened to."""
        for room in [room for room, feed in self.feeds.items() if not feed.listeners]:
            del self.feeds[room]
        self.align()

    def heads(self, connection: Connection) -> Frame | None:
        """The `heads` frame of the rooms that moved since the last, or None."""
        moved = {}
        for room, place in connection.places.items():
            if place.doubted:
                continue
            head = max(self.feeds[room].head, place.cursor)
            if head != place.told_head:
                moved[str(room)] = place.told_head = head
        return Frame("", "heads", {"user_seq": connection.user_seq, "rooms": moved}) if moved else None

    # --- doorbells ---

    def wanted_groups(self) -> set[str]:
        """The channel-layer groups that this process must hear."""
        return {
            events.EVERYONE,
            *(events.room_group(room) for room in self.feeds),
            *(events.person_group(user) for user in self.people.present()),
        }

    def align(self) -> None:
        if self.doorbells:
            self.doorbells.align()

    # --- life ---

    def start(self) -> None:
        bus.carried_by(self.carry)
        self.sweeper.start()
        if self.doorbells:
            self.doorbells.start()
        self.presence.start()
        self._silence = asyncio.create_task(close_silent(self.people))
        log.info("hub started", extra={"doorbells": bool(self.doorbells)})

    async def stop(self) -> None:
        bus.carried_by(None)
        self.sweeper.stop()
        if self._silence:
            self._silence.cancel()
        self.joiner.stop()
        self.deadlines.stop()
        self.watching.stop()
        await self.presence.stop()
        if self.doorbells:
            await self.doorbells.stop()
        log.info("hub stopped")


def _tell(feed: Feed, event: Change | Receipt | Typing) -> None:
    match event:
        case Change():
            feed.take(event)
        case Receipt():
            feed.show_receipt(event)
        case Typing():
            feed.show_typing(event)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """This process's hub, started when it is first asked for (servers without a lifespan), on the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs.clear()
        _hubs[loop] = Hub()
        _hubs[loop].start()
    return _hubs[loop]


async def stop_hub() -> None:
    """Stop this loop's hub, if there is one."""
    if stopped := _hubs.pop(asyncio.get_running_loop(), None):
        await stopped.stop()
        await asyncio.to_thread(close_threads)
