"""The ASGI server's WebSocket protocol, with what ASGI has no word for: dropping a connection whose peer does not read.

uvicorn takes it by its import string (`--ws`); on any other server the extension is absent, and closing waits for the peer.
"""

from typing import Any

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

ABORT = "chatsite.abort"
"""Key in `scope["extensions"]` of a function that drops the connection at once, with all that waits to be written."""


class Protocol(WSProtocol):
    """uvicorn's own on wsproto, which failed none of Autobahn's cases 1 to 7 and 10."""

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[ABORT] = self.transport.abort
        await super().run_asgi()
