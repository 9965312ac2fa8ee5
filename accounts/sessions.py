"""Who is signed in: the row of a session with its person, in one query. Every door asks here."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import broadcasts, services
from accounts.models import Session, hash_of, is_over
from chatsite.compiled import Compiled
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated, Unavailable
from chatsite.realtime.gathering import Gatherer, may_gather

log = logging.getLogger(__name__)


class Deactivated(Unauthenticated):
    """Signed in once, but the account is deactivated: 401 like any other, but on a socket 4403 instead of 4401."""


_with_key = Compiled(lambda key_hash: Session.objects.select_related("user").filter(key_hash=key_hash), strings=(0,))
_with_sid = Compiled(
    lambda sid, user: Session.objects.select_related("user").filter(sid=sid, user_id=user), strings=(0,)
)


def by_key(session_key: str | None) -> Session | None:
    """The living session of the cookie with `session_key`, with its user. Raises Deactivated."""
    return _living(_with_key.first(hash_of(session_key))) if session_key else None


def by_sid(sid: str, user_id: int) -> Session | None:
    """The living session that a token or ticket names, if it is that person's, with its user. Raises Deactivated."""
    return _living(_with_sid.first(sid, user_id))


def _living(session: Session | None) -> Session | None:
    if session is None:
        return None
    if not session.user.is_active:
        raise Deactivated
    if session.is_over(timezone.now()):
        try:
            commit(services.forget_session, session)
        except Unavailable:
            log.warning("a session that is over could not be removed", extra={"user": session.user_id})
        return None
    note_seen(session)
    return session


def note_seen(session: Session) -> None:
    """Note that the session is in use, at most once a minute. For the pings of a socket, too: where the process serves, nobody waits for it."""
    now = timezone.now()
    if now - session.last_seen_at < timedelta(minutes=1):
        return
    session.last_seen_at = now
    if may_gather():
        _seen.add(session.pk, _warn)
        return
    try:
        commit(services.mark_seen, [session.pk])
    except Unavailable as error:
        _warn(error)


def _warn(outcome: Any) -> None:
    if isinstance(outcome, Exception):
        log.warning("the use of sessions could not be noted", extra={"error": type(outcome).__name__})


_seen: Gatherer[int] = Gatherer(services.mark_seen, row=lambda session: session, prepare=lambda session: None)
"""When thousands come again at once they are noted together."""


def lives(session_key: str | None) -> bool:
    """Is there a living session with this key?"""
    try:
        return by_key(session_key) is not None
    except Deactivated:
        return False


def ended(sids: Iterable[str]) -> dict[str, int]:
    """Of the sessions asked for, those that are over, each with its close code: 4401, or 4403 for a deactivated account. One query."""
    sids = list(sids)
    now = timezone.now()
    rows = Session.objects.filter(sid__in=sids).values_list("sid", "user__is_active", *WHETHER_OVER)
    found = {sid: state for sid, *state in rows}
    over = {}
    for sid in sids:
        is_active, *state = found.get(sid, (True,))
        if not is_active:
            over[sid] = broadcasts.DEACTIVATED
        elif not state or is_over(now, *state):
            over[sid] = broadcasts.SIGNED_OUT
    return over


WHETHER_OVER = ("expires_at", "last_seen_at", "stamp", "user__password")
"""What `is_over` asks of a row; as tuples, since it is asked for all sockets at each sweep."""
