"""What is asked once all is over: what each person was notified of and has begun to write, and what a new client of theirs finds."""

import asyncio
import contextlib
import time
from typing import Any

from tests.reliability.client import Client
from tests.reliability.connection import Lost, Refused
from tests.reliability.pacing import until
from tests.reliability.record import notice, short_hash
from tests.reliability.rest import Problem, Unreachable


async def told(client: Client) -> None:
    """The lists of what is somebody's alone go into the client's log. What cannot be had by then is missing in the record."""
    with contextlib.suppress(Problem, Unreachable):
        begun = time.monotonic()
        items = [notice(one) for one in await client.session.pages("notifications/")]
        client.log.write("notifications", begun=begun, items=items)
    with contextlib.suppress(Problem, Unreachable):
        begun = time.monotonic()
        drafts = [
            {"room": one["room"], "hash": short_hash(one["body"]), "version": one["version"]}
            for one in await client.session.pages("users/me/drafts/")
        ]
        client.log.write("drafts", begun=begun, drafts=drafts)


async def afresh(client: Client, seconds: float) -> dict[str, Any]:
    """What a new client of the same session finds, within `seconds`: `hello`, and every room from its beginning."""
    with contextlib.suppress(TimeoutError, Lost, Refused):  # what it has not got by then is missing in the record
        async with asyncio.timeout(seconds):
            await until(lambda: client.is_level, seconds)
            connection = await client.connected()
            for room in list(client.book.rooms.values()):
                while await client.book.scroll(connection, room):
                    pass
    return client.book.final()
