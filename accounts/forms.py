"""The forms of one's profile."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import avatars, zones
from accounts.models import User


def zone_choices() -> list[tuple[str, str]]:
    """The zones that one may choose, and none."""
    return [("", _("As the server")), *((name, name) for name in zones.names())]  # type: ignore[list-item]


class ProfileForm(forms.ModelForm):
    """What others see of one, and how one wants to see things."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=zone_choices)

    class Meta:
        model = User
        fields = ["display_name", "language", "time_zone"]


class EmailForm(forms.Form):
    """Another e-mail address, with the present password."""

    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, data: QueryDict | None = None):
        super().__init__(data, initial={"email": user.email})
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class PictureForm(forms.Form):
    """A picture of oneself."""

    picture = forms.FileField(label=_("Picture"), widget=forms.FileInput(attrs={"accept": ",".join(avatars.TYPES)}))

    def clean_picture(self) -> bytes:
        """The finished picture."""
        return avatars.drawn(self.cleaned_data["picture"])
