"""Who is in which room, as far as presence needs it: the members of small rooms, and how many are here of large ones."""

from collections import defaultdict
from typing import TYPE_CHECKING

from chatsite.realtime.commit import reading
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.feed import Feed
from chatsite.realtime.source import source
from chatsite.realtime.statuses import Statuses

if TYPE_CHECKING:
    from chatsite.realtime.hub import Hub

NAMED_UP_TO = 500
"""Members up to which a room's people are named; of larger ones it is told how many are here."""


class Crowds:
    """Of the rooms that this process hears. Runs on the event loop's thread."""

    def __init__(self, hub: "Hub", statuses: Statuses):
        self.hub, self.statuses = hub, statuses
        self.members: dict[int, set[int]] = {}
        """Of rooms with up to NAMED_UP_TO of them."""
        self.counts: dict[int, int] = {}
        """How many people are here of each larger room, in all processes."""
        self._own_counts: dict[int, int] = {}
        self._rooms_of: defaultdict[int, set[int]] = defaultdict(set)

    def rooms_of(self, user: int) -> set[int]:
        """The small rooms that somebody is in."""
        return self._rooms_of.get(user, set())

    async def settle(self) -> tuple[dict[int, dict[int, str]], list[Feed]]:
        """Read the members of rooms in which somebody came or went.

        Returns who of those that are here came into a known room, by room, and the rooms that were not known or have grown too large for
        names (or are small again). Raises Unavailable; the same rooms are read the next time then.
        """
        for room in self.members.keys() - self.hub.feeds.keys():
            self._know(room, None)
        unsettled = [feed for feed in self.hub.feeds.values() if feed.is_unsettled]
        if not unsettled:
            return {}, []
        for feed in unsettled:
            feed.is_unsettled = False
        try:
            found = await reading(source().members, sorted(feed.room for feed in unsettled), NAMED_UP_TO)
        except Unavailable:
            for feed in unsettled:
                feed.is_unsettled = True
            raise
        came, others = {}, []
        for feed in unsettled:
            members, known = found.get(feed.room), self.members.get(feed.room)
            self._know(feed.room, members)
            if members is None or known is None:
                others.append(feed)
            elif here := self.here(members - known):
                came[feed.room] = here
        return came, others

    def here(self, users: set[int]) -> dict[int, str]:
        """Those of `users` who are not offline."""
        shown = self.statuses.shown
        return {user: shown[user] for user in users if user in shown}

    def _know(self, room: int, members: set[int] | None) -> None:
        for user in self.members.pop(room, set()):
            rooms = self._rooms_of[user]
            rooms.discard(room)
            if not rooms:
                del self._rooms_of[user]
        if members is not None:
            self.members[room] = members
            for user in members:
                self._rooms_of[user].add(room)

    def count_own(self, process: str) -> dict[int, int]:
        """How many people of this process are in each large room, where that changed; who is counted elsewhere is not counted here."""
        elsewhere = self.statuses.counted_before(process)
        counts = {
            room: len({one.user_id for one in feed.listeners if one.is_member(room)} - elsewhere)
            for room, feed in self.hub.feeds.items()
            if room not in self.members and not feed.is_unsettled
        }
        changed = {room: 0 for room in self._own_counts if room not in counts}
        changed |= {room: count for room, count in counts.items() if self._own_counts.get(room) != count}
        self._own_counts = counts
        return changed

    def count_all(self) -> dict[int, int]:
        """How many people are here of each large room, in all processes, where that changed."""
        counts = {room: self.statuses.count(room) for room in self.hub.feeds if room not in self.members}
        changed = {room: count for room, count in counts.items() if self.counts.get(room) != count}
        self.counts = counts
        return changed
