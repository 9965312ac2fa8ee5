"""Mails that are ours alone; sign-up, reset and confirmation are allauth's."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User

log = logging.getLogger(__name__)


def tell_of_reuse(user: User) -> None:
    """Say that a program's session was ended because its refresh token came twice."""
    with translation.override(_language_of(user)):
        _send(
            user.email,
            _("A session was ended"),
            _(
                "Hello %(name)s,\n\na program that was signed in as you used a key a second time. Somebody may have copied "
                "it, so that session was ended. If you do not know the program, please change your password.\n"
            )
            % {"name": user.shown_name},
        )


def tell_of_new_address(user: User, old_address: str) -> None:
    """Say at the former address that there is another now."""
    with translation.override(_language_of(user)):
        _send(
            old_address,
            _("Your e-mail address was changed"),
            _(
                "Hello %(name)s,\n\nyour account has another e-mail address from now on. If you did not change it, "
                "somebody knows your password: please tell an administrator.\n"
            )
            % {"name": user.shown_name},
        )


def _language_of(user: User) -> str:
    """Their setting, else that of the request under way, else the installation's."""
    return user.language or translation.get_language() or settings.LANGUAGE_CODE


def _send(address: str, subject: str, text: str) -> None:
    if not address:
        return
    try:
        send_mail(subject, text, None, [address])
    except (OSError, smtplib.SMTPException) as error:
        # What it tells of has happened and stays so.
        log.error("mail could not be sent", extra={"error": type(error).__name__})
