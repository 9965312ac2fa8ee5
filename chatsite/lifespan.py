"""The process's beginning and end, as the ASGI server tells them: the hub and the background work live in between."""

import asyncio
import contextlib
import gc

from django.conf import settings
from django.urls import get_resolver

from chatsite.drain import Drain
from chatsite.realtime import draining
from chatsite.realtime.hub import hub, stop_hub
from chatsite.tasks import runner


async def lifespan(_scope, receive, send) -> None:
    """The ASGI lifespan protocol. Starting touches neither database nor Redis: a server that waits for them cannot be stopped."""
    drain = Drain()
    # A server that is made to stop at once tells nothing more, and cancels this.
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] == "lifespan.startup":
            # All views are imported now, not by the first request beside the hub's threads.
            _ = get_resolver().url_patterns
            draining.end()
            hub()
            runner.start(settings.TASK_THREADS if settings.TASK_RUNNER == "process" else 0)
            drain.stand_in()
            _spare_what_is_loaded()
            await send({"type": "lifespan.startup.complete"})
        draining.begin()
        draining.refuse_sockets()
        # Before the hub, which carries what the last task has to say.
        await asyncio.to_thread(runner.stop)
        await stop_hub()
        drain.stand_back()
        await send({"type": "lifespan.shutdown.complete"})


YOUNG = 20_000
"""New objects after which Python looks for cycles among them; its own 2,000 are a page."""


def _spare_what_is_loaded() -> None:
    """Classes, templates and routes stay as long as the process: the collector need not look at them each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
