"""Reading a room: history by number, and the right to it. Heads first, then rows with all that they carry, then rights."""

from dataclasses import dataclass

import msgspec
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import wire
from messaging.models import Message
from messaging.services.reactions import mine
from rooms.models import Membership, Room, RoomLog
from rooms.services import epoch

ANSWER_BYTES = 256 * 1024
"""An answer ends here, with at least one row."""
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


@dataclass(slots=True, frozen=True)
class Right:
    """What somebody may read of a room: from `first_seq` on, as a member since `joined_event_seq` (None for one who only looks)."""

    room: int
    first_seq: int = 0
    joined_event_seq: int | None = None


def right_to_read(user: User, room_id: int) -> Right:
    """The right of `user` to read the room now.

    Raises Room.DoesNotExist where they may not know of it, PermissionDenied in a public room whose history begins with joining.
    """
    member = Membership.objects.of(user).select_related("room").filter(room=room_id).first()
    if member:
        return Right(
            room_id, member.joined_seq if member.room.history == Room.History.JOINED else 0, member.joined_event_seq
        )
    room = Room.objects.visible_to(user).get(pk=room_id)
    if room.kind != Room.Kind.PUBLIC or room.history != Room.History.SHARED:
        raise PermissionDenied(_("Join this room to read it."))
    return Right(room_id)


def history(
    user: User,
    room_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    thread: int | None = None,
    roots: bool | None = False,
    limit: int = DEFAULT_LIMIT,
) -> dict:
    """Messages of a room by `seq`, ascending: `{epoch, head, messages, has_before, has_after, people, mine?}`.

    Bounds are excluded (`around` is included), the newest where none is given; with `thread` (the id of any message of it) that thread
    alone, with `roots` without replies to what the reader may see. Raises as `right_to_read`, ValidationError for two bounds or a limit
    outside 1 to 100, Message.DoesNotExist for `thread`.
    """
    _require_bounds(before, after, around, limit)
    right = right_to_read(user, room_id)
    head = RoomLog.objects.values_list("head", flat=True).get(room=room_id)
    rows = Message.objects.wire().filter(room=room_id, seq__gte=right.first_seq)
    if thread is not None:
        rows = _of_thread(rows, thread)
    elif roots:
        rows = _without_replies(rows, right)
    page, has_before, has_after = _page(rows, before, after, around, limit)
    messages, cut = _within(page, ANSWER_BYTES, from_end=after is None and around is None)
    if cut:
        has_before, has_after = (True, has_after) if after is None and around is None else (has_before, True)
    answer = {
        "epoch": str(epoch()),
        "head": head,
        "messages": messages,
        "has_before": has_before,
        "has_after": has_after,
        "people": wire.named_in(messages),
    }
    if own := mine(user, messages):
        answer["mine"] = own
    if right_to_read(user, room_id) != right:
        raise Room.DoesNotExist(_("There is no such room."))
    return answer


def _require_bounds(before, after, around, limit) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise ValidationError({"limit": _("Expected a number from 1 to %(limit)d.") % {"limit": MAX_LIMIT}})
    given = {
        name: value for name, value in (("before", before), ("after", after), ("around", around)) if value is not None
    }
    if len(given) > 1:
        raise ValidationError({name: _("Give only one of before, after and around.") for name in given})
    for name, value in given.items():
        if not 0 <= value < 2**63:
            raise ValidationError({name: _("Expected the number of a message.")})


def _of_thread(rows, thread: int):
    named = rows.filter(pk=thread).values_list("pk", "thread_root_id").first()
    if named is None:
        raise Message.DoesNotExist(_("There is no such message."))
    root = named[1] or named[0]
    return rows.filter(pk=root) | rows.filter(thread_root=root)


def _without_replies(rows, right: Right):
    if not right.first_seq:
        return rows.filter(thread_root=None)
    # Where the root was said before one's joining, a reply has no other place to be read in.
    return rows.filter(Q(thread_root=None) | Q(thread_root__seq__lt=right.first_seq))


def _page(rows, before, after, around, limit) -> tuple[list[Message], bool, bool]:
    """A page of `rows` and whether there are more on either side. One more than asked is read to know it."""
    if around is not None:
        return _page_around(rows, around, limit)
    if after is not None:
        page = list(rows.filter(seq__gt=after).order_by("seq")[: limit + 1])
        return page[:limit], rows.filter(seq__lte=after).exists(), len(page) > limit
    bounded = rows if before is None else rows.filter(seq__lt=before)
    page = list(bounded.order_by("-seq")[: limit + 1])
    has_after = before is not None and rows.filter(seq__gte=before).exists()
    return page[:limit][::-1], len(page) > limit, has_after


def _page_around(rows, around, limit) -> tuple[list[Message], bool, bool]:
    earlier = list(rows.filter(seq__lt=around).order_by("-seq")[: limit // 2 + 1])
    later = list(rows.filter(seq__gte=around).order_by("seq")[: limit - limit // 2 + 1])
    kept_earlier, kept_later = earlier[: limit // 2], later[: limit - limit // 2]
    return kept_earlier[::-1] + kept_later, len(earlier) > len(kept_earlier), len(later) > len(kept_later)


def _within(rows: list[Message], limit: int, *, from_end: bool) -> tuple[list[dict], bool]:
    """The `message` objects of as many rows as fit into `limit` bytes, at least one, from the end that was asked for; and whether any was cut."""
    found, size = [], 0
    for row in reversed(rows) if from_end else rows:
        one = wire.message(row)
        size += len(msgspec.json.encode(one))
        if found and size > limit:
            return (found[::-1] if from_end else found), True
        found.append(one)
    return (found[::-1] if from_end else found), False
