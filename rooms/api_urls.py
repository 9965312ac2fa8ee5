"""`/api/v1/`: workspaces, rooms, members, invitations."""

from django.urls import path

from rooms.api import direct, invitations, members, rooms, workspaces

urlpatterns = [
    path("workspaces/", workspaces.WorkspacesView.as_view(), name="api_workspaces"),
    path("workspaces/<int:workspace_id>/", workspaces.WorkspaceView.as_view(), name="api_workspace"),
    path(
        "workspaces/<int:workspace_id>/members/",
        workspaces.WorkspaceMembersView.as_view(),
        name="api_workspace_members",
    ),
    path(
        "workspaces/<int:workspace_id>/members/<int:user_id>/",
        workspaces.WorkspaceMemberView.as_view(),
        name="api_workspace_member",
    ),
    path("workspaces/<int:workspace_id>/bans/", workspaces.WorkspaceBansView.as_view(), name="api_workspace_bans"),
    path(
        "workspaces/<int:workspace_id>/bans/<int:user_id>/",
        workspaces.WorkspaceBanView.as_view(),
        name="api_workspace_ban",
    ),
    path(
        "workspaces/<int:workspace_id>/invitations/",
        invitations.WorkspaceInvitationsView.as_view(),
        name="api_workspace_invitations",
    ),
    path(
        "workspaces/<int:workspace_id>/invitations/<int:invitation_id>/",
        invitations.WorkspaceInvitationView.as_view(),
        name="api_workspace_invitation",
    ),
    path("invitations/<str:code>/", invitations.AcceptView.as_view(), name="api_invitation"),
    path("rooms/", rooms.RoomsListView.as_view(), name="api_rooms"),
    path("rooms/direct/", direct.DirectView.as_view(), name="api_direct"),
    path("rooms/<int:room_id>/", rooms.RoomView.as_view(), name="api_room"),
    path("rooms/<int:room_id>/members/", members.MembersView.as_view(), name="api_room_members"),
    path("rooms/<int:room_id>/members/<int:user_id>/", members.MemberView.as_view(), name="api_room_member"),
    path("rooms/<int:room_id>/bans/", members.BansView.as_view(), name="api_room_bans"),
    path("rooms/<int:room_id>/bans/<int:user_id>/", members.BanView.as_view(), name="api_room_ban"),
    path("rooms/<int:room_id>/notify/", members.NotifyView.as_view(), name="api_room_notify"),
    path("rooms/<int:room_id>/invitations/", invitations.RoomInvitationsView.as_view(), name="api_room_invitations"),
    path(
        "rooms/<int:room_id>/invitations/<int:invitation_id>/",
        invitations.RoomInvitationView.as_view(),
        name="api_room_invitation",
    ),
]
