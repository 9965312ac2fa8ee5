"""Time zones by their IANA names."""

import functools
import zoneinfo
from datetime import tzinfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@functools.cache
def names() -> tuple[str, ...]:
    """The names that this machine knows, in order, without those kept for old programs."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


def validate_time_zone(name: str) -> None:
    """Empty, or a name that this machine knows."""
    if name and name not in names():
        raise ValidationError(_("This time zone is not known."), code="unknown")


def zone(name: str) -> tzinfo:
    """The zone called `name`; the installation's where that is empty or no longer known."""
    try:
        return zoneinfo.ZoneInfo(name) if name else timezone.get_default_timezone()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return timezone.get_default_timezone()
