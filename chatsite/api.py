"""What the REST API of every app is made of: strict input, limits, pages of lists, and the browsable pages under our CSP."""

import functools
import json
import math
import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotAcceptable, NotFound, ParseError, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import CursorPagination as BaseCursorPagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BrowsableAPIRenderer as BaseBrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from chatsite.realtime import limits
from chatsite.realtime.errors import TooLarge

if TYPE_CHECKING:
    # Its class body reads the settings that name this module.
    from rest_framework.views import APIView

BIGGEST_ID = 2**63 - 1
DEEPEST = 16
"""How deep JSON may be nested; nothing of ours is deeper than 4."""

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


# --- What comes in -------------------------------------------------------------------------------------------------


class StrictJSONParser(BaseParser):
    """JSON as the socket takes it: one object, no NaN, no key twice, no NUL, no half of a surrogate pair.

    Raises ParseError (`invalid`) or TooLarge, above DATA_UPLOAD_MAX_MEMORY_SIZE bytes.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            body = stream.read(limit + 1)
        except ValueError:  # the peer has gone, and Django closed what it had sent: nobody hears of this
            raise ParseError(_("The body is not JSON.")) from None
        if len(body) > limit:
            raise TooLarge(_("The body is larger than %(limit)d bytes.") % {"limit": limit})
        return strict_object(body)


def strict_object(body: bytes) -> dict[str, Any]:
    """The one JSON object that `body` is. Raises ParseError with a sentence that says what was expected."""
    try:
        read = json.loads(
            body.decode(), object_pairs_hook=_without_twins, parse_constant=_no_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise ParseError(_("The body is not UTF-8.")) from None
    except (ValueError, RecursionError) as error:
        # Ours come through as they are; of the parser's own, only the place is worth telling.
        sentence = str(error) if isinstance(error, _NotStrictError) else _("The body is not JSON.")
        raise ParseError(sentence) from None
    if not isinstance(read, dict):
        raise ParseError(_("The body is not a JSON object."))
    _check_texts(read)
    return read


class _NotStrictError(ValueError):
    """JSON to some, and not to us."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise _NotStrictError(_("A member stands twice in one object."))
    return read


def _no_constant(name: str) -> None:
    raise _NotStrictError(_("%(name)s is not JSON.") % {"name": name})


def _finite(digits: str) -> float:
    if math.isinf(number := float(digits)):
        raise _NotStrictError(_("A number is too large."))
    return number


def _check_texts(value: Any, depth: int = 1) -> None:
    if depth > DEEPEST:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(value, str):
        if "\0" in value or (not value.isascii() and re.search("[\ud800-\udfff]", value)):
            raise ParseError(_("A text holds NUL or half of a surrogate pair."))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_texts(key, depth)
            _check_texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner, depth + 1)


