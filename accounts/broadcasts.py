"""What became known about people and their sessions."""

from accounts import ports, wire
from accounts.models import User
from chatsite.realtime.bus import publish
from chatsite.realtime.events import Personal, SignedOut, UserChanged

SIGNED_OUT = 4401
DEACTIVATED = 4403


def sessions_changed(user_id: int, user_seq: int) -> None:
    """The list of somebody's sessions is another."""
    publish(Personal(user=user_id, user_seq=user_seq, kinds=["sessions"]))


def sessions_ended(sids: list[str], code: int = SIGNED_OUT) -> None:
    """Sessions are over: their sockets close with `code`."""
    if sids:
        publish(SignedOut(sids=sids, code=code))


def settings_changed(user_id: int, user_seq: int, *, do_not_disturb: bool | None = None) -> None:
    """Somebody's own settings are others; `do_not_disturb` where that is among them."""
    publish(Personal(user=user_id, user_seq=user_seq, kinds=["settings"], do_not_disturb=do_not_disturb))


def user_changed(user: User) -> None:
    """Somebody has a new name or picture, in all their rooms."""
    publish(UserChanged(user=wire.author(user), rooms=ports.places(user.pk)))
