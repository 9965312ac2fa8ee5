"""The messages' part of `/api/v1/`."""

from django.urls import path

from messaging import api

urlpatterns = [
    path("rooms/<int:room_id>/messages/", api.RoomMessages.as_view(), name="api_room_messages"),
    path("rooms/<int:room_id>/changes/", api.RoomChanges.as_view(), name="api_room_changes"),
    path("rooms/<int:room_id>/read/", api.RoomRead.as_view(), name="api_room_read"),
    path("messages/<int:message_id>/", api.OneMessage.as_view(), name="api_message"),
    path("messages/<int:message_id>/reactions/", api.MessageReactions.as_view(), name="api_message_reactions"),
]
