"""Search over REST."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as shapes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from chatsite.api import whole_number
from messaging import serializers, wire
from messaging.search import query as queries
from messaging.search import tokens
from messaging.search.finding import find

DEFAULT_LIMIT, MAX_LIMIT = 50, 100
ID = {"type": "integer", "minimum": 1}
MOMENT = "A moment (RFC 3339), or a day: its beginning in one's own time zone."


class FoundShape(shapes.Serializer):
    """Newest first. There may be fewer than `limit`, or none, and yet a `next`: then so much was looked at in vain, and more is there."""

    next = shapes.URLField(allow_null=True)
    previous = shapes.URLField(allow_null=True, help_text="Always null.")
    results = serializers.Message(many=True)


class Search(APIView):
    buckets = {"GET": "reads"}

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter("q", str, description="Words, all of which a message holds; a phrase in quotes. from:, in:, has:, before:, after: may stand among them."),
            OpenApiParameter("room", ID, description="In this room alone."),
            OpenApiParameter("author", ID, description="By this person alone."),
            OpenApiParameter("after", str, description=f"At or after. {MOMENT}"),
            OpenApiParameter("before", str, description=f"Before. {MOMENT}"),
            OpenApiParameter("has", str, enum=tokens.HAS, many=True, description="What hangs on it; may stand more than once."),
            OpenApiParameter("cursor", str, description="From `next`."),
            OpenApiParameter("limit", ID | {"maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        ],
        responses={200: FoundShape},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Messages that one may read now, the newest first."""
        found = find(
            request.user,
            _query(request),
            below=_cursor(request),
            limit=whole_number(request, "limit", low=1, high=MAX_LIMIT) or DEFAULT_LIMIT,
        )
        here = request.build_absolute_uri()
        return Response(
            {
                "next": replace_query_param(here, "cursor", found.next) if found.next else None,
                "previous": None,
                "results": wire.messages(found.messages),
            }
        )


def _query(request: Request) -> queries.Query:
    given = request.query_params
    has = frozenset(given.getlist("has"))
    if not has <= set(tokens.HAS):
        raise ValidationError({"has": _("Expected one of %(values)s.") % {"values": ", ".join(tokens.HAS)}})
    return queries.read(
        given.get("q", ""),
        has=has,
        room_id=whole_number(request, "room", low=1),
        author_id=whole_number(request, "author", low=1),
        **{name: queries.moment(given[name], name=name) for name in ("before", "after") if name in given},
    )


def _cursor(request: Request) -> int | None:
    given = request.query_params.get("cursor")
    if given is None:
        return None
    if given.isascii() and given.isdecimal() and len(given) < 19 and int(given) > 0:
        return int(given)
    raise ValidationError({"cursor": _("This is not a cursor that was given here.")})
