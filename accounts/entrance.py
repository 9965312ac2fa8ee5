"""allauth's forms, where what they ask for counts as a try (ACCOUNT_FORMS, MFA_FORMS in the settings)."""

import hashlib
from datetime import timedelta

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa

from accounts import services, tries
from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unauthenticated

CODE_LIFE = timedelta(seconds=60)
"""So long a code of a second factor is remembered: it holds for 30 seconds."""


def spend(user: User, code: str) -> None:
    """A code opens one door once. allauth remembers it in the cache, which may be away; this is the database. Raises ValidationError."""
    named = f"code {user.pk} {''.join(code.split())}"
    try:
        commit(services.use_ticket, hashlib.sha256(named.encode()).hexdigest()[:32], life=CODE_LIFE)
    except Unauthenticated:
        raise get_mfa_adapter().validation_error("incorrect_code") from None


class ResetPasswordForm(account.ResetPasswordForm):
    """Asks for a mail, to an address that somebody has or nobody has."""

    def clean_email(self) -> str:
        tries.for_mail(context.request, self.cleaned_data["email"])
        return super().clean_email()


class ChangePasswordForm(account.ChangePasswordForm):
    """Asks for the present password, which whoever sits down at an open screen might guess at."""

    def clean_oldpassword(self) -> str:
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class AuthenticateForm(mfa.AuthenticateForm):
    """Asks for the code of a second factor."""

    def clean_code(self) -> str:
        taken = tries.for_code(context.request, self.user)
        code = super().clean_code()
        spend(self.user, code)
        taken.give_back()
        return code


class ReauthenticateForm(mfa.ReauthenticateForm):
    """As AuthenticateForm, of somebody who is in already."""

    def clean_code(self) -> str:
        taken = tries.for_code(context.request, self.user)
        code = super().clean_code()
        spend(self.user, code)
        taken.give_back()
        return code
