"""The page of searching."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import services as accounts
from accounts.requests import PersonRequest
from chatsite.realtime import limits
from messaging.models import Message
from messaging.reads import right_to_read
from messaging.search.excerpts import excerpt
from messaging.search.finding import Found, find
from messaging.search.forms import SearchForm
from messaging.search.query import Query
from rooms.context_processors import place_of
from rooms.models import Room
from rooms.titles import call, title

ON_A_PAGE = 25


@login_required
@require_safe
def search(request: PersonRequest) -> HttpResponse:
    """Search in what one may read. Without a question: the empty form."""
    form = SearchForm(request.GET, rooms=_choices(request))
    context: dict[str, Any] = {"form": form, "found": None}
    if form.is_asked:
        limits.take(request.user.pk, "reads")
        if found := _found(request, form):
            hits = _hits(request, found, form.cleaned_data["query"])
            context |= {"found": found, "hits": hits, **_ways(request, found)}
    elif not form.is_valid():
        form = context["form"] = SearchForm(rooms=_choices(request))
    return render(request, "messaging/search.html", context, status=400 if form.is_asked and form.errors else 200)


def _found(request: PersonRequest, form: SearchForm) -> Found | None:
    """None where there is something to mend in the form. Raises as `find` for a room that one may not read."""
    if not form.is_valid():
        return None
    try:
        return find(request.user, form.cleaned_data["query"], below=form.cleaned_data["cursor"], limit=ON_A_PAGE)
    except ValidationError as refused:
        form.refuse(refused)
        return None


def _hits(request: PersonRequest, found: Found, query: Query) -> list[dict[str, Any]]:
    blocked = accounts.blocked_by(request.user) if found.messages else frozenset()
    return [
        {
            "message": row,
            "room": _called(request, row),
            "excerpt": excerpt(row, query.terms),
            "is_folded": row.author_id in blocked,
        }
        for row in found.messages
    ]


def _called(request: PersonRequest, row: Message) -> Room:
    return call(row.room, place_of(request).room(row.room_id), request.user)


def _choices(request: PersonRequest) -> list[tuple[int, str]]:
    """My rooms, and the one that is asked for where it is none of mine. Raises as `right_to_read`."""
    rooms = place_of(request).snapshot.rooms
    found = [(room["id"], room["name"] or title(room, request.user)) for room in rooms]
    asked = request.GET.get("room", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19 and int(asked) not in dict(found):
        right_to_read(request.user, int(asked))
        found.append((int(asked), Room.objects.get(pk=asked).name))
    return sorted(found, key=lambda choice: choice[1].casefold())


def _ways(request: PersonRequest, found: Found) -> dict[str, str]:
    """Where older ones are found, and the way back from them."""
    asked = [(name, value) for name, value in request.GET.items() if value and name != "cursor"]
    here = reverse("search")
    return {
        "next": f"{here}?{urlencode([*asked, ('cursor', found.next)])}" if found.next else "",
        "newest": f"{here}?{urlencode(asked)}" if request.GET.get("cursor") else "",
    }
