"""The API's own description: OpenAPI 3.1 by drf-spectacular, with every refusal in it, and the pages to read it."""

from typing import Any

from django.conf import settings
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from chatsite.errors import PROBLEM, STATUS

WITH_SWAGGER = {
    **settings.SECURE_CSP,
    # Swagger UI writes style attributes; its script comes from the same view, as a file.
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}


class SchemaView(SpectacularJSONAPIView):
    """The description, one for everybody. `?lang=` and `?version=` of the library are not taken."""

    throttle_classes = []

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        return self._get_schema_response(request)

    def _get_version_parameter(self, request):
        return None


@method_decorator(csp_override(WITH_SWAGGER), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The description as pages, with forms to try it."""

    throttle_classes = []


class Bearer(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"
    priority = 1

    def get_security_definition(self, auto_schema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class Cookie(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.CookieAuthentication"
    name = "cookie"
    priority = 1

    def get_security_definition(self, auto_schema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A session; what changes something needs the header X-CSRFToken besides.",
        }


class Strict(OpenApiSerializerExtension):
    """What takes no unknown members says so."""

    target_class = "chatsite.api.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema, direction: str) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        named = self.target if isinstance(self.target, type) else type(self.target)
        if not named.__dict__.get("__doc__"):
            schema.pop("description", None)  # the base class's, which is for us
        return {**schema, "additionalProperties": False}


PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(STATUS)},
        "detail": {"type": "string", "description": "One sentence for a person."},
        "errors": {
            "type": "object",
            "description": "What is wrong with which member.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "retry_after": {"type": "integer", "minimum": 1, "description": "Seconds."},
        "request_id": {"type": "string"},
    },
}

SENTENCES = {
    400: "Malformed, or failing validation.",
    401: "Not signed in, or no longer.",
    403: "A thing one may see, but not that act.",
    404: "Unknown, or not visible to this person.",
    405: "Not a method of this address.",
    409: "Stale, or the same `msg_id` with other content.",
    413: "A body over its limit.",
    415: "Not JSON, or not the form that is expected.",
    429: "Too much at once.",
    500: "Unexpected; in the log under `request_id`.",
    503: "The database cannot be reached or written in time, or the place is not set up yet.",
    507: "No room for an upload.",
}
EVERYWHERE = {400, 401, 403, 404, 405, 429, 500, 503}
WITH_BODY = {409, 413, 415}


def document_refusals(result: dict[str, Any], generator, request, public) -> dict[str, Any]:
    """drf-spectacular's hook: every operation names the refusals it may give, all with the one problem document."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["responses"] = {f"Problem{status}": _response(status) for status in SENTENCES}
    for path in result.get("paths", {}).values():
        for method, operation in path.items():
            if isinstance(operation, dict):
                _add_refusals(method, operation)
    return result


def _add_refusals(method: str, operation: dict[str, Any]) -> None:
    takes_files = "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    for status in EVERYWHERE | (set() if method == "get" else WITH_BODY) | ({507} if takes_files else set()):
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})


def _response(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": SENTENCES[status],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == 429:
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return response
