"""Forms of workspaces and rooms. They check shapes; the rules are the services'."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatsite.forms import ActForm, LineField
from rooms.models import Role, Room, RoomRole
from rooms.services.invitations import MAX_USES

KINDS = [
    (Room.Kind.PUBLIC, _("Public: everybody of the workspace may find it and join")),
    (Room.Kind.PRIVATE, _("Private: only who is added sees it")),
]
HISTORIES = [(Room.History.SHARED, _("All of it")), (Room.History.JOINED, _("From their joining on"))]
DAYS = [("1", _("A day")), ("7", _("A week")), ("30", _("30 days")), ("", _("Without end"))]


class EndsField(forms.TypedChoiceField):
    """How long something holds, chosen in days; its value is the moment of the end, None for none."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=DAYS, required=False, coerce=self._moment, empty_value=None, **kwargs)

    @staticmethod
    def _moment(days: str) -> datetime:
        return timezone.now() + timedelta(days=int(days))


class SetUpForm(ActForm):
    """The first page of an installation: its workspace and who owns it."""

    workspace = LineField(
        label=_("Name of the workspace"), max_length=80, help_text=_("Your team, your club, your house.")
    )
    username = LineField(
        label=_("Your username"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class WorkspaceForm(ActForm):
    """The name of a workspace."""

    name = LineField(label=_("Name"), max_length=80)


class RoomForm(ActForm):
    """A new room."""

    name = LineField(label=_("Name"), max_length=80)
    topic = LineField(label=_("Topic"), max_length=250, required=False, help_text=_("What it is for, in one line."))
    kind = forms.ChoiceField(label=_("Who may come"), choices=KINDS, initial=Room.Kind.PUBLIC, widget=forms.RadioSelect)
    history = forms.ChoiceField(label=_("Who joins later sees"), choices=HISTORIES, initial=Room.History.SHARED)


class RoomSettingsForm(RoomForm):
    """What a room is, to be changed."""

    @classmethod
    def of(cls, room: Room, data: QueryDict | None = None) -> "RoomSettingsForm":
        """The form of `room` as it is."""
        return cls(data, initial={name: getattr(room, name) for name in cls.base_fields})


class InvitationForm(ActForm):
    """A link that lets others in."""

    role = forms.ChoiceField(
        label=_("They become"),
        choices=[(Role.MEMBER, _("Members")), (Role.GUEST, _("Guests: they see only rooms that they were added to"))],
    )
    expires_at = EndsField(label=_("It works for"), initial="7")
    max_uses = forms.IntegerField(
        label=_("How often"),
        required=False,
        min_value=1,
        max_value=MAX_USES,
        help_text=_("Empty: as often as you like."),
    )


class GuestInvitationForm(InvitationForm):
    """What a room's moderator, who has no such right in the workspace, may hand out."""

    role = forms.ChoiceField(
        label=_("They become"), choices=[(Role.GUEST, _("Guests: they see only rooms that they were added to"))]
    )


class AddForm(ActForm):
    """Somebody to add to a room, by username."""

    username = LineField(
        label=_("Username"),
        max_length=33,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().removeprefix("@").lower()


class RoomRoleForm(ActForm):
    """A member's role in a room."""

    role = forms.ChoiceField(label=_("Role in this room"), choices=RoomRole)


class RoleForm(ActForm):
    """Somebody's role in a workspace."""

    role = forms.ChoiceField(label=_("Role in this workspace"), choices=Role)


class RemovalForm(ActForm):
    """Why somebody is taken out."""

    reason = LineField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Kept in the audit log; they do not see it.")
    )


class BanForm(RemovalForm):
    """Why, and for how long, somebody is kept out."""

    expires_at = EndsField(label=_("For"), initial="")


class NotifyForm(ActForm):
    """What of a room one wants to hear of."""

    notify = forms.ChoiceField(
        label=_("Tell me about"),
        required=False,
        choices=[
            ("", _("As my settings say")),
            ("all", _("Everything")),
            ("mentions", _("Mentions of me")),
            ("nothing", _("Nothing: keep it quiet")),
        ],
    )

    def clean_notify(self) -> str | None:
        return self.cleaned_data["notify"] or None
