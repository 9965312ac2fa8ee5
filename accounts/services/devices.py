"""Signing in and out: the rows that decide who is signed in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from accounts import broadcasts
from accounts.audit import audit
from accounts.models import Session, Tries, User, hash_of
from accounts.services.deactivation import may_deactivate
from accounts.services.personal import touch


def sign_in(
    user: User, *, key: str | None = None, jti: str | None = None, user_agent: str = "", address: str | None = None
) -> Session:
    """Make the row of a new session: of a browser by its session `key`, or of a program by its refresh token's `jti`."""
    now = timezone.now()
    _clear_away(user, now)
    session = Session.objects.create(
        user=user,
        key_hash=hash_of(key) if key else None,
        refresh_jti=jti,
        stamp=user.get_session_auth_hash(),
        created_at=now,
        last_seen_at=now,
        expires_at=now + settings.SESSION_LIFE,
        user_agent=user_agent[:256],
        address=address,
    )
    broadcasts.sessions_changed(user.pk, touch(user.pk))
    return session


def _clear_away(user: User, now: datetime) -> None:
    user.sessions.filter(expires_at__lte=now).delete()
    Tries.objects.filter(until__lte=now).delete()


def sign_out(session: Session) -> None:
    """End one's own session: cookie, tokens and sockets. One that is over already changes nothing."""
    _end(Session.objects.filter(pk=session.pk), session.user_id)


def sign_out_key(session_key: str) -> None:
    """As `sign_out`, by the key in a cookie."""
    session = Session.objects.filter(key_hash=hash_of(session_key)).first()
    if session is not None:
        sign_out(session)


def end_session(actor: User, session: Session) -> None:
    """End a session of one's own, or, audited, of somebody whom one may deactivate. Raises PermissionDenied."""
    if session.user_id != actor.pk:
        if not may_deactivate(actor, session.user):
            raise PermissionDenied
        audit(actor, "session.ended", session.user)
    sign_out(session)


def end_other_sessions(user: User, keep: Session | None) -> int:
    """End all sessions of `user` but `keep`; returns how many."""
    others = user.sessions.exclude(pk=keep.pk) if keep else user.sessions.all()
    return _end(others, user.pk)


def end_sessions_of(actor: User, user: User, *, reason: str = "") -> int:
    """End all sessions of somebody else, audited; returns how many. Raises PermissionDenied."""
    if actor.pk == user.pk or not may_deactivate(actor, user):
        raise PermissionDenied
    audit(actor, "sessions.ended", user, reason=reason)
    return _end(user.sessions.all(), user.pk)


def forget_session(session: Session) -> None:
    """Remove the row of a session that is over by itself: too old, unused for too long, of another password."""
    _end(Session.objects.filter(pk=session.pk), session.user_id)


def _end(sessions: QuerySet[Session], user_id: int) -> int:
    sids = list(sessions.values_list("sid", flat=True))
    # Counted by the DELETE: of two at once, one ends it and the other does nothing.
    ended, _per_model = Session.objects.filter(sid__in=sids).delete() if sids else (0, {})
    if ended:
        broadcasts.sessions_changed(user_id, touch(user_id))
        broadcasts.sessions_ended(sids)
    return ended


def move_session(old_key: str, new_key: str) -> None:
    """Keep the session of a browser whose key became another: its `sid` stays, and with it its sockets."""
    Session.objects.filter(key_hash=hash_of(old_key)).update(key_hash=hash_of(new_key))


def mark_seen(sessions: Sequence[int], *, wait: bool = True) -> list[None]:
    """Note that these sessions (ids) were used, each unless somebody did within the minute, or (`wait=False`) is doing so."""
    now = timezone.now()
    due = Session.objects.filter(pk__in=sessions, last_seen_at__lt=now - timedelta(minutes=1)).order_by("pk")
    locked = due.select_for_update(no_key=True, skip_locked=not wait)
    if found := list(locked.values_list("pk", flat=True)):
        Session.objects.filter(pk__in=found).update(last_seen_at=now)
    return [None for _session in sessions]


def rotate(session: Session, *, old: str, new: str) -> bool:
    """Make `new` the one valid refresh token if `old` still is it. One conditional UPDATE: of many at once, one succeeds."""
    now = timezone.now()
    return bool(
        Session.objects.filter(pk=session.pk, refresh_jti=old).update(
            refresh_jti=new, previous_jti=old, rotated_at=now, last_seen_at=now
        )
    )


def revoke_reused(session: Session) -> None:
    """End a session whose refresh token came a second time: somebody else has it, and nobody can tell who of the two is right."""
    audit(None, "session.refresh_reused", session.user)
    sign_out(session)
