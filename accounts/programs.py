"""Signing in without a page: through allauth's own check of the password and its own stages, so that there is one way in."""

import logging

from allauth.account.adapter import get_adapter
from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.login import derive_login_method
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.internal.constants import LoginStageKey as SecondFactorStageKey
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.entrance import AuthenticateForm
from accounts.models import User
from accounts.sessions import Deactivated
from accounts.stores.db import SessionStore
from chatsite.realtime.errors import EmailUnverified, SecondFactorRequired, Unauthenticated

log = logging.getLogger(__name__)


def checked(request: HttpRequest, *, login: str, password: str, code: str = "") -> User:
    """The person who may come in with these.

    Raises Unauthenticated, SecondFactorRequired (the password is right, a `code` is wanted, or another one),
    EmailUnverified, or RateLimited.
    """
    quiet = _without_memory(request)
    user = get_adapter().authenticate(quiet, **{str(derive_login_method(login).value): login, "password": password})
    if user is None:
        raise Unauthenticated(_("The username or the password is not right."))
    if not user.is_active:
        raise Deactivated(_("This account is deactivated."))
    for stage in LoginStageController(quiet, Login(user=user)).get_stages():
        response, goes_on = stage.handle()
        if response is not None or not goes_on:
            _pass(stage.key, user, code)
    log.info("signed in by a program", extra={"user": user.pk})
    return user


def _pass(stage: str, user: User, code: str) -> None:
    if stage == LoginStageKey.VERIFY_EMAIL.value:
        raise EmailUnverified
    if stage != SecondFactorStageKey.MFA_AUTHENTICATE.value:
        # A stage that a program has no answer to: better nobody comes in than somebody past it.
        raise Unauthenticated
    if not code:
        raise SecondFactorRequired
    form = AuthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        log.warning("second factor refused", extra={"user": user.pk})
        raise SecondFactorRequired(_("This code is not right."))
    form.authenticator.record_usage()


def _without_memory(request: HttpRequest) -> HttpRequest:
    """The request as allauth wants to see it, with a session that nobody saves: a program gets no cookie."""
    quiet = HttpRequest()
    quiet.method = "POST"
    quiet.META = request.META
    quiet.COOKIES = request.COOKIES
    quiet.session = SessionStore()
    quiet.user = AnonymousUser()
    return quiet
