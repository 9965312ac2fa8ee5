"""Access and refresh tokens (`protocol.md`, section 10). Imports no views, so that REST framework's settings may name what uses it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts import mail, ports, services, sessions
from accounts.models import Session, User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated

GRACE_SECONDS = 10
"""How long the direct predecessor of a refresh token is refused without ending the session: two tabs, a lost answer."""


def bearer(header: str | bytes | None) -> str | None:
    """The token in an Authorization header, None where it holds no Bearer. Raises Unauthenticated for one that is malformed."""
    if isinstance(header, bytes):
        header = header.decode("latin-1")
    scheme, _space, token = (header or "").strip().partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip()
    if not token or " " in token or not token.isascii():
        raise Unauthenticated
    return token


def session_of(raw: str) -> Session:
    """The living session that the access token `raw` belongs to. Raises Unauthenticated, also as sessions.Deactivated."""
    return _named_by(_read(AccessToken, raw))


def issue(user: User, **client: Any) -> dict[str, str]:
    """Sign `user` in as a program and return its first `{access, refresh}`; `client` as for `services.sign_in`."""
    refresh = RefreshToken()
    return _pair(commit(services.sign_in, user, jti=refresh["jti"], **client), refresh)


def renew(raw: str) -> dict[str, str]:
    """A new pair for the refresh token `raw`, which is spent by it.

    Raises Unauthenticated. One that was spent before ends its session, except the direct predecessor within seconds.
    """
    old = _read(RefreshToken, raw)
    session = _named_by(old)
    refresh = RefreshToken()
    if commit(services.rotate, session, old=old["jti"], new=refresh["jti"]):
        return _pair(session, refresh)
    if _was_just_spent(session.pk, old["jti"]):
        raise Unauthenticated(_("This refresh token was just used."))
    commit(services.revoke_reused, session)
    mail.tell_of_reuse(session.user)
    raise Unauthenticated(_("This refresh token was used before. Please sign in again."))


def _was_just_spent(sid: str, jti: str) -> bool:
    lately = timezone.now() - timedelta(seconds=GRACE_SECONDS)
    return Session.objects.filter(pk=sid, previous_jti=jti, rotated_at__gte=lately).exists()


def _read(kind: type[Token], raw: str) -> Token:
    try:
        return kind(raw)  # type: ignore[arg-type]
    except (TokenError, ValueError, TypeError, OverflowError):
        raise Unauthenticated from None


def _named_by(token: Token) -> Session:
    sid, user_id = token.get("sid"), token.get("user_id")
    if not isinstance(sid, str) or type(user_id) is not int or not 0 < user_id < 2**63:
        raise Unauthenticated
    session = sessions.by_sid(sid, user_id)
    if session is None:
        raise Unauthenticated
    return session


def _pair(session: Session, refresh: RefreshToken) -> dict[str, str]:
    refresh["user_id"] = session.user_id
    refresh["sid"] = session.sid
    refresh["role"] = ports.role_of(session.user_id)
    refresh["exp"] = min(refresh["exp"], int(session.expires_at.timestamp()))
    return {"access": str(refresh.access_token), "refresh": str(refresh)}
