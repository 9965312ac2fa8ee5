"""Where sockets lead."""

from django.urls import path, re_path

from chatsite import handshake
from messaging.consumers import ChatConsumer


async def nowhere(_scope, _receive, send) -> None:
    """There is no socket at this address."""
    await handshake.refuse(send, 404, "There is no socket at this address; expected /ws/.")


websocket_urlpatterns = [path("ws/", ChatConsumer.as_asgi()), re_path(r"", nowhere)]
