"""The mail of what somebody missed, in their language and time zone, and the link that ends such mails."""

import hashlib
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from accounts.names import clean_line
from accounts.zones import zone
from messaging import pages, wire
from messaging.models import Notification
from rooms.models import Room

SALT = "messaging.notices.mail_missed"
NAME = "Chatsite"


def digest(user: User, rows: list[Notification], count: int) -> EmailMultiAlternatives:
    """The mail about `rows` (read with author and room, the newest first), of `count` in all."""
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone(user.time_zone)):
        place = _place(rows)
        subject = ngettext(
            "%(count)d message for you in %(place)s", "%(count)d messages for you in %(place)s", count
        ) % {"count": count, "place": place}
        context = {
            "person": user,
            "place": place,
            "entries": [_entry(row) for row in rows],
            "more": count - len(rows),
            "link": settings.SITE_URL + reverse("notifications"),
            "stop": settings.SITE_URL + reverse("mail_stop", args=[token_of(user)]),
            "settings_link": settings.SITE_URL + reverse("profile_notifications"),
        }
        made = EmailMultiAlternatives(
            # One line whatever people and places are called.
            clean_line(" ".join(subject.split())),
            render_to_string("mail/missed.txt", context),
            to=[user.email],
            headers=_headers(user, rows),
        )
        made.attach_alternative(render_to_string("mail/missed.html", context), "text/html")
    return made


def token_of(user: User) -> str:
    """What proves, without signing in, that a mail went to `user`: it ends mails, and nothing else."""
    return signing.dumps(user.pk, salt=SALT)


def person_of(token: str) -> User:
    """Whose mail it was. Raises User.DoesNotExist."""
    try:
        return User.objects.get(pk=signing.loads(token, salt=SALT))
    except signing.BadSignature:
        raise User.DoesNotExist from None


def _headers(user: User, rows: list[Notification]) -> dict[str, str]:
    one_click = settings.SITE_URL + reverse("api_mail_stop", args=[token_of(user)])
    # The same for the same mail: one that has to be sent twice is one to mail programs that look.
    sum_of = hashlib.sha256(f"{user.pk} {[row.pk for row in rows]}".encode()).hexdigest()[:32]
    return {
        "Message-ID": f"<missed-{sum_of}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>",
        "List-Unsubscribe": f"<{one_click}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        "Auto-Submitted": "auto-generated",
    }


def _place(rows: list[Notification]) -> str:
    """The name of the workspace, where all is of one."""
    names = {row.room.workspace.name for row in rows if row.room.workspace}
    return names.pop() if len(names) == 1 else NAME


def _entry(row: Notification) -> dict[str, Any]:
    said = pages.excerpt(wire.message(row.message))
    return {
        "room": "" if row.room.kind == Room.Kind.DIRECT else row.room.name,
        "name": said["name"],
        "words": said["words"],
        "at": row.message.created_at,
        "link": settings.SITE_URL + reverse("room_at", args=[row.room_id, row.message.seq]),
    }
