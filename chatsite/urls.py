"""Every URL prefix on one screen."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from chatsite import errors, operations

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns = [
    path("ping", operations.ping, name="ping"),
    path("health", operations.health, name="health"),
    path("ready", operations.ready, name="ready"),
    path("metrics", operations.metrics_page, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("chatsite.api_urls")),
    path("api/", errors.unknown_api),
    path("api/<path:rest>", errors.unknown_api, name="unknown_api"),
    path("", include("accounts.urls")),
    path("", include("rooms.urls")),
    path("", include("messaging.urls")),
]
