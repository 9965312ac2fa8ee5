"""The chat of Channels' tutorial as it stands there (parts 2 and 3), without its pages."""

import json
import os

import django
from django.conf import settings

REDIS_PORT = os.environ.get("TUTORIAL_REDIS_PORT")
LAYER = (
    {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [("127.0.0.1", int(REDIS_PORT))]}}
    if REDIS_PORT
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
)
settings.configure(
    INSTALLED_APPS=["channels"], CHANNEL_LAYERS={"default": LAYER}, ALLOWED_HOSTS=["*"], SECRET_KEY="none"
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_name = self.scope["url_route"]["kwargs"]["room_name"]
        self.room_group_name = f"chat_{self.room_name}"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
        await self.channel_layer.group_send(self.room_group_name, {"type": "chat.message", "message": message})

    async def chat_message(self, event):
        message = event["message"]
        await self.send(text_data=json.dumps({"message": message}))


application = ProtocolTypeRouter(
    {"websocket": URLRouter([re_path(r"ws/chat/(?P<room_name>\w+)/$", ChatConsumer.as_asgi())])}
)
