"""Tickets for a socket: signed, for 30 seconds, for one use, bound to a session. For pages on other origins, which can set no header."""

import secrets
from datetime import timedelta

from django.core import signing

from accounts import services, sessions
from accounts.models import Session
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated

LIFE = timedelta(seconds=30)
SALT = "accounts.ticket"


def issue(session: Session) -> str:
    """A ticket for `session`."""
    named = {"sid": session.sid, "user": session.user_id, "jti": secrets.token_urlsafe(16)}
    return signing.dumps(named, salt=SALT)


def redeem(ticket: str) -> Session:
    """The living session of `ticket`, which is spent by it. Raises Unauthenticated, also as sessions.Deactivated."""
    try:
        named = signing.loads(ticket, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        raise Unauthenticated from None
    # Remembered twice as long as it is taken, so that the two clocks need not agree to the second.
    commit(services.use_ticket, named["jti"], life=2 * LIFE)
    session = sessions.by_sid(named["sid"], named["user"])
    if session is None:
        raise Unauthenticated
    return session
