"""Logs: one JSON object a line, with the id of the request or command that it belongs to.

ERROR is something unexpected or a part that is down; WARNING a refused sign-in, a limit hit, a repair, a retry; INFO start, stop,
requests, sign-ins and acts of moderation; DEBUG frames, without bodies.
"""

import structlog

from chatsite.request_ids import add_request_id

_TRACES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Without the values of variables: among them are passwords, tokens and what people write."""


def logging_config(level: str, per_logger: list[str], *, readable: bool) -> dict:
    """A `dictConfig` with `level` for all, and `name=LEVEL` pairs in `per_logger` for single loggers."""
    shared = [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _without_query,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    render = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([] if readable else [structlog.processors.ExceptionRenderer(_TRACES)]),
            render,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},  # chatsite.requests logs each request once, with its id
            "uvicorn": {"level": "WARNING", "propagate": True, "handlers": []},
            **{name: {"level": wanted} for name, _, wanted in (pair.partition("=") for pair in per_logger)},
        },
    }


def _without_query(logger: object, method: str, event: dict) -> dict:
    """Django's own loggers hand the request along, which shows with its query: tickets, searches, reset keys."""
    if (request := event.pop("request", None)) is not None:
        event["path"] = getattr(request, "path", "")
    return event
