"""Until somebody set the place up, everything says so."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from chatsite import errors
from chatsite.operations import PROBES
from rooms import services


class SetUpFirst:
    """Answers 503 everywhere but at the set-up page with its right key, its choice of languages, static files and probes. Asks nothing more once it is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_set_up or self._lets_through(request):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return errors.answer(request, errors.Refusal("unavailable", _("This place is not set up yet.")))
        return render(request, "rooms/not_set_up.html", status=503)

    def _lets_through(self, request: HttpRequest) -> bool:
        path = request.path_info
        if path in PROBES or path.startswith(settings.STATIC_URL):
            return True
        try:
            self.is_set_up = services.installation().is_set_up
            return self.is_set_up or self._is_set_up_page(path)
        except DatabaseError:
            # Whatever comes next needs the database as well, and says better what is wrong.
            return True

    @staticmethod
    def _is_set_up_page(path: str) -> bool:
        try:
            match = resolve(path)
        except Resolver404:
            return False
        if match.url_name == "language":
            return True  # the set-up page, too, is read in one
        return match.url_name == "set_up" and services.opens_set_up(match.kwargs["key"])
