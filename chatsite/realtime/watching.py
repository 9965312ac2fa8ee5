"""Rooms that sockets follow without their person's being a member, and the question whether they still may."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chatsite.realtime.commit import reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.feed import Feed
from chatsite.realtime.place import Place
from chatsite.realtime.source import source

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

log = logging.getLogger(__name__)

MOST = 20
"""Rooms that one socket may watch at a time."""
RETRY_SECONDS = 1.0


class Watching:
    """Begins and ends the watching of rooms, and asks anew when a person's version or a room's kind changes."""

    def __init__(self, hub: "Hub"):
        self.hub = hub
        self._doubts: dict[tuple[Connection, int], Place] = {}
        """Of which it is to be asked whether the person may still watch; nothing is sent meanwhile."""
        self._asking: asyncio.Task | None = None

    def begin(self, connection: Connection, room: dict) -> None:
        """Let the socket follow `room` from its stated head on; who hears it already goes on. Raises ValidationError beyond MOST.

        The right was read before: what changed meanwhile is asked once more, and nothing is sent until then.
        """
        if room["id"] in connection.places:
            return
        if sum(place.watching for place in connection.places.values()) >= MOST:
            raise ValidationError({"room": _("At most %(most)d rooms can be watched at a time.") % {"most": MOST}})
        place = Place(room["head"], 0, 0, room["head"], watching=True)
        self.hub.listen(connection, room, place)
        self._doubt(connection, room["id"], place)

    def end(self, connection: Connection, room: int) -> None:
        """The socket follows the room no longer; what one hears as a member goes on."""
        place = connection.places.get(room)
        if place and place.watching:
            self.hub.feeds[room].lose(connection, place.cursor, "unwatched")
            self.hub.forget_silent_feeds()

    def doubt_person(self, user: int) -> None:
        """Something of a person changed: they may have lost the right to what they watch."""
        for connection in self.hub.people.of(user):
            for room, place in connection.places.items():
                if place.watching:
                    self._doubt(connection, room, place)

    def doubt_room(self, feed: Feed) -> None:
        """A room was opened or closed."""
        for connection in feed.listeners:
            place = connection.places[feed.room]
            if place.watching:
                self._doubt(connection, feed.room, place)

    def _doubt(self, connection: Connection, room: int, place: Place) -> None:
        place.doubted = True
        self._doubts[connection, room] = place
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())

    def stop(self) -> None:
        if self._asking:
            self._asking.cancel()

    async def _ask(self) -> None:
        """One question at a time, however often somebody gives a reason for it."""
        try:
            while self._doubts:
                room = next(iter(self._doubts))[1]
                asked = {key: place for key, place in self._doubts.items() if key[1] == room}
                for key in asked:
                    del self._doubts[key]
                try:
                    users = {connection.user_id for connection, _room in asked}
                    readers = await reading(source().readers, room, sorted(users))
                except Exception as error:
                    if not isinstance(error, Unavailable):
                        log.exception("it could not be asked who may watch", extra={"room": room})
                    self._doubts = asked | self._doubts
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                self._decide(asked, readers)
        finally:
            self._asking = None
        self.hub.forget_silent_feeds()

    def _decide(self, asked: dict[tuple[Connection, int], Place], readers: set[int]) -> None:
        for (connection, room), place in asked.items():
            feed = self.hub.feeds.get(room)
            if feed is None or connection not in feed.listeners:
                continue  # it is gone
            if connection.places[room] is not place or (connection, room) in self._doubts:
                continue
            place.doubted = False
            if connection.user_id in readers:
                feed.catch_up(connection)
            else:
                feed.lose(connection, feed.head, "closed")
