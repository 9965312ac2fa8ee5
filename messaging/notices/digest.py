"""Mails of what was missed: to whom, when, and that none of it is mailed twice."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Session, User
from chatsite.realtime.commit import commit
from messaging.models import Notification
from messaging.notices import mail
from messaging.notices.reading import visible_to
from messaging.notices.tasks import send_digest

log = logging.getLogger(__name__)

AWAY = timedelta(minutes=15)
"""So long somebody has been nowhere, and a notification has waited, before it is mailed. A socket counts: its pings are noted."""
PAUSE = timedelta(hours=1)
"""Between two mails to one person."""
LATEST = timedelta(days=7)
"""What is older is no news."""
SHOWN = 20


class MailRefused(Exception):
    """The mail server does not take mails just now."""


def begin() -> None:
    """Have a mail made for everybody who has missed something. Without a mail server nothing is."""
    if not settings.MAIL_URL:
        return
    now = timezone.now()
    for user in away(now):
        commit(claim, user.pk, now)


def away(now: datetime) -> QuerySet[User]:
    """Those who want mails, can be reached, are not here, had none within PAUSE, and were told of something that they have not read."""
    seen = Session.objects.filter(user=OuterRef("pk"), last_seen_at__gt=now - AWAY)
    mailed = Notification.objects.filter(user=OuterRef("pk"), mailed_at__gt=now - PAUSE)
    people = User.objects.filter(pk__in=_waiting(now).values("user"), is_active=True, is_bot=False, mail_missed=True)
    return people.filter(~Exists(seen), ~Exists(mailed)).exclude(email="").order_by("pk")


def claim(user_id: int, now: datetime) -> list[int]:
    """Take what waits for one person: marked as mailed in the transaction that has the mail sent. Returns the ids."""
    rows = _waiting(now).filter(user=user_id).select_for_update(skip_locked=True).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        Notification.objects.filter(pk__in=ids).update(mailed_at=now)
        send_digest.enqueue(user_id, ids)
    return ids


def send(user_id: int, notification_ids: Iterable[int]) -> None:
    """Mail what of these is still unread and may be seen now; nothing where that is nothing.

    Raises MailRefused where the server does not take it, so that it is tried again.
    """
    user = User.objects.filter(pk=user_id, is_active=True, mail_missed=True).exclude(email="").first()
    if user is None or not _is_confirmed(user):
        return
    rows = visible_to(user).filter(pk__in=list(notification_ids), read_at=None)
    missed = list(rows.select_related("message__author", "room__workspace").order_by("-pk"))
    if not missed:
        return
    try:
        mail.digest(user, missed[:SHOWN], len(missed)).send()
    except smtplib.SMTPRecipientsRefused:
        log.warning("a mail address does not exist", extra={"user": user.pk})
    except (OSError, smtplib.SMTPException) as error:
        # Without its words, which hold the address.
        raise MailRefused(type(error).__name__) from None


def _waiting(now: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(
        read_at=None, mailed_at=None, created_at__lt=now - AWAY, created_at__gt=now - LATEST
    )


def _is_confirmed(user: User) -> bool:
    """Whether what is said in private rooms may go to this address: where addresses are confirmed at all, this one must be."""
    if settings.ACCOUNT_EMAIL_VERIFICATION == "none":
        return True
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
