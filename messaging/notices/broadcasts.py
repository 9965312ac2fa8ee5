"""What becomes known of notifications: to their own person alone."""

from chatsite.realtime.bus import publish
from chatsite.realtime.events import Notified, Personal
from messaging.models import Notification


def notified(row: Notification, *, as_member: bool) -> None:
    """Somebody is told of a message; `as_member` of a room that they can lose."""
    publish(Notified(user=row.user_id, notification=wire(row), as_member=as_member))


def notifications_changed(user: int, user_seq: int, *, origin: str = "") -> None:
    """Somebody has a notification more, or has read some."""
    publish(Personal(user=user, user_seq=user_seq, kinds=["notifications"], origin=origin))


def wire(row: Notification) -> dict:
    """A notification as the protocol has it: what it is about is asked for by whoever may see it."""
    return {
        "id": row.pk,
        "kind": str(row.kind),
        "room": row.room_id,
        "message": {"id": row.message_id, "seq": row.message.seq},
    }
