"""allauth's forms, where what they ask for counts as a try (ACCOUNT_FORMS, MFA_FORMS in the settings)."""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa

from accounts import tries


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
        taken.give_back()
        return code


class ReauthenticateForm(mfa.ReauthenticateForm):
    """As AuthenticateForm, of somebody who is in already."""

    def clean_code(self) -> str:
        taken = tries.for_code(context.request, self.user)
        code = super().clean_code()
        taken.give_back()
        return code
