"""Pages of notifications: the list, what of it was read, and the end of mails."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as accounts
from accounts.models import User
from accounts.requests import PersonRequest
from chatsite.forms import ActForm
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import notices, pages, wire
from messaging.forms import BIGGEST
from messaging.models import Notification
from messaging.notices import mail
from rooms.models import Room

ON_A_PAGE = 50
WHY = {
    Notification.Kind.MENTION: gettext_lazy("mentions you"),
    Notification.Kind.DIRECT: gettext_lazy("writes to you"),
    Notification.Kind.REPLY: gettext_lazy("replies in a thread"),
    Notification.Kind.MESSAGE: gettext_lazy("writes"),
}


@dataclass(slots=True)
class Entry:
    """A notification as the page shows it."""

    row: Notification

    @property
    def author(self) -> User:
        return self.row.message.author

    @property
    def room(self) -> str:
        return "" if self.row.room.kind == Room.Kind.DIRECT else self.row.room.name

    @property
    def why(self) -> str:
        return WHY[Notification.Kind(self.row.kind)]

    @property
    def words(self) -> str:
        return pages.excerpt(wire.message(self.row.message))["words"]

    @property
    def link(self) -> str:
        return reverse("room_at", args=[self.row.room_id, self.row.message.seq])


class ReadForm(ActForm):
    """What was read: one, or all up to the newest that was shown."""

    ids = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)


@login_required
@require_safe
def notifications(request: PersonRequest) -> HttpResponse:
    """What called me, the newest first."""
    rows = notices.visible_to(request.user).select_related("message__author", "room").order_by("-pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [Entry(row) for row in page.object_list]
    unread = notices.unread_of(request.user)
    context = {"page": page, "unread": unread, "newest": rows.values_list("pk", flat=True).first() if unread else 0}
    return render(request, "messaging/notifications.html", context)


@login_required
@require_POST
def notifications_reading(request: PersonRequest) -> HttpResponse:
    """One of them was read, or all that are older than one."""
    limits.take(request.user.pk, "commands")
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise ValidationError({name: _("Expected the number of a notification.") for name in form.errors})
    one, before = form.cleaned_data["ids"], form.cleaned_data["before"]
    commit(notices.mark_read, request.user, ids=[one] if one else None, before=before)
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more mails of what one missed, for whoever got one: nobody need sign in for it."""
    try:
        person = mail.person_of(token)
    except User.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        commit(accounts.change_notifying, person, mail_missed=False)
        messages.success(request, _("You get no more of these mails."))
        return redirect("mail_stop", token)
    return render(request, "messaging/mail_stop.html", {"person": person})
