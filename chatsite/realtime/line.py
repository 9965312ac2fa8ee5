"""The way to one peer: what the engine writes finished frames to."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from chatsite.realtime.outgoing import contents

log = logging.getLogger(__name__)

LINE = "chatsite.line"
"""Key in `scope["extensions"]` of the Line that a server of our own offers (`prepared.py`)."""


class Line(Protocol):
    """Takes finished frames without waiting, as long as it `is_writable`; calls `on_writable` when it is so again, or the peer is gone."""

    on_writable: Callable[[], None]

    @property
    def is_writable(self) -> bool: ...

    def write(self, images: bytes) -> None:
        """Put the frames on their way. To a peer that is gone they go nowhere."""

    def stop(self) -> None:
        """Nothing more is written, and nobody is called."""


class AsgiLine:
    """A line over the `send` of any ASGI server, which takes a frame apart again and waits for each: one write at a time."""

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]]):
        self.on_writable: Callable[[], None] = lambda: None
        self.is_writable = True
        self._send = send
        self._is_gone = False
        self._writing: asyncio.Task[None] | None = None

    def write(self, images: bytes) -> None:
        if not self._is_gone:
            self.is_writable = False
            self._writing = asyncio.create_task(self._write(images))

    def stop(self) -> None:
        self._is_gone = True
        if self._writing:
            self._writing.cancel()

    async def _write(self, images: bytes) -> None:
        try:
            for content in contents(images):
                await self._send({"type": "websocket.send", **content})
        except Exception as error:  # noqa: BLE001 - whatever the server raises for a peer that went away
            log.debug("socket went away while written to", extra={"error": type(error).__name__})
            self._is_gone = True
        self.is_writable = True
        self.on_writable()
