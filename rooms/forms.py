"""Forms of workspaces and rooms. They check shapes; the rules are the services'."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from chatsite.forms import ActForm, LineField
from rooms.models import Role, Room, RoomRole
from rooms.services.invitations import MAX_USES

KINDS = [
    (Room.Kind.PUBLIC, _("Public: everybody of the workspace may find it and join")),
    (Room.Kind.PRIVATE, _("Private: only who is added sees it")),
]
HISTORIES = [(Room.History.SHARED, _("All of it")), (Room.History.JOINED, _("From their joining on"))]
SLOW_MODES = [
    (0, _("Off")),
    (5, _("5 seconds")),
    (10, _("10 seconds")),
    (30, _("30 seconds")),
    (60, _("A minute")),
    (300, _("5 minutes")),
    (900, _("15 minutes")),
    (3600, _("An hour")),
    (21_600, _("6 hours")),
]
WEB = [("0", _("No")), ("1", _("Yes: everybody on the web may read it, without an account"))]
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


THREADS = [
    (Room.Threads.FLAT, _("They stand in the room and quote")),
    (Room.Threads.THREADED, _("They gather in threads beside the room")),
]


class RoomForm(ActForm):
    """A new room."""

    name = LineField(label=_("Name"), max_length=80)
    topic = LineField(label=_("Topic"), max_length=250, required=False, help_text=_("What it is for, in one line."))
    kind = forms.ChoiceField(label=_("Who may come"), choices=KINDS, initial=Room.Kind.PUBLIC, widget=forms.RadioSelect)
    history = forms.ChoiceField(label=_("Who joins later sees"), choices=HISTORIES, initial=Room.History.SHARED)
    threads = forms.ChoiceField(label=_("Replies"), choices=THREADS, initial=Room.Threads.FLAT, required=False)

    def clean(self) -> dict[str, Any]:
        """What a form does not send stays as it is."""
        given = super().clean() or {}
        if not given.get("threads"):
            given.pop("threads", None)
        return given


class RoomSettingsForm(RoomForm):
    """What a room is, to be changed."""

    slow_mode_seconds = forms.TypedChoiceField(
        label=_("Slow mode"),
        choices=SLOW_MODES,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("How long somebody waits between two messages of theirs. Moderators do not wait."),
    )
    open_to_web = forms.TypedChoiceField(
        label=_("Open to the web"),
        choices=WEB,
        coerce=lambda value: value == "1",
        required=False,
        empty_value=None,
        help_text=_("For a public room in which everybody sees all of it."),
    )

    @classmethod
    def of(cls, room: Room, data: QueryDict | None = None) -> "RoomSettingsForm":
        """The form of `room` as it is."""
        now = {name: getattr(room, name) for name in cls.base_fields}
        form = cls(data, initial=now | {"open_to_web": str(int(room.open_to_web))})
        form._offer(room.slow_mode_seconds)
        return form

    def _offer(self, seconds: int) -> None:
        """A wait that was set by the API is a choice, too."""
        field = self.fields["slow_mode_seconds"]
        if seconds not in dict(SLOW_MODES):
            own = ngettext_lazy("%(n)d second", "%(n)d seconds", "n") % {"n": seconds}
            field.choices = [*SLOW_MODES, (seconds, own)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What a form does not send stays as it is."""
        given = super().clean() or {}
        for name in ("slow_mode_seconds", "open_to_web"):
            if given.get(name, 0) is None:
                del given[name]
        return given


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
