"""Rooms that are open to the web, for those who are not signed in: they read, by the page alone."""

import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.addresses import address_of, network_of
from chatsite.realtime import limits
from rooms.models import Room


def or_visitor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page of a room: who is not signed in may read where it is open to the web, and is asked to sign in everywhere else.

    Whether there is such a room they cannot tell. One place on the web reads as fast as one person.
    """
    for_people = login_required(view)

    @functools.wraps(view)
    def page(request: HttpRequest, room_id: int, **kwargs: int) -> HttpResponse:
        if request.user.is_authenticated or request.method not in ("GET", "HEAD") or not _is_open(request, room_id):
            return for_people(request, room_id=room_id, **kwargs)
        limits.take(network_of(address_of(request.META)), "reads")
        return view(request, room_id=room_id, **kwargs)

    return page


def _is_open(request: HttpRequest, room_id: int) -> bool:
    return Room.objects.visible_to(request.user).filter(pk=room_id).exists()
