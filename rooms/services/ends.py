"""When bans and invitations end."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

FURTHEST = timedelta(days=36_500)


def check_end(expires_at: datetime | None) -> None:
    """Raises ValidationError for an end that is over, or so far that it has no date in every time zone; None is no end."""
    now = timezone.now()
    if expires_at is not None and not now < expires_at < now + FURTHEST:
        raise ValidationError({"expires_at": _("Expected a moment in the future.")})
