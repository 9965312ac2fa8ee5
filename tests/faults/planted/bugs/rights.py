"""Who may see what, and until when."""

import time
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import msgspec

from chatsite.realtime.connection import Connection
from chatsite.realtime.events import Change
from chatsite.realtime.feed import Feed
from chatsite.realtime.hub import Hub
from chatsite.realtime.people import People
from chatsite.realtime.place import Place
from chatsite.realtime.source import Repair
from messaging import resume
from messaging.reads import Right
from tests.faults.planted import found_by

BEFORE_ROWS = 1.0
"""Seconds between rights and rows, where rights are read first: somebody is removed in them."""


@found_by("I9")
def membership_checked_at_connect() -> None:
    """A socket that was let into a room stays there: a removal takes it out no more than a repair does."""
    honest_take, honest_bring = Feed.take, Feed._bring

    def take(feed: Feed, *changes: Change) -> None:
        honest_take(feed, *(msgspec.structs.replace(change, removed=None) for change in changes))

    def bring(feed: Feed, connection: Connection, repair: Repair, after: int) -> None:
        place = connection.places[feed.room]
        repair.members[connection.user_id] = (place.joined_event_seq, place.joined_seq)
        honest_bring(feed, connection, repair, after)

    async def nothing_is_lost(_people: People, _user: int, _snapshot: Any) -> None:
        pass

    Feed.take, Feed._bring, People._repair_lost_places = take, bring, nothing_is_lost


@found_by("I9")
def catch_up_without_interval() -> None:
    """`sync` answers from any cursor, also one before one's joining, and with every row: the room's history rule is not asked."""
    honest = resume._rights

    def rights(user: Any, rooms: list[int]) -> dict[int, Right]:
        return {room: replace(right, first_seq=0) for room, right in honest(user, rooms).items()}

    resume._rights = rights
    resume._must_reset = lambda one: one.after > one.head or one.head - one.after > resume.MAX_BEHIND


@found_by("I9")
def rights_read_before_rows() -> None:
    """`sync` reads rights, then heads and rows, and does not look again."""
    honest_sync, honest_rights = resume.sync, resume._rights
    known: ContextVar[dict[int, Right] | None] = ContextVar("known")

    def rights(user: Any, rooms: list[int]) -> dict[int, Right]:
        found = known.get()
        if found is None:
            found = honest_rights(user, rooms)
            known.set(found)
            time.sleep(BEFORE_ROWS)
        return found

    def sync(*args: Any) -> dict:
        token = known.set(None)
        try:
            return honest_sync(*args)
        finally:
            known.reset(token)

    resume._rights, resume.sync = rights, sync


@found_by("I9")
def edit_shown_by_its_own_number() -> None:
    """Whether a member sees a change is judged by the number of the change, not by that of the message that it changes."""

    def first_seq(_feed: Feed, _place: Place) -> int:
        return 0  # every change that is delivered is younger than the membership

    Feed.first_seq = first_seq


@found_by("I10")
def socket_outlives_its_session() -> None:
    """The end of a session closes no socket: neither its doorbell, nor the sweep."""

    def sign_out(_hub: Hub, _ended: dict[str, int]) -> None:
        pass

    Hub.sign_out = sign_out