class StrictSerializer(serializers.Serializer):
    """A serializer that takes what it names and nothing else, each in its own type: no `"7"` for 7, no 1 for true."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            wrong = {str(name): [_("There is no such member.")] for name in data if name not in self._writable}
            for name, field in self._writable.items():
                if data.get(name) is not None and (sentence := _wrong_type(field, data[name])):
                    wrong[name] = [sentence]
            if wrong:
                raise ValidationError(wrong)
        return super().to_internal_value(data)

    @classmethod
    def read(cls, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """The body of `request`, checked. Raises ValidationError.

        One reader serves all requests: REST framework copies every field for each that is made, which takes longer than the reading, and
        what is read changes nothing in it.
        """
        return _reader(cls, partial).run_validation(request.data)

    @classmethod
    def given(cls, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """As `read`, without the members that are null: for shapes in which null means absent."""
        return {name: value for name, value in cls.read(request, partial=partial).items() if value is not None}

    @functools.cached_property
    def _writable(self) -> dict[str, serializers.Field]:
        return {name: field for name, field in self.fields.items() if not field.read_only}


@functools.cache
def _reader(kind: type[StrictSerializer], partial: bool) -> StrictSerializer:
    return kind(partial=partial)


def _wrong_type(field: serializers.Field, value: Any) -> str:
    match field:
        case serializers.BooleanField() if not isinstance(value, bool):
            return _("Expected true or false.")
        case serializers.IntegerField() if not isinstance(value, int) or isinstance(value, bool):
            return _("Expected a whole number.")
        case serializers.CharField() | serializers.ChoiceField() | serializers.DateTimeField() if not isinstance(
            value, str
        ):
            return _("Expected a text.")
    return ""


class IdField(serializers.IntegerField):
    """The id of a row, or a number in a log."""

    def __init__(self, **kwargs):
        super().__init__(**{"min_value": 1, "max_value": BIGGEST_ID, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        # Checked here, too, since inside a list no serializer looks.
        if sentence := _wrong_type(self, data):
            raise ValidationError(sentence)
        return super().to_internal_value(data)


def whole_number(request: Request, name: str, *, low: int = 0, high: int = BIGGEST_ID) -> int | None:
    """`?name=` as a whole number between `low` and `high`, None where it is not given. Raises ValidationError."""
    given = request.query_params.get(name)
    if given is None:
        return None
    # ASCII digits alone: int() also takes "١٢", "1_0" and " 7 ".
    if re.fullmatch(r"-?[0-9]{1,19}", given) and low <= int(given) <= high:
        return int(given)
    raise ValidationError({name: [_("Expected a whole number from %(low)d to %(high)d.") % {"low": low, "high": high}]})


# --- Limits --------------------------------------------------------------------------------------------------------


class PersonsBuckets(BaseThrottle):
    """Draws from the same buckets as the person's socket commands; not REST framework's throttles, which race.

    A write takes from `commands`. A view says otherwise with `buckets = {"POST": "sends", "GET": "reads"}`.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        default = None if request.method in SAFE_METHODS else "commands"
        bucket = getattr(view, "buckets", {}).get(request.method, default)
        if bucket and request.user.is_authenticated:
            limits.take(request.user.pk, bucket)
        return True


# --- What goes out -------------------------------------------------------------------------------------------------


class JSONUnlessAsked(DefaultContentNegotiation):
    """Answers in JSON whatever was asked for that we do not have: the protocol knows no 406, and RFC 9110 allows it."""

    def select_renderer(self, request, renderers, format_suffix=None):
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except NotAcceptable:
            return renderers[0], renderers[0].media_type


class CursorPagination(BaseCursorPagination):
    """Lists as `{next, previous, results}`, `?limit=` from 1 to 100 at a time."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "id"

    def get_page_size(self, request: Request) -> int:
        return whole_number(request, "limit", low=1, high=self.max_page_size) or type(self).page_size

    def get_schema_operation_parameters(self, view) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": type(self).page_size}
        return parameters

    def paginate_queryset(self, queryset: QuerySet, request: Request, view=None) -> list:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, DjangoValidationError, ValueError, TypeError, OverflowError):
            # A cursor is opaque: what somebody wrote into one by hand fails anywhere between base64 and the column.
            raise ValidationError({"cursor": [_("This is not a cursor that was given here.")]}) from None


class BrowsableAPIRenderer(BaseBrowsableAPIRenderer):
    """REST framework's pages for people, without the style attributes that our CSP would report."""

    def render(self, data, accepted_media_type=None, renderer_context=None):
        page = super().render(data, accepted_media_type, renderer_context)
        return without_inline_styles(page)


# Data in the page is escaped, quotes too: only the template's own attributes can look like this.
_INLINE = re.compile(r"""\sstyle="[^"]*"|<style\b.*?</style>""", re.DOTALL)


def without_inline_styles(page: str) -> str:
    """`page` without `style` attributes and elements."""
    return _INLINE.sub("", page)
