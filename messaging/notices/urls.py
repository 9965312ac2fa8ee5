"""Pages of notifications."""

from django.urls import path

from messaging.notices import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/reading/", views.notifications_reading, name="notifications_reading"),
    path("mail/stop/<str:token>/", views.mail_stop, name="mail_stop"),
]
