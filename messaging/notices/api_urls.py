"""The notifications' part of `/api/v1/`."""

from django.urls import path

from messaging.notices import api

urlpatterns = [
    path("notifications/", api.NotificationsView.as_view(), name="api_notifications"),
    path("mail/stop/<str:token>/", api.MailStopView.as_view(), name="api_mail_stop"),
]
