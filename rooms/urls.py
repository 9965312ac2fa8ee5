"""Pages of workspaces, rooms and invitations."""

from django.urls import path

from rooms.views import bans, direct, installation, invitations, members, people, rooms, workspaces

urlpatterns = [
    path("", installation.home, name="home"),
    path("set-up/<str:key>/", installation.set_up, name="set_up"),
    path("join/<str:code>/", invitations.invitation, name="invitation"),
    path(
        "invitations/<int:invitation_id>/revocation/", invitations.invitation_revocation, name="invitation_revocation"
    ),
    path("w/<int:workspace_id>/", workspaces.workspace, name="workspace"),
    path("w/<int:workspace_id>/settings/", workspaces.workspace_settings, name="workspace_settings"),
    path("w/<int:workspace_id>/discover/", workspaces.discover, name="discover"),
    path("w/<int:workspace_id>/rooms/new/", rooms.room_new, name="room_new"),
    path("w/<int:workspace_id>/invitations/", invitations.workspace_invitations, name="workspace_invitations"),
    path("w/<int:workspace_id>/members/", workspaces.workspace_members, name="workspace_members"),
    path("w/<int:workspace_id>/members/<int:user_id>/", workspaces.workspace_member, name="workspace_member"),
    path(
        "w/<int:workspace_id>/members/<int:user_id>/role/",
        workspaces.workspace_member_role,
        name="workspace_member_role",
    ),
    path(
        "w/<int:workspace_id>/members/<int:user_id>/removal/",
        workspaces.workspace_member_removal,
        name="workspace_member_removal",
    ),
    path(
        "w/<int:workspace_id>/members/<int:user_id>/ban/", workspaces.workspace_member_ban, name="workspace_member_ban"
    ),
    path("w/<int:workspace_id>/bans/<int:ban_id>/", bans.workspace_ban, name="workspace_ban"),
    path(
        "w/<int:workspace_id>/bans/<int:ban_id>/lifting/",
        workspaces.workspace_ban_lifting,
        name="workspace_ban_lifting",
    ),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/block/", people.person_block, name="person_block"),
    path("people/<int:user_id>/block/lifting/", people.person_block_lifting, name="person_block_lifting"),
    path("direct/new/", direct.direct_new, name="direct_new"),
    path("direct/people/", direct.direct_people, name="direct_people"),
    path("rooms/<int:room_id>/joining/", rooms.room_joining, name="room_joining"),
    path("rooms/<int:room_id>/leaving/", rooms.room_leaving, name="room_leaving"),
    path("rooms/<int:room_id>/settings/", rooms.room_settings, name="room_settings"),
    path("rooms/<int:room_id>/notify/", rooms.room_notify, name="room_notify"),
    path("rooms/<int:room_id>/archiving/", rooms.room_archiving, name="room_archiving"),
    path("rooms/<int:room_id>/invitations/", invitations.room_invitations, name="room_invitations"),
    path("rooms/<int:room_id>/members/", members.room_members, name="room_members"),
    path("rooms/<int:room_id>/members/<int:user_id>/", members.room_member, name="room_member"),
    path("rooms/<int:room_id>/members/<int:user_id>/role/", members.room_member_role, name="room_member_role"),
    path("rooms/<int:room_id>/members/<int:user_id>/removal/", members.room_member_removal, name="room_member_removal"),
    path("rooms/<int:room_id>/members/<int:user_id>/ban/", members.room_member_ban, name="room_member_ban"),
    path("rooms/<int:room_id>/bans/<int:ban_id>/", bans.room_ban, name="room_ban"),
    path("rooms/<int:room_id>/bans/<int:ban_id>/lifting/", members.room_ban_lifting, name="room_ban_lifting"),
]
