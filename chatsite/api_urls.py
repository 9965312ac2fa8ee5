"""The REST API, `/api/v1/`: each app's part, and its description."""

from django.urls import include, path

from chatsite.schema import DocsView, SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("", include("accounts.api_urls")),
    path("", include("rooms.api_urls")),
    path("", include("messaging.api_urls")),
]
