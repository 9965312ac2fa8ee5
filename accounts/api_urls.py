"""The REST API of accounts."""

from django.urls import path

from accounts import api, api_blocks

urlpatterns = [
    path("auth/token/", api.TokenView.as_view(), name="api_token"),
    path("auth/token/refresh/", api.RefreshView.as_view(), name="api_token_refresh"),
    path("auth/logout/", api.LogoutView.as_view(), name="api_logout"),
    path("auth/ws-ticket/", api.TicketView.as_view(), name="api_ws_ticket"),
    path("users/", api.UsersView.as_view(), name="api_users"),
    path("users/me/", api.MeView.as_view(), name="api_me"),
    path("users/me/sessions/", api.SessionsView.as_view(), name="api_sessions"),
    path("users/me/sessions/<str:sid>/", api.SessionView.as_view(), name="api_session"),
    path("users/me/blocks/", api_blocks.BlocksView.as_view(), name="api_blocks"),
    path("users/me/blocks/<int:user_id>/", api_blocks.BlockView.as_view(), name="api_block"),
    path("users/<int:pk>/", api.UserView.as_view(), name="api_user"),
]
