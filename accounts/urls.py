"""Pages of accounts."""

from django.urls import include, path

from accounts import languages, notifying, status, views

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("language/", languages.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("profile/email/", views.profile_email, name="profile_email"),
    path("profile/picture/", views.profile_picture, name="profile_picture"),
    path("profile/notifications/", notifying.profile_notifications, name="profile_notifications"),
    path("profile/sessions/", views.sessions, name="sessions"),
    path("profile/sessions/end/", views.sessions_end_others, name="sessions_end_others"),
    path("profile/sessions/<str:sid>/end/", views.session_end, name="session_end"),
    path("status/", status.status, name="status"),
    path("avatars/<str:name>", views.avatar, name="avatar"),
]
