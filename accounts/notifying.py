"""The page on which somebody says of what they want to be told, and when."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.middleware import MemberRequest
from accounts.models import Notify, User
from chatsite.forms import ActForm

LEVELS = [
    (Notify.ALL, gettext_lazy("Everything that is said in my rooms")),
    (
        Notify.MENTIONS,
        gettext_lazy("Mentions of me, direct messages and replies in threads that I follow"),
    ),
    (Notify.NOTHING, gettext_lazy("Nothing")),
]


class HourInput(forms.TimeInput):
    """A time of day, without seconds, as browsers ask for it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NotifyingForm(ActForm):
    """Levels and hours; the service says what goes together."""

    notify = forms.ChoiceField(
        label=gettext_lazy("Tell me about"),
        choices=LEVELS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Each room may have a choice of its own, among its settings."),
    )
    do_not_disturb = forms.BooleanField(
        label=gettext_lazy("Do not disturb"),
        required=False,
        help_text=gettext_lazy("Nothing pops up until you take it back; what there was is in the list."),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=HourInput,
        help_text=gettext_lazy("Every day, in your own time zone. Empty: never."),
    )
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), required=False, widget=HourInput)
    mail_missed = forms.BooleanField(
        label=gettext_lazy("Mail me what I missed"),
        required=False,
        help_text=gettext_lazy("When you have been away for a while, at most once an hour."),
    )

    @classmethod
    def of(cls, user: User) -> "NotifyingForm":
        """The form as `user` has it."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_notifications(request: MemberRequest) -> HttpResponse:
    """Of what I want to be told, and when."""
    form = NotifyingForm(request.POST) if request.method == "POST" else NotifyingForm.of(request.user)
    if form.is_valid() and form.act(services.change_notifying, request.user, **form.cleaned_data):
        messages.success(request, _("Your choice was saved."))
        return redirect("profile_notifications")
    return render(request, "accounts/notifications.html", {"form": form}, status=form.status)
