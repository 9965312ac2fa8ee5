"""Everything is read: all marks of one person move to the end at once."""

from dataclasses import asdict, dataclass

from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from accounts.services import touch
from messaging import broadcasts, notices
from messaging.models import Message, ThreadFollower
from rooms.models import Membership, RoomLog
from rooms.wire import RECEIPTS_UP_TO


@dataclass(slots=True, frozen=True)
class AllRead:
    """What moved: the rooms whose mark did, and the version of it."""

    user_seq: int
    rooms: list[int]

    def wire(self) -> dict:
        """As the API answers."""
        return asdict(self)


def mark_all_read(user: User, *, origin: str = "") -> AllRead:
    """Move the mark of every room of `user` to its end, and that of every thread that they follow. Where nothing was unread, nothing changes.

    The same few statements however many rooms there are, and one version of what is personal.
    """
    moved = _rooms(user)
    threads = _threads(user)
    was_told = notices.read_everything(user.pk)
    rooms = [member.room_id for member in moved]
    if not rooms and not threads and not was_told:
        return AllRead(User.objects.values_list("user_seq", flat=True).get(pk=user.pk), [])
    user_seq = touch(user.pk)
    broadcasts.everything_read(user.pk, user_seq, rooms, origin=origin)
    return AllRead(user_seq, rooms)


def _rooms(user: User) -> list[Membership]:
    members = list(
        Membership.objects.of(user)
        .select_for_update(of=("self",), no_key=True)
        .select_related("room")
        .order_by("room_id")
    )
    # Read behind the locks: joined to them, the logs would be as they were before the wait.
    logs = RoomLog.objects.in_bulk([member.room_id for member in members])
    moved = [member for member in members if member.last_read_seq < logs[member.room_id].last_seq]
    for member in moved:
        log = logs[member.room_id]
        if member.receipt_seq < log.last_seq and member.room.members_count <= RECEIPTS_UP_TO:
            broadcasts.read_on(user.pk, member.room_id, log.last_seq)
        member.last_read_seq, member.read_posted, member.own_after = log.last_seq, log.posted, 0
        member.receipt_seq = max(member.receipt_seq, log.last_seq)
    Membership.objects.bulk_update(moved, ["last_read_seq", "read_posted", "own_after", "receipt_seq"], batch_size=200)
    return moved


def _threads(user: User) -> list[ThreadFollower]:
    """Those that were behind, moved to their ends."""
    behind = Message.objects.filter(thread_root=OuterRef("root"), seq__gt=OuterRef("read_seq"))
    rows = list(ThreadFollower.objects.filter(Exists(behind), user=user).select_for_update(no_key=True).order_by("pk"))
    ends = dict(
        Message.objects.filter(thread_root__in=[row.root_id for row in rows])
        .values_list("thread_root")
        .annotate(end=Max("seq"))
    )
    for row in rows:
        row.read_seq = max(row.read_seq, ends[row.root_id])
    ThreadFollower.objects.bulk_update(rows, ["read_seq"], batch_size=200)
    return rows
