"""What happened to people's places. What happens in a room goes through its journal, which publishes the change itself."""

from collections.abc import Iterable
from uuid import UUID

from chatsite.realtime.bus import publish
from chatsite.realtime.events import NewEpoch, Personal, RoomLeft


def places_changed(
    user_id: int, user_seq: int, *, rooms: Iterable[int] = (), gone: Iterable[int] = (), origin: str = ""
) -> None:
    """Somebody joined `rooms`, or has another role or setting there; lost those in `gone`."""
    publish(Personal(user=user_id, user_seq=user_seq, rooms=list(rooms), gone=list(gone), origin=origin))


def room_hidden(user_id: int, user_seq: int, room: int, head: int) -> None:
    """Somebody hid a direct room, whose latest number is `head`: their sockets hear nothing more of it."""
    publish(RoomLeft(user=user_id, room=room, event_seq=head, reason="hidden"))
    places_changed(user_id, user_seq, gone=[room])


def workspaces_changed(user_id: int, user_seq: int) -> None:
    """Somebody came into a workspace, or has another role there."""
    publish(Personal(user=user_id, user_seq=user_seq, kinds=["workspaces"]))


def epoch_changed(epoch: UUID) -> None:
    """The log has another incarnation."""
    publish(NewEpoch(epoch=str(epoch)))
