"""Forms of reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chatsite.forms import ActForm, LineField
from messaging.services.reports import MAX_REASON


class ReportForm(ActForm):
    """What is wrong with a message."""

    reason = LineField(
        label=_("What is wrong with it?"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Only moderators read this."),
        error_messages={"required": _("Please say what is wrong with it.")},
    )


class DecisionForm(ActForm):
    """Why a moderator decides so."""

    reason = LineField(label=_("Reason"), max_length=MAX_REASON, required=False, help_text=_("Kept in the audit log."))
