"""The lock of a room: the row of its log. On SQLite the transaction itself is the lock."""

from collections.abc import Iterable

from chatsite.compiled import Compiled
from rooms.models import Room, RoomLog


def lock(room: Room) -> RoomLog:
    """Lock `room` until the transaction ends; its log, and in `room` its fields, as they are under the lock.

    Raises RoomLog.DoesNotExist where the room is gone.
    """
    log = _log.first(room.pk)
    if log is None:
        raise RoomLog.DoesNotExist
    # A second SELECT on purpose: joined to the first, it would show the room as it was before the wait for the lock.
    for name, value in zip(CHANGEABLE, _changeable.first(room.pk), strict=True):
        setattr(room, name, value)
    return log


def lock_many(room_ids: Iterable[int], *, nowait: bool = False) -> dict[int, RoomLog]:
    """Lock several rooms, by ascending id as everybody does; `{room id: its log}`.

    With `nowait`, for who holds later locks already, one that is taken raises OperationalError instead of waiting.
    """
    logs = RoomLog.objects.select_for_update(no_key=True, nowait=nowait).filter(pk__in=list(room_ids)).order_by("pk")
    return {log.pk: log for log in logs}


CHANGEABLE = [
    "slug",
    "name",
    "topic",
    "kind",
    "history",
    "threads",
    "open_to_web",
    "slow_mode_seconds",
    "archived_at",
    "members_count",
]
_log = Compiled(lambda room: RoomLog.objects.select_for_update(no_key=True).filter(pk=room))
_changeable = Compiled(lambda room: Room.objects.filter(pk=room).values_list(*CHANGEABLE))
