"""The id under which everything that belongs to one HTTP request or socket command stands in the log, the audit and the answer."""

import re
import secrets

import structlog

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id(offered: str = "") -> str:
    """`offered`, if it is 1 to 64 of `A-Z a-z 0-9 . _ -`, else a new id.

    A caller may choose its id, so that its log and ours can be laid side by side; nothing is decided by it.
    """
    return offered if _WELL_FORMED.fullmatch(offered) else secrets.token_hex(8)


def current_request_id() -> str:
    """The id of the request or command that is being handled, `""` outside of one."""
    return structlog.contextvars.get_contextvars().get("request_id", "")


def bind_request_id(request_id: str = "") -> str:
    """Let everything from here on stand under `request_id`, or a new id; returns it."""
    request_id = request_id or new_request_id()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id
