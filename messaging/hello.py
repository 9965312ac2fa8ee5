"""The first frame of a socket (`protocol.md`, section 4). It costs the same few queries however many rooms there are."""

from django.conf import settings
from django.utils import timezone

from accounts import ports
from accounts.models import User
from accounts.wire import me
from chatsite.realtime.source import Snapshot
from messaging.wire import moment
from rooms.services import epoch
from rooms.snapshot import rooms_of

PROTOCOL = 1


def first_frame(user: User, connection_id: str) -> tuple[Snapshot, dict]:
    """The snapshot of the person's rooms, and `hello`'s payload made of it."""
    here = str(epoch())
    snapshot = rooms_of(user.pk)
    return snapshot, {
        "connection_id": connection_id,
        "protocol": PROTOCOL,
        "epoch": here,
        "user_seq": snapshot.user_seq,
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
        "timeout_seconds": settings.SOCKET_TIMEOUT,
        "max_frame_bytes": settings.MAX_FRAME_BYTES,
        "max_body_chars": settings.MAX_BODY_CHARS,
        "server_time": now(),
        "user": me(user, ports.role_of(user.pk)),
        "rooms": snapshot.rooms,
    }


def now() -> str:
    """The server's time, as the protocol writes it."""
    return moment(timezone.now())
