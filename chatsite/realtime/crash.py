"""Where a process can be told to kill itself by SIGKILL, at the moments that matter most: for the tests of faults, and nothing else.

CHATSITE_CRASH=POINT:COUNT does it when messages that people posted reach POINT for the COUNT-th time in this process. Without it every
point is an empty function. Production refuses it.
"""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, NoReturn

from django.conf import settings

from chatsite.realtime.events import AnyEvent, Change

if TYPE_CHECKING:
    from chatsite.realtime.connection import Connection

WRITING_SECONDS = 0.5
"""How long the sockets that get a frame in the middle of the fan-out have to take it; one that does not read is not waited for."""

type Reached = Callable[[Iterable[AnyEvent]], None]
type FanOut = Callable[[Collection[Change], "set[Connection]"], "Collection[Connection]"]


def _go_on(_events: Iterable[AnyEvent]) -> None:
    """Nothing crashes here."""


def _all(_run: Collection[Change], listeners: "set[Connection]") -> "Collection[Connection]":
    return list(listeners)


before_commit: Reached = _go_on
"""The rows are written, and the transaction is not committed."""
after_commit: Reached = _go_on
"""The transaction is committed, and nobody was told: no ack, no doorbell."""
after_ack: Reached = _go_on
"""The socket that sent the message has its ack (the API's answer comes behind its doorbell), and nobody else was told."""
fan_out: FanOut = _all
"""The sockets to give a run of changes to. Here `mid_fanout` gives it to half of a room's, waits until they have it, and ends the process."""


def arm(point: str, count: int) -> None:
    """From now on the `count`-th passing of `point` ends this process: `before_commit`, `after_commit`, `after_ack` or `mid_fanout`."""
    passed = itertools.count(1)  # one step of it is atomic: commits pass on many threads

    def is_the_one(events: Iterable[AnyEvent]) -> bool:
        return count in [next(passed) for event in events if _is_post(event)]

    def reached(events: Iterable[AnyEvent]) -> None:
        if is_the_one(events):
            _die()

    def half(run: Collection[Change], listeners: "set[Connection]") -> "Collection[Connection]":
        if len(listeners) > 1 and is_the_one(run):
            told = list(listeners)[: len(listeners) // 2]
            listeners.intersection_update(told)  # nor does anything later reach the others
            asyncio.get_running_loop().call_soon(_die_when_written, told, time.monotonic() + WRITING_SECONDS)
            return told
        return list(listeners)

    globals().update({"fan_out": half} if point == "mid_fanout" else {point: reached})


def _is_post(event: AnyEvent) -> bool:
    return isinstance(event, Change) and event.cause["kind"] == "created"


def _die_when_written(told: "list[Connection]", until: float) -> None:
    if any(connection.waiting_bytes for connection in told) and time.monotonic() < until:
        asyncio.get_running_loop().call_soon(_die_when_written, told, until)
    else:
        _die()


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody outlives SIGKILL")


if settings.CRASH:
    arm(*settings.CRASH)
