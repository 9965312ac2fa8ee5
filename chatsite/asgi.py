"""HTTP and WebSocket, one application. Authentication and the origin check of a socket stand in `chatsite/handshake.py` and `accounts/sockets.py`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter

django.setup(set_prefix=False)

from chatsite.handler import Handler  # noqa: E402
from chatsite.lifespan import lifespan  # noqa: E402
from chatsite.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {"http": Handler(), "websocket": URLRouter(websocket_urlpatterns), "lifespan": lifespan}
)
