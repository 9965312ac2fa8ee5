"""Sockets of which nothing is heard any more: one look at all of them, instead of a timer for each."""

import asyncio
import time

from django.conf import settings

from chatsite.realtime.people import People

LOOK_SECONDS = 1.0
"""How often it is looked at who has fallen silent."""


async def close_silent(people: People) -> None:
    """Close, as long as this runs, the sockets of which nothing was heard for SOCKET_TIMEOUT."""
    while True:
        await asyncio.sleep(min(LOOK_SECONDS, settings.SOCKET_TIMEOUT / 4))
        latest = time.monotonic() - settings.SOCKET_TIMEOUT
        for connection in people.connections():
            if connection.ready and connection.heard_at < latest:
                connection.close(4408, "nothing heard")
