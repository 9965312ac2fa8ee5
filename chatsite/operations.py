"""For those who run the place: alive, ready, metrics. They work before set-up, and ask nobody who they are."""

import logging
import secrets
import threading

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from chatsite.realtime import draining, metrics

log = logging.getLogger(__name__)

DATABASE_FAILURES = 3
"""So many in a row make the process unready: a single one is a blip, and taking every process out at once would be worse."""

_guard = threading.Lock()
_failures = 0
_migrated = False


@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    return _fresh(JsonResponse({"message": "pong"}))


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process is alive. Touches nothing, so that a database that is down restarts nobody."""
    return _fresh(JsonResponse({"status": "ok"}))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 when the database failed three times running, a migration is missing, or the process drains.

    A channel layer that is down is `degraded` within a 200: the sweep delivers, a little later.
    """
    failures = _ask_database()
    migrated = _is_migrated() if not failures else _migrated
    layer = _channel_layer()
    is_ready = not draining.is_draining() and failures < DATABASE_FAILURES and (migrated or bool(failures))
    parts = {
        "database": "failing" if failures else "ok",
        "migrations": "ok" if migrated else "unknown" if failures else "missing",
        "channel_layer": layer,
        "draining": draining.is_draining(),
    }
    status = "unready" if not is_ready else "degraded" if failures or layer == "down" else "ok"
    answer = _fresh(JsonResponse({"status": status, **parts}, status=200 if is_ready else 503))
    if draining.is_draining():
        answer._has_been_logged = True  # type: ignore[attr-defined]  # as Django's error: it is meant
    return answer


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for whoever holds METRICS_TOKEN. Without one the page does not exist, but for DEBUG."""
    if not settings.METRICS_TOKEN and not settings.DEBUG:
        return _fresh(HttpResponse(status=404))
    given = request.headers.get("Authorization", "").encode(errors="replace")
    if settings.METRICS_TOKEN and not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return _fresh(HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"}))
    return _fresh(HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _ask_database() -> int:
    """How often in a row the database has failed, up to now."""
    global _failures
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        failed = False
    except (DatabaseError, InterfaceError, PoolTimeout) as error:
        log.error("database is down", extra={"error": type(error).__name__})
        failed = True
    with _guard:
        _failures = _failures + 1 if failed else 0
        return _failures


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (DatabaseError, InterfaceError, PoolTimeout):
            return False
    return _migrated


def _channel_layer() -> str:
    if not settings.REDIS_URL:
        return "in memory"
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "down"
    return "ok"


PROBES = {"/ping": ping, "/health": health, "/ready": ready, "/metrics": metrics_page}
"""Served by `middleware.Probes`, ahead of everything that could be down; `urls.py` names them, too."""
