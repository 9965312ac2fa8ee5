"""Who has sockets in this process, and what changes for a person: their rooms, roles and marks."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings

from chatsite.realtime.commit import reading
from chatsite.realtime.connection import Connection
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.events import Notified, Personal, RoomLeft, UserChanged
from chatsite.realtime.outgoing import Frame
from chatsite.realtime.source import Snapshot, source

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub


KINDS = ["drafts", "notifications", "saved", "sessions", "settings", "sidebar"]
"""What else is one's own, as `me.changed` names it."""


class People:
    """The sockets of this process by person, kept at what the database says of each person."""

    def __init__(self, hub: "Hub"):
        self.hub = hub
        self._sockets: dict[int, list[Connection]] = {}
        self._news: dict[int, list[Personal]] = {}
        self._asked: set[int] = set()
        """Whose rooms are to be read whatever the news of them say: the sweep found a version that no news brought."""
        self._refreshing: dict[int, asyncio.Task] = {}

    def add(self, connection: Connection) -> None:
        """A socket more; of more than SOCKETS_PER_PERSON the oldest goes."""
        sockets = self._sockets.setdefault(connection.user_id, [])
        sockets.append(connection)
        living = [one for one in sockets if not one.is_closing]
        if len(living) > settings.SOCKETS_PER_PERSON:
            living[0].close(4409, "too many sockets")

    def remove(self, connection: Connection) -> None:
        sockets = self._sockets.get(connection.user_id, [])
        if connection in sockets:
            sockets.remove(connection)
        if not sockets:
            self._sockets.pop(connection.user_id, None)

    def present(self) -> Iterable[int]:
        """Ids of those with a socket here."""
        return self._sockets.keys()

    def connections(self) -> list[Connection]:
        return [connection for sockets in self._sockets.values() for connection in sockets]

    def known_user_seqs(self) -> dict[int, int]:
        """The lowest version that a socket of each person was told."""
        return {
            user: min(one.user_seq for one in sockets)
            for user, sockets in self._sockets.items()
            if all(one.ready for one in sockets)
        }

    def of(self, user: int) -> list[Connection]:
        """The sockets of one person."""
        return list(self._sockets.get(user, ()))

    def renamed(self, event: UserChanged) -> None:
        """Somebody has a new name or picture: told to all who share a room with them."""
        frame = Frame("", "user.changed", {"user": event.user})
        rooms = set(event.rooms)
        for connection in self.connections():
            if (
                connection.ready
                and not connection.behind
                and (rooms & connection.places.keys() or connection.user_id == event.user["id"])
            ):
                connection.push(frame)

    def notify(self, event: Notified) -> None:
        """Somebody is told of a message; a socket that is behind is not, nor one that was told meanwhile that it lost the room."""
        frame = Frame("", "notification", event.notification)
        for connection in self.of(event.user):
            is_lost = event.as_member and not connection.is_member(event.notification["room"])
            if connection.ready and not connection.behind and not is_lost:
                connection.push(frame)

    def left(self, event: RoomLeft) -> None:
        """Somebody lost sight of a room without a number. Doorbells overtake each other: whether it is back by now, the database says."""
        for connection in self.of(event.user):
            if event.room in connection.places:
                self.hub.feeds[event.room].lose(connection, event.event_seq, event.reason)
        if event.user in self._sockets:
            self.refresh(event.user)

    def changed(self, event: Personal) -> None:
        """Something of one person changed: state it to their sockets, but for the one whose command did it."""
        if event.do_not_disturb is not None:
            self.hub.presence.disturb(event.user, event.user_seq, do_not_disturb=event.do_not_disturb)
        if event.user in self._sockets:
            self.hub.watching.doubt_person(event.user)
            self._news.setdefault(event.user, []).append(event)
            self._begin(event.user)

    def lost(self, connection: Connection) -> None:
        """A repair found that the person of this socket has another place in a room than it held."""
        self.refresh(connection.user_id)

    def refresh(self, user: int) -> None:
        """Read and state the person's rooms; one reading at a time, and another one if there is news meanwhile."""
        self._asked.add(user)
        self.hub.watching.doubt_person(user)
        self._news.setdefault(user, [])
        self._begin(user)

    def _begin(self, user: int) -> None:
        if user not in self._refreshing:
            self._refreshing[user] = asyncio.create_task(self._refresh(user))

    async def _refresh(self, user: int) -> None:
        try:
            await self._state_news(user)
        finally:
            # In the same step as the last look at the news: what comes later finds nobody at it, and begins anew.
            del self._refreshing[user]

    async def _state_news(self, user: int) -> None:
        while user in self._news:
            news, is_asked = self._news.pop(user), user in self._asked
            self._asked.discard(user)
            if not is_asked and self._is_known(user, news):
                continue
            if not is_asked and all(event.kinds and not event.rooms and not event.gone for event in news):
                self._tell_kinds(user, news)
                continue
            try:
                snapshot = await reading(source().rooms_of, user)
                await self._repair_lost_places(user, snapshot)
            except Unavailable:
                return  # the sweep sees the version that is still behind
            self.hub.presence.disturb(user, snapshot.user_seq, do_not_disturb=snapshot.do_not_disturb)
            for connection in self.of(user):
                if connection.ready:
                    self._state(connection, snapshot, news)
                else:
                    connection.missed = True
        self.hub.forget_silent_feeds()

    def _is_known(self, user: int, news: list[Personal]) -> bool:
        return all(event.user_seq <= one.user_seq for event in news for one in self._sockets.get(user, ()))

    def _tell_kinds(self, user: int, news: list[Personal]) -> None:
        for event in news:
            for connection in self._sockets.get(user, ()):
                if not connection.ready:
                    connection.missed = True
                elif event.user_seq == connection.user_seq + 1:
                    connection.user_seq = event.user_seq
                    if event.origin != connection.id:
                        connection.push(Frame("", "me.changed", {"user_seq": event.user_seq, "kinds": event.kinds}))
                elif event.user_seq > connection.user_seq:
                    self.refresh(user)

    async def _repair_lost_places(self, user: int, snapshot: Snapshot) -> None:
        """Rooms that a socket still hears though the person has no such place any more: the repair says the removal's number."""
        held = {room["id"]: room["joined_event_seq"] for room in snapshot.rooms}
        lost = {
            room
            for connection in self._sockets.get(user, ())
            for room, place in connection.places.items()
            if not place.watching and held.get(room) != place.joined_event_seq
        }
        for room in lost:
            if feed := self.hub.feeds.get(room):
                await feed.repair("lost")

    def _state(self, connection: Connection, snapshot: Snapshot, news: list[Personal]) -> None:
        """Tell the socket what is new in `snapshot`: only the rooms of `news` where it explains every step, else all of them."""
        if snapshot.user_seq < connection.user_seq:
            return
        news = [event for event in news if event.user_seq > connection.user_seq]
        new = [room for room in snapshot.rooms if not connection.is_member(room["id"])]
        # By different news: the same one heard twice explains one step.
        explained = snapshot.user_seq == connection.user_seq + len({event.user_seq for event in news})
        foreign = [event for event in news if event.origin != connection.id]
        connection.user_seq = snapshot.user_seq
        if explained and not foreign and not new:
            return
        told = {pk for event in foreign for pk in event.rooms} | {room["id"] for room in new}
        gone = {pk for event in news for pk in event.gone}
        self._tell_rooms(connection, snapshot, told if explained else None, gone)
        # What came together with the rooms, under the version that they have. What is not explained may be anything.
        kinds = sorted({kind for event in foreign for kind in event.kinds}) if explained else KINDS
        if kinds and not connection.behind:
            connection.push(Frame("", "me.changed", {"user_seq": snapshot.user_seq, "kinds": kinds}))
        for room in new:
            self.hub.attach(connection, room)

    def _tell_rooms(self, connection: Connection, snapshot: Snapshot, told: set[int] | None, gone: set[int]) -> None:
        if connection.behind:
            return
        rooms = [room for room in snapshot.rooms if told is None or room["id"] in told]
        gone = (gone | connection.stated) - {room["id"] for room in snapshot.rooms}
        connection.stated.clear()
        payload = {"user_seq": snapshot.user_seq, "rooms": rooms, "gone": sorted(gone)}
        connection.push(Frame("", "rooms.changed", payload))

    def catch_up_all(self, connection: Connection) -> None:
        """A socket that was too slow is drained: it is told all its rooms, then each is brought up to date from the database."""
        asyncio.create_task(self._catch_up_all(connection))  # noqa: RUF006 - the hub's loop outlives it; a lost one is a 4413

    async def _catch_up_all(self, connection: Connection) -> None:
        try:
            snapshot = await reading(source().rooms_of, connection.user_id)
        except Unavailable:
            connection.close(4413, "too slow to read")
            return
        connection.behind = False
        connection.user_seq = max(connection.user_seq, snapshot.user_seq)
        self._tell_rooms(connection, snapshot, None, set())
        for room in snapshot.rooms:
            if not connection.is_member(room["id"]):
                self.hub.attach(connection, room)
        self.hub.presence.show_all(connection)
        for room in list(connection.places):
            if feed := self.hub.feeds.get(room):
                feed.catch_up(connection, kept=False)
