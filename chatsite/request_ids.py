"""The id under which everything that belongs to one HTTP request or socket command stands in the log, the audit and the answer."""

import contextlib
import re
import secrets
from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar
from typing import Any

_current: ContextVar[str] = ContextVar("request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id(offered: str = "") -> str:
    """`offered`, if it is 1 to 64 of `A-Z a-z 0-9 . _ -`, else a new id.

    A caller may choose its id, so that its log and ours can be laid side by side; nothing is decided by it.
    """
    return offered if _WELL_FORMED.fullmatch(offered) else secrets.token_hex(8)


def current_request_id() -> str:
    """The id of the request or command that is being handled, `""` outside of one."""
    return _current.get()


def bind_request_id(request_id: str = "") -> str:
    """Let everything from here on stand under `request_id`, or a new id; returns it."""
    request_id = request_id or new_request_id()
    _current.set(request_id)
    return request_id


@contextlib.contextmanager
def bound_request_id(request_id: str) -> Iterator[None]:
    """Let everything in the block stand under `request_id`."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)


def add_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of logs."""
    if request_id := _current.get():
        event.setdefault("request_id", request_id)
    return event
