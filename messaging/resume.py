"""`sync`: what changed since a cursor, in its present state. The same few queries however many rooms are asked for."""

from dataclasses import dataclass, field

import msgspec
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import wire
from messaging.models import Message
from messaging.reads import ANSWER_BYTES, Right
from messaging.services.reactions import mine
from rooms.models import Membership, Room, RoomLog
from rooms.services import epoch

MAX_ROWS = 200
"""Rows of one room in one answer."""
MAX_BEHIND = 1000
"""Numbers that a client may be behind; beyond them it loads the room anew."""


@dataclass(slots=True)
class Wanted:
    """One room of a `sync`: where the client stands in it, and what is found."""

    room: int
    after: int
    right: Right | None = None
    head: int = 0
    rows: list[int] = field(default_factory=list)
    more: bool = False


def sync(user: User, client_epoch: str, asked: list[tuple[int, int]]) -> dict:
    """The answer to `sync` for `(room, after)` pairs: `{epoch, rooms, people, mine?}`; each room a range, a reset or an `error` exception.

    Heads are read first, then rows, then rights: who has no right by then, or another membership, gets nothing of the range.
    """
    here = str(epoch())
    rights = _rights(user, [room for room, _after in asked])
    heads = dict(RoomLog.objects.filter(room__in=rights).values_list("room", "head"))
    wanted = [Wanted(room, after, rights.get(room), heads.get(room, 0)) for room, after in asked]
    ranges = [one for one in wanted if one.right and client_epoch == here and not _must_reset(one)]
    _find(ranges)
    rows = _read(ranges)
    answers = [_answer(one, one in ranges, rows) for one in wanted]
    rights_now = _rights(user, list(rights))
    for one, answer in zip(wanted, answers, strict=True):
        if one.right and rights_now.get(one.room) != one.right:
            answer.clear()
            answer |= {"room": one.room, "error": Room.DoesNotExist(_("There is no such room."))}
        elif not one.right:
            answer["error"] = _refusal(user, one.room)
    messages = [message for answer in answers for message in answer.get("messages", ())]
    own = mine(user, messages)
    return {"epoch": here, "rooms": answers, "people": wire.named_in(messages), **({"mine": own} if own else {})}


def _rights(user: User, rooms: list[int]) -> dict[int, Right]:
    found = {
        room: Right(room, joined_seq if history == Room.History.JOINED else 0, joined)
        for room, joined, joined_seq, history in Membership.objects.of(user)
        .filter(room__in=rooms)
        .values_list("room", "joined_event_seq", "joined_seq", "room__history")
    }
    others = set(rooms) - set(found)
    if others:
        looked_at = Room.objects.visible_to(user).filter(
            pk__in=others, kind=Room.Kind.PUBLIC, history=Room.History.SHARED
        )
        found |= {room: Right(room) for room in looked_at.values_list("pk", flat=True)}
    return found


def _must_reset(one: Wanted) -> bool:
    joined = one.right.joined_event_seq or 0
    return one.after > one.head or one.after < joined or one.head - one.after > MAX_BEHIND


def _find(ranges: list[Wanted]) -> None:
    """Which rows each range holds, by their numbers alone, so that a long absence does not read texts that do not fit."""
    behind = [one for one in ranges if one.after < one.head]
    if not behind:
        return
    where = Q()
    for one in behind:
        where |= Q(room=one.room, event_seq__gt=one.after, event_seq__lte=one.head, seq__gte=one.right.first_seq)
    found: dict[int, list[int]] = {}
    for room, pk in Message.objects.filter(where).order_by("room", F("event_seq")).values_list("room", "pk"):
        found.setdefault(room, []).append(pk)
    for one in behind:
        ids = found.get(one.room, [])
        one.rows, one.more = ids[:MAX_ROWS], len(ids) > MAX_ROWS


def _read(ranges: list[Wanted]) -> dict[int, Message]:
    ids = [pk for one in ranges for pk in one.rows]
    return {row.pk: row for row in Message.objects.wire().filter(pk__in=ids)} if ids else {}


def _answer(one: Wanted, is_range: bool, rows: dict[int, Message]) -> dict:
    if not one.right:
        return {"room": one.room}
    if not is_range:
        return {"room": one.room, "reset": True, "head": one.head}
    # A row that changed since its number was read lies behind the head by now, and comes with a later range.
    present = sorted(
        (rows[pk] for pk in one.rows if pk in rows and rows[pk].event_seq <= one.head), key=lambda row: row.event_seq
    )
    messages = wire.messages(present)
    return {
        "room": one.room,
        "from": one.after,
        "to": _end(one, messages),
        "head": one.head,
        "messages": messages,
        "more": one.more,
    }


def _end(one: Wanted, messages: list[dict]) -> int:
    if not one.more:
        return one.head
    return messages[-1]["event_seq"] if messages else one.after


def fit(answer: dict) -> dict:
    """Cut an answer of `sync` to ANSWER_BYTES in all, with at least one row; rooms left out say `more` with `to` at their `after`."""
    size, any_row = 0, False
    for room in answer["rooms"]:
        kept = []
        for message in room.get("messages", ()):
            size += len(msgspec.json.encode(message))
            if any_row and size > ANSWER_BYTES:
                room["more"], room["to"] = True, kept[-1]["event_seq"] if kept else room["from"]
                break
            kept.append(message)
            any_row = True
        if "messages" in room:
            room["messages"] = kept
    return answer


def _refusal(user: User, room: int) -> Exception:
    if Room.objects.visible_to(user).filter(pk=room).exists():
        return PermissionDenied(_("Join this room to read it."))
    return ObjectDoesNotExist(_("There is no such room."))
