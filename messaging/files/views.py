"""Files at their addresses. Who may read one is asked at each request, ahead of everything else that is said of it."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.authentication import BearerAuthentication
from accounts.models import User
from messaging.files import keeping, serving
from messaging.models import Attachment


@require_safe
def file(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    """A file, for whoever may read its message, or uploaded it and has not sent it."""
    return serving.file_of(request, _found(request, attachment_id))


@require_safe
def thumbnail(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    """A picture made small, for the same."""
    return serving.thumbnail_of(request, _found(request, attachment_id))


def _found(request: HttpRequest, attachment_id: int) -> Attachment:
    row = get_object_or_404(Attachment.objects.visible_to(_asker(request)), pk=attachment_id)
    keeping.let_connection_go()  # a slow reader may take minutes
    return row


def _asker(request: HttpRequest) -> User | AnonymousUser:
    """By token, which wins, or by cookie. Raises Unauthenticated for a token that is none."""
    by_token = BearerAuthentication().authenticate(request)  # type: ignore[arg-type]
    return by_token[0] if by_token else request.user  # type: ignore[return-value]
