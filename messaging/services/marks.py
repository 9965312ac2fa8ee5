"""Read marks: how far somebody has read, and how much is unread behind it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import touch
from chatsite.compiled import Compiled
from messaging import broadcasts, notices
from messaging.mentions import mentions_after_marks
from messaging.models import Message
from rooms.models import Membership, Room, RoomLog
from rooms.wire import RECEIPTS_UP_TO


@dataclass(slots=True, frozen=True)
class Mark:
    """The answer to `read` and `unread`; `last_seq` is the end that it counted to."""

    last_read_seq: int
    unread: int
    mentions: int
    last_seq: int
    user_seq: int

    def wire(self) -> dict:
        return asdict(self)


def mark_read(user: User, room_id: int, seq: int, *, origin: str = "") -> Mark:
    """Move the mark to `seq`, never back and never beyond the end.

    Raises PermissionDenied for who is no member of a room that they see, Room.DoesNotExist where they do not see it.
    """
    if seq < 0:
        raise ValidationError({"seq": _("Expected the number of a message.")})
    return _move(user, room_id, lambda member, log: max(member.last_read_seq, min(seq, log.last_seq)), origin)


def mark_unread(user: User, room_id: int, seq: int, *, origin: str = "") -> Mark:
    """Put the mark right before `seq`, on purpose: back, too. Never below the joining where history begins there. Raises as `mark_read`."""
    if seq < 1:
        raise ValidationError({"seq": _("Expected the number of a message.")})

    def target(member: Membership, log: RoomLog) -> int:
        first = member.joined_seq if member.room.history == Room.History.JOINED else 0
        return max(first, min(seq - 1, log.last_seq))

    return _move(user, room_id, target, origin)


def _move(user: User, room_id: int, target: Callable[[Membership, RoomLog], int], origin: str) -> Mark:
    member = _member.first(room_id, user.pk)
    if member is None:
        Room.objects.visible_to(user).get(pk=room_id)
        raise PermissionDenied(_("Join this room to do that."))
    log = _log.first(room_id)
    seq = target(member, log)
    is_moved = seq != member.last_read_seq
    if is_moved:
        highest = member.receipt_seq
        _put(member, seq, log)
        if member.receipt_seq > highest and member.room.members_count <= RECEIPTS_UP_TO:
            broadcasts.read_on(user.pk, room_id, member.receipt_seq)
    # Also where the mark stays: who left and came again has it at the end, behind what they were told of.
    was_told = notices.read_in_room(user.pk, room_id, member.last_read_seq)
    if is_moved or was_told:
        user_seq = touch(user.pk)
        kinds = ["notifications"] if was_told else []
        broadcasts.mark_moved(user.pk, user_seq, room_id, kinds=kinds, origin=origin)
    else:
        user_seq = User.objects.values_list("user_seq", flat=True).get(pk=user.pk)
    return Mark(
        last_read_seq=member.last_read_seq,
        unread=log.posted - member.read_posted - member.own_after,
        mentions=mentions_after_marks(user.pk, {room_id: (member.last_read_seq, log.last_seq)}).get(room_id, 0),
        last_seq=log.last_seq,
        user_seq=user_seq,
    )


def _put(member: Membership, seq: int, log: RoomLog) -> None:
    member.last_read_seq = seq
    if seq == log.last_seq:
        member.read_posted, member.own_after = log.posted, 0
    else:
        member.read_posted = _posted.first(member.room_id, seq) or 0
        member.own_after = _own_behind.first(member.room_id, seq, member.user_id) or 0
    member.receipt_seq = max(member.receipt_seq, seq)
    member.save(update_fields=["last_read_seq", "read_posted", "own_after", "receipt_seq"])


_member = Compiled(
    lambda room, user: (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("room")
        .filter(room=room, user=user, is_hidden=False)
    )
)
_log = Compiled(lambda room: RoomLog.objects.filter(pk=room))
_posted = Compiled(lambda room, seq: Message.objects.filter(room=room, seq=seq).values_list("posted", flat=True))
_own_behind = Compiled(
    lambda room, seq, user: (
        Message.objects.filter(room=room, seq__gt=seq, author=user, kind=Message.Kind.MESSAGE)
        .values("room")
        .annotate(count=Count("pk"))
        .values_list("count", flat=True)
    )
)
