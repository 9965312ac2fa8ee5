"""How far this process is with stopping, and the sockets that are told of it. Probes and handshakes ask; `chatsite/drain.py` says."""

import asyncio
import logging
import random
from typing import Protocol

from chatsite.realtime import metrics

log = logging.getLogger(__name__)


class Leaver(Protocol):
    """A socket, from its handshake to its end."""

    async def go_away(self, reconnect_ms: int) -> bool:
        """Answer what is under way, say when to come again, close, and return once that is done: whether it was said."""


_draining = False
_refusing = False
_sockets: set[Leaver] = set()


def is_draining() -> bool:
    """Whether the process was asked to stop: it is unready, and HTTP connections close behind their answer."""
    return _draining


def refuses_sockets() -> bool:
    """Whether new handshakes are refused."""
    return _refusing


def begin() -> None:
    """From now on /ready answers 503. All else goes on."""
    global _draining
    _draining = True
    metrics.draining.set(1)


def refuse_sockets() -> None:
    """From now on new handshakes are refused."""
    global _refusing
    _refusing = True


def end() -> None:
    """For a test's next server in the same process."""
    global _draining, _refusing
    _draining = _refusing = False
    metrics.draining.set(0)


def enter(socket: Leaver) -> None:
    """A handshake begins: who is let in is told to go like everybody else."""
    _sockets.add(socket)


def leave(socket: Leaver) -> None:
    """The socket is gone, or never came to be."""
    _sockets.discard(socket)


def count() -> int:
    """How many sockets there are."""
    return len(_sockets)


async def tell_all(seconds: float) -> int:
    """Tell every socket to go, each at a uniformly random moment within `seconds`; how many were told, once they are closed.

    They are asked to come again after as random a time, so that nowhere all of them arrive at once.
    """
    sockets = list(_sockets)
    moments = sorted(random.uniform(0, seconds) for _ in sockets)  # noqa: S311 - spreads load, hides nothing
    random.shuffle(sockets)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as group:
        telling = []
        for socket, moment in zip(sockets, moments, strict=True):
            if socket in _sockets:
                await asyncio.sleep(began + moment - loop.time())
                telling.append(group.create_task(_tell(socket, random.uniform(0, seconds))))  # noqa: S311
    return sum(task.result() for task in telling)


async def _tell(socket: Leaver, seconds: float) -> bool:
    if socket not in _sockets:
        return False
    try:
        told = await socket.go_away(int(seconds * 1000))
    except Exception:
        log.exception("a socket could not be told to go")
        return False
    if told:
        metrics.goaways.inc()
    return told
