"""Whether one wants to be disturbed, chosen on any page."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.requests import PersonRequest
from chatsite.realtime import limits
from chatsite.realtime.commit import commit

CHOICES = ("online", "dnd")
"""`away` is said of a device, by the socket that it holds."""


@login_required
@require_POST
def status(request: PersonRequest) -> HttpResponse:
    """Be online, or on do not disturb; then back to `next`."""
    limits.take(request.user.pk, "commands")
    chosen = request.POST.get("status", "")
    if chosen not in CHOICES:
        raise ValidationError({"status": _("Expected one of: online, dnd.")})
    commit(services.change_notifying, request.user, do_not_disturb=chosen == "dnd")
    back = request.POST.get("next", "")
    return redirect(back if get_adapter(request).is_safe_url(back) else "home")
