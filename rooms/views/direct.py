"""Beginning a conversation: choosing whom to talk with, by links and a form; the page's script takes over from what they draw."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import ports
from accounts.called import called
from accounts.requests import PersonRequest
from chatsite.forms import ActForm
from rooms import services
from rooms.services.direct import MAX_OTHERS

SHOWN = 20
"""People who are offered at once."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def direct_new(request: PersonRequest) -> HttpResponse:
    """Choose whom to talk with. POST (`users`; nobody: notes to self): find or open that conversation."""
    form = ActForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(services.open_direct, request.user, _ids(request.POST)):
        room, _is_new = form.result
        return redirect("room", room.pk)
    return render(request, "rooms/direct_new.html", {**_choice(request), "form": form}, status=form.status)


@login_required
@require_safe
def direct_people(request: PersonRequest) -> HttpResponse:
    """Who was chosen, and who else could be, as a piece of that page."""
    return render(request, "rooms/direct_people.html", _choice(request))


def _choice(request: PersonRequest) -> dict:
    ids = _ids(request.POST if request.method == "POST" else request.GET)[:MAX_OTHERS]
    words = request.GET.get("q", "")
    known = ports.people_visible_to(request.user)
    chosen = {person.pk: person for person in known.filter(pk__in=ids).order_by("display_name", "username", "pk")}
    others = known.filter(is_active=True).exclude(pk__in=[request.user.pk, *chosen])
    found = list(called(others, words).order_by("display_name", "username", "pk")[: SHOWN + 1])
    return {
        "words": words,
        "chosen": [(person, _link([pk for pk in chosen if pk != person.pk])) for person in chosen.values()],
        "people": [(person, _link([*chosen, person.pk])) for person in found[:SHOWN]],
        "has_more": len(found) > SHOWN,
        "is_full": len(chosen) >= MAX_OTHERS,
    }


def _link(ids: list[int]) -> str:
    return "?" + urlencode({"users": ids}, doseq=True)


def _ids(data: QueryDict) -> list[int]:
    """`users`, each once. Raises ValidationError."""
    given = data.getlist("users")
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in given):
        raise ValidationError({"users": _("Expected the ids of people.")})
    return list(dict.fromkeys(map(int, given)))
