"""Whether one wants to be disturbed, chosen on any page."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts import services
from accounts.back import BackForm, go_back
from accounts.requests import PersonRequest
from chatsite.realtime import limits
from chatsite.realtime.commit import commit


class StatusForm(BackForm):
    """A status that is kept (`away` is said of a device, by the socket that it holds), and where to go on."""

    status = forms.ChoiceField(choices=[("online", "online"), ("dnd", "dnd")])


@login_required
@require_POST
def status(request: PersonRequest) -> HttpResponse:
    """Be online, or on do not disturb; then back to `next`."""
    limits.take(request.user.pk, "commands")
    form = StatusForm(request.POST)
    if not form.is_valid():
        raise ValidationError({name: list(sentences) for name, sentences in form.errors.items()})
    commit(services.change_notifying, request.user, do_not_disturb=form.cleaned_data["status"] == "dnd")
    return go_back(request, form.cleaned_data["next"])
