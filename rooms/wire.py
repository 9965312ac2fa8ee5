"""Rooms and members as the protocol has them (`docs/protocol.md`, sections 4 and 10)."""

from collections.abc import Iterable
from typing import Any

from accounts import wire
from rooms.models import Membership, Room, RoomLog

RECEIPTS_UP_TO = 100
"""In larger rooms nobody is shown how far the others have read."""


def shared(room: Room, log: RoomLog, people: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """What everybody in `room` is told of it, at the numbers of `log`; of a direct room its `people` (`snapshot.people_in`), too."""
    members: dict[str, Any] = {
        "id": room.pk,
        "workspace": room.workspace_id,
        "slug": room.slug,
        "name": room.name,
        "topic": room.topic,
        "kind": room.kind,
        "history": room.history,
        "threads": room.threads,
        "open_to_web": room.open_to_web,
        "archived": room.is_archived,
        "slow_mode_seconds": room.slow_mode_seconds,
        "head": log.head,
        "last_seq": log.last_seq,
        "members_count": room.members_count,
    }
    if room.kind == Room.Kind.DIRECT:
        members["users"] = list(people)
    return members


def personal(membership: Membership, log: RoomLog, mentions: int) -> dict[str, Any]:
    """What the member alone is told of their place in the room."""
    return {
        "role": membership.role,
        "joined_seq": membership.joined_seq,
        "joined_event_seq": membership.joined_event_seq,
        "notify": membership.notify,
        "last_read_seq": membership.last_read_seq,
        "unread": max(0, log.posted - membership.read_posted - membership.own_after),
        "mentions": mentions,
    }


def watching(log: RoomLog) -> dict[str, Any]:
    """The personal members for somebody who may read the room without being a member: nothing is unread."""
    return {
        "role": None,
        "joined_seq": None,
        "joined_event_seq": None,
        "notify": None,
        "last_read_seq": log.last_seq,
        "unread": 0,
        "mentions": 0,
    }


def member(membership: Membership, *, receipts: bool) -> dict[str, Any]:
    """A member for lists of members, with their highest read mark where `receipts` are shown."""
    entry = {
        "user": wire.author(membership.user),
        "role": membership.role,
        "joined_event_seq": membership.joined_event_seq,
    }
    if receipts:
        entry["last_read_seq"] = membership.receipt_seq
    return entry
