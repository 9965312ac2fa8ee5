"""The process's beginning and end, as the ASGI server tells them: the hub lives in between."""

import asyncio
import contextlib

from django.urls import get_resolver

from chatsite.drain import Drain
from chatsite.realtime import draining
from chatsite.realtime.hub import hub, stop_hub


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
            drain.stand_in()
            await send({"type": "lifespan.startup.complete"})
        draining.begin()
        draining.refuse_sockets()
        await stop_hub()
        drain.stand_back()
        await send({"type": "lifespan.shutdown.complete"})
