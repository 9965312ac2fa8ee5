"""The process's beginning and end, as the ASGI server tells them: the hub lives in between."""

from chatsite.realtime import draining
from chatsite.realtime.hub import hub, stop_hub


async def lifespan(_scope, receive, send) -> None:
    """The ASGI lifespan protocol. Starting touches neither database nor Redis: a server that waits for them cannot be stopped."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            draining.end()
            hub()
            await send({"type": "lifespan.startup.complete"})
        else:
            draining.begin()
            await stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return
