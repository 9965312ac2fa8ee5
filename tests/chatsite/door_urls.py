"""Two doors that raise whatever a test names: a page, and an API view."""

from django.core import exceptions as django_errors
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse
from django.urls import include, path
from rest_framework import exceptions as drf_errors
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from chatsite import errors, operations
from chatsite.api import StrictSerializer
from chatsite.realtime import errors as chat_errors

RAISED = {
    "list": lambda: django_errors.ValidationError(["Not so."]),
    "fields": lambda: django_errors.ValidationError({"name": ["Too short."], "__all__": ["Not so."]}),
    "drf-fields": lambda: drf_errors.ValidationError({"rooms": [{}, {"name": ["Too short."]}]}),
    "parse": lambda: drf_errors.ParseError("Not JSON."),
    "not-authenticated": drf_errors.NotAuthenticated,
    "bad-token": drf_errors.AuthenticationFailed,
    "unauthenticated": chat_errors.Unauthenticated,
    "second-factor": chat_errors.SecondFactorRequired,
    "email": chat_errors.EmailUnverified,
    "denied": lambda: django_errors.PermissionDenied("Only moderators may do that."),
    "drf-denied": drf_errors.PermissionDenied,
    "http404": lambda: Http404("No Room matches the given query."),
    "missing": lambda: django_errors.ObjectDoesNotExist("Room matching query does not exist."),
    "drf-missing": drf_errors.NotFound,
    "method": lambda: drf_errors.MethodNotAllowed("PUT"),
    "media": lambda: drf_errors.UnsupportedMediaType("text/xml"),
    "conflict": lambda: chat_errors.Conflict("It was edited in between."),
    "large": chat_errors.TooLarge,
    "request-large": django_errors.RequestDataTooBig,
    "limit": lambda: chat_errors.RateLimited("Slowly.", retry_after=3),
    "throttled": lambda: drf_errors.Throttled(wait=2.2),
    "slow": lambda: chat_errors.SlowMode(retry_after=9),
    "unavailable": lambda: chat_errors.Unavailable(retry_after=1),
    "down": lambda: OperationalError("connection to 10.0.0.7 refused"),
    "full": chat_errors.StorageFull,
    "data": lambda: DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
    "surrogate": lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    "suspicious": lambda: django_errors.SuspiciousOperation("/etc/passwd"),
    "bug": lambda: ZeroDivisionError("secret detail"),
}


def page(request, name):
    error = RAISED[name]()
    raise error


def fine(request):
    return HttpResponse("fine")


def cached(request):
    return HttpResponse("fine", headers={"Cache-Control": "private, max-age=60"})


class Raises(APIView):
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request, name):
        error = RAISED[name]()
        raise error


class Thing(StrictSerializer):
    name = serializers.CharField(max_length=10)
    size = serializers.IntegerField(required=False, allow_null=True)
    open = serializers.BooleanField(required=False)


class Echo(Raises):
    def post(self, request):
        thing = Thing(data=request.data)
        thing.is_valid(raise_exception=True)
        return Response(thing.validated_data)

    def get(self, request):
        return Response({"style": ' style="color:red"'})


handler400, handler403 = errors.bad_request, errors.permission_denied
handler404, handler500 = errors.page_not_found, errors.server_error

urlpatterns = [
    path("fine/", fine),
    path("cached/", cached),
    path("raise/<name>/", page),
    path("api/v1/raise/<name>/", Raises.as_view()),
    path("api/v1/echo/", Echo.as_view()),
    path("api/<path:rest>", errors.unknown_api),
    path("ping", operations.ping),
    path("health", operations.health),
    path("ready", operations.ready),
    path("metrics", operations.metrics_page),
    path("accounts/", include("allauth.account.urls")),
    path("", fine, name="home"),
]
