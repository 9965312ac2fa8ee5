"""Leaving, and being made to."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts import broadcasts, ports
from accounts.audit import audit
from accounts.models import User
from accounts.services.personal import touch


def may_deactivate(actor: User, user: User) -> bool:
    """Oneself, or an admin over all of somebody's workspaces, or a superuser. Nobody else touches a superuser."""
    if actor.pk == user.pk or actor.is_superuser:
        return actor.is_active
    return actor.is_active and not user.is_superuser and ports.administers(actor, user)


def deactivate(actor: User, user: User, *, reason: str = "") -> None:
    """Close the account of `user`: sessions, tokens and sockets end at once, memberships and messages stay.

    Raises PermissionDenied. An account that is closed already changes nothing.
    """
    if not may_deactivate(actor, user):
        raise PermissionDenied(_("Only they themselves or an admin may deactivate an account."))
    # Rooms first: they lock memberships, and those come before people.
    ports.deactivated(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    user.is_active = False
    sids = list(user.sessions.values_list("sid", flat=True))
    # The rows stay, void, so that whoever comes with one is told "deactivated" (4403) instead of "sign in" (4401).
    user.sessions.update(stamp="", refresh_jti=None, previous_jti=None)
    touch(user.pk)
    audit(actor, "user.deactivated", user, reason=reason)
    broadcasts.sessions_ended(sids, broadcasts.DEACTIVATED)


def reactivate(actor: User, user: User, *, reason: str = "") -> None:
    """Open a closed account again; its former sessions stay over. Raises PermissionDenied."""
    if actor.pk == user.pk or not may_deactivate(actor, user):
        raise PermissionDenied
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        user.sessions.all().delete()
        touch(user.pk)
        audit(actor, "user.reactivated", user, reason=reason)


def let_into_admin(actor: User, user: User, *, allowed: bool) -> None:
    """Let `user` into the admin, where they then see what they moderate, or no longer. For superusers; raises PermissionDenied."""
    if not (actor.is_active and actor.is_superuser) or user.is_superuser:
        raise PermissionDenied
    if User.objects.filter(pk=user.pk, is_staff=not allowed).update(is_staff=allowed):
        user.is_staff = allowed
        audit(actor, "user.let_into_admin" if allowed else "user.kept_out_of_admin", user)
