"""Pages of rooms and messages."""

from django.urls import path

from messaging import views

urlpatterns = [
    path("rooms/<int:room_id>/", views.room, name="room"),
    path("rooms/<int:room_id>/<int:seq>/", views.room_at, name="room_at"),
    path("rooms/<int:room_id>/messages/", views.room_messages, name="messages"),
    path("rooms/<int:room_id>/read/", views.room_read, name="room_read"),
    path("messages/<int:message_id>/edit/", views.message_edit, name="message_edit"),
    path("messages/<int:message_id>/deletion/", views.message_deletion, name="message_deletion"),
    path("messages/<int:message_id>/reactions/", views.message_reactions, name="message_reactions"),
]
