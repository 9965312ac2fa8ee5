"""An echo behind the protocol classes that Chatsite is served with: `python -m tests.autobahn.echo PORT`."""

import sys

import uvicorn

from chatsite import serve


async def application(scope, receive, send) -> None:
    """Sends each message back as it came."""
    if scope["type"] != "websocket":
        return
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        else:
            await send(message | {"type": "websocket.send"})


if __name__ == "__main__":
    uvicorn.run(
        application,
        port=int(sys.argv[1]),
        http=serve.HTTP,
        ws=serve.WEBSOCKETS,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        log_level="error",
    )
