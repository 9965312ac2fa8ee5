"""Forms of bans: why, and for how long."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from chatsite.forms import LineField
from rooms.forms import EndsField, RemovalForm
from rooms.models import Ban

KEEP = "keep"
ENDS = [
    (KEEP, _("As it is")),
    ("1", _("In a day")),
    ("7", _("In a week")),
    ("30", _("In 30 days")),
    ("", _("None: for good")),
]
TOLD = _("They are told, and it is kept in the audit log.")


class BanForm(RemovalForm):
    """Why, and for how long, somebody is kept out."""

    reason = LineField(label=_("Reason"), max_length=500, required=False, help_text=TOLD)
    expires_at = EndsField(label=_("For"), initial="")


class OtherEndField(EndsField):
    """Another end, counted from now, for what has one; its value is KEEP where that stays as it is."""

    def __init__(self, **kwargs: Any):
        super().__init__(initial=KEEP, **kwargs)
        self.choices = ENDS

    @staticmethod
    def _moment(days: str) -> datetime | str:  # type: ignore[override]
        return KEEP if days == KEEP else EndsField._moment(days)


class BanChangeForm(RemovalForm):
    """Other terms for somebody who is kept out already."""

    reason = LineField(label=_("Reason"), max_length=500, required=False, help_text=TOLD)
    expires_at = OtherEndField(label=_("End"))
    ban: Ban

    @classmethod
    def of(cls, ban: Ban, data: QueryDict | None = None) -> "BanChangeForm":
        """The form of `ban` as it is."""
        form = cls(data, initial={"reason": ban.reason})
        form.ban = ban
        return form

    def clean_expires_at(self) -> datetime | None:
        # What a form does not send stays as it is.
        end = self.cleaned_data["expires_at"] if "expires_at" in self.data else KEEP
        return self.ban.expires_at if end == KEEP else end
