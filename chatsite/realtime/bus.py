"""publish(): how a broadcast makes something known, after the commit and only then. The only code that touches the channel layer's sending side."""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.db import transaction

from chatsite.realtime import crash
from chatsite.realtime.events import AnyEvent

log = logging.getLogger(__name__)

collected: ContextVar[list[AnyEvent] | None] = ContextVar("collected", default=None)
"""The events of the commit under way; set by `commit.run`."""

_let_out: list[Callable[[list[AnyEvent]], None]] = []


def publish(*told: AnyEvent) -> None:
    """Make events known once the transaction around them is committed. A rolled-back savepoint drops its own.

    Raises RuntimeError outside `commit`: an event without a commit would be a rumour.
    """
    events = collected.get()
    if events is None:
        raise RuntimeError("publish() was called outside commit(); call the service through commit(service, ...).")
    crash.before_commit(told)
    transaction.on_commit(lambda: events.extend(told))


def carried_by(carrier: Callable[[list[AnyEvent]], None] | None) -> None:
    """Let `carrier` take what is committed in this process: the hub's, thread-safe; None takes it away again."""
    _let_out[:] = [carrier] if carrier else []


def is_carried() -> bool:
    """Whether this process has a hub."""
    return bool(_let_out)


def let_out(events: Iterable[AnyEvent]) -> None:
    """Hand committed events on: to the process's hub, or, where there is none (a command, a task), to the doorbell directly. Never raises."""
    events = list(events)
    if not events:
        return
    try:
        if _let_out:
            _let_out[0](events)
        else:
            from chatsite.realtime.layer import ring_now

            ring_now(events)
    except Exception:
        # The commit stands whatever becomes of the news: the sweep of every hub finds it within seconds.
        log.exception("events could not be let out", extra={"events": len(events)})
