"""A command that was taken: what it asks, until when it must be answered, and in which room."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from django.conf import settings
from msgspec import Struct

from chatsite.realtime.commit import reading
from chatsite.realtime.errors import Unavailable
from messaging.commands import Act
from messaging.models import Message

MANY_ROOMS = 100_000
_rooms: dict[int, int] = {}
"""Rooms of messages that were asked for: they never change."""


@dataclass(slots=True, frozen=True)
class Taken:
    """One frame that is right and within the limits. `arrived` is in seconds of the monotonic clock."""

    act: Act
    msg_id: str
    asked: Struct
    arrived: float
    request_id: str

    @property
    def deadline(self) -> float:
        """When it must be answered, on the monotonic clock."""
        return self.arrived + settings.COMMAND_DEADLINE


@contextlib.asynccontextmanager
async def in_time(deadline: float) -> AsyncIterator[None]:
    """Raises Unavailable when the block is not done by `deadline` (monotonic clock); where that is past, it does not begin."""
    seconds = deadline - time.monotonic()
    try:
        if seconds <= 0:
            raise TimeoutError
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Unavailable(retry_after=1) from None


def known_room(message: int) -> int | None:
    """The room of a message that was asked for before."""
    return _rooms.get(message)


async def room_of(message: int) -> int | None:
    """The room of a message, None where there is none. Raises Unavailable."""
    room = await reading(Message.objects.filter(pk=message).values_list("room", flat=True).first)
    if room is not None:
        if len(_rooms) >= MANY_ROOMS:
            _rooms.clear()
        _rooms[message] = room
    return room
