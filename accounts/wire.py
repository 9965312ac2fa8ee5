"""People as the protocol has them."""

from datetime import UTC, datetime, time
from typing import Any

from accounts.models import Session, User


def author(user: User) -> dict[str, Any]:
    """`{id, username, display_name, avatar_url, is_bot}`: what everybody who may see them sees."""
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.shown_name,
        "avatar_url": avatar_url(user),
        "is_bot": user.is_bot,
    }


def me(user: User, role: str) -> dict[str, Any]:
    """`hello.user`."""
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.shown_name,
        "avatar_url": avatar_url(user),
        "language": user.language,
        "role": role,
    }


def own(user: User, role: str) -> dict[str, Any]:
    """Oneself in the API: what others see, and what only one oneself may."""
    return author(user) | {
        "email": user.email,
        "language": user.language,
        "time_zone": user.time_zone,
        "role": role,
        "notify": user.notify,
        "do_not_disturb": user.do_not_disturb,
        "quiet_from": hour(user.quiet_from),
        "quiet_until": hour(user.quiet_until),
        "mail_missed": user.mail_missed,
    }


def hour(at: time | None) -> str:
    """A time of day as `22:30`, "" for none."""
    return f"{at:%H:%M}" if at else ""


def session(row: Session, current: Session | None) -> dict[str, Any]:
    """One line of one's list of sessions."""
    return {
        "sid": row.sid,
        "current": current is not None and row.sid == current.sid,
        "device": row.device_name,
        "user_agent": row.user_agent,
        "address": row.address or "",
        "created_at": moment(row.created_at),
        "last_seen_at": moment(row.last_seen_at),
        "expires_at": moment(row.expires_at),
    }


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, three decimals, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def avatar_url(user: User) -> str:
    """Where the picture of `user` lies, `""` if there is none."""
    return f"/avatars/{user.avatar}" if user.avatar else ""
