"""Of what somebody wants to be told, and when."""

from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import broadcasts, ports
from accounts.models import Notify, User
from accounts.services.people import change_profile
from accounts.services.personal import touch

CHOICES = ("notify", "do_not_disturb", "quiet_from", "quiet_until", "mail_missed")


def change_notifying(user: User, **changes: Any) -> User:
    """Change what of CHOICES is given, for oneself; what stays the same changes nothing.

    `quiet_from` and `quiet_until` are times of day in one's own time zone, both or (None) neither. Raises ValidationError, by field.
    """
    _check(user, changes)
    if "notify" in changes:
        # First: places are locked before people.
        ports.level_chosen(user.pk, changes["notify"])
    now = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [name for name, value in changes.items() if getattr(now, name) != value]
    for name in changed:
        setattr(now, name, changes[name])
        setattr(user, name, changes[name])
    if changed:
        now.save(update_fields=changed)
        disturbed = now.do_not_disturb if "do_not_disturb" in changed else None
        broadcasts.settings_changed(user.pk, touch(user.pk), do_not_disturb=disturbed)
    return user


def change_settings(user: User, profile: dict[str, Any], notifying: dict[str, Any]) -> User:
    """Both at once, or neither: `change_notifying` and `change_profile`. Raises ValidationError, by field."""
    if notifying:
        change_notifying(user, **notifying)
    return change_profile(user, **profile) if profile else user


def _check(user: User, changes: dict[str, Any]) -> None:
    if changes.get("notify", Notify.ALL) not in Notify.values:
        raise ValidationError({"notify": _("Expected one of: all, mentions, nothing.")})
    start: time | None = changes.get("quiet_from", user.quiet_from)
    end: time | None = changes.get("quiet_until", user.quiet_until)
    if start is not None and end is None:
        raise ValidationError({"quiet_until": _("Quiet hours need an end, too.")})
    if end is not None and start is None:
        raise ValidationError({"quiet_from": _("Quiet hours need a beginning, too.")})
    if start is not None and start == end:
        raise ValidationError({"quiet_until": _("Quiet hours end at another time than they begin.")})
