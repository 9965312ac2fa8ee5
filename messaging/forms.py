"""Forms of messages. They check shapes; the rules are the services'."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chatsite.forms import ActForm
from messaging.files.form import FilesField

BIGGEST = 2**63 - 1


class BodyField(forms.CharField):
    """The source of a message, as it was typed; how long it may be, the service says."""

    def __init__(self, **kwargs: Any):
        super().__init__(strip=False, widget=forms.Textarea(attrs={"rows": 1, "dir": "auto"}), **kwargs)


class MessageForm(ActForm):
    """Something to say. `msg_id` makes the form's second sending the same message."""

    body = BodyField(label=_("Message"), required=False)
    files = FilesField(label=_("Files"), required=False)
    msg_id = forms.CharField(widget=forms.HiddenInput, required=False)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=BIGGEST)
    thread = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=BIGGEST)

    def clean_msg_id(self) -> str:
        return self.cleaned_data["msg_id"] or str(uuid.uuid4())


class EditForm(ActForm):
    """Other words for a message; `edited_at` is what was last seen."""

    body = BodyField(label=_("Message"), error_messages={"required": _("A message cannot be empty.")})
    edited_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_edited_at(self) -> str | None:
        return self.cleaned_data["edited_at"] or None


class EmojiForm(ActForm):
    """A reaction, to put or to take away."""

    emoji = forms.CharField(strip=False)


class MarkForm(ActForm):
    """How far somebody has read."""

    seq = forms.IntegerField(min_value=0, max_value=BIGGEST)


YES_OR_NO = [("1", _("yes")), ("0", _("no"))]


class PinForm(ActForm):
    """Pin a message, or take the pin off."""

    pinned = forms.ChoiceField(choices=YES_OR_NO)


class SavingForm(ActForm):
    """Keep a message, or keep it no longer."""

    saved = forms.ChoiceField(choices=YES_OR_NO)


class FollowingForm(ActForm):
    """Follow a thread or leave off; how far somebody has read in it."""

    following = forms.ChoiceField(choices=YES_OR_NO, required=False)
    read_seq = forms.IntegerField(min_value=0, max_value=BIGGEST, required=False)

    def clean_following(self) -> bool | None:
        return {"1": True, "0": False}.get(self.cleaned_data["following"])


class TitleForm(ActForm):
    """The title of a thread; empty: none."""

    title = forms.CharField(required=False)

    def clean_title(self) -> str | None:
        return self.cleaned_data["title"] or None


class DraftRemovalForm(ActForm):
    """Which draft is to go: that of the room, or of a thread in it."""

    thread = forms.IntegerField(min_value=1, max_value=BIGGEST, required=False)
    version = forms.IntegerField(min_value=0, max_value=BIGGEST, required=False)
