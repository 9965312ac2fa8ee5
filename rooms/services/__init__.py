"""What people do with workspaces, rooms and their places in them. Called through `chatsite.realtime.commit.commit`."""

from rooms.services.bans import ban_from_room, change_ban, unban
from rooms.services.direct import appear, hide_room, open_direct, require_heard, why_silent
from rooms.services.installation import epoch, installation, new_epoch, opens_set_up, set_up, set_up_link
from rooms.services.invitations import accept_invitation, create_invitation, revoke_invitation
from rooms.services.levels import align_levels
from rooms.services.members import (
    add_member,
    change_member_role,
    join_room,
    leave_room,
    remove_member,
    set_notify,
)
from rooms.services.rooms import archive_room, change_room, create_room, unarchive_room
from rooms.services.workspaces import (
    add_to_workspace,
    admit,
    ban_from_workspace,
    change_role,
    create_workspace,
    remove_from_workspace,
    rename_workspace,
    unban_from_workspace,
)

__all__ = [
    "accept_invitation",
    "add_member",
    "add_to_workspace",
    "admit",
    "align_levels",
    "appear",
    "archive_room",
    "ban_from_room",
    "ban_from_workspace",
    "change_ban",
    "change_member_role",
    "change_role",
    "change_room",
    "create_invitation",
    "create_room",
    "create_workspace",
    "epoch",
    "hide_room",
    "installation",
    "join_room",
    "leave_room",
    "new_epoch",
    "open_direct",
    "opens_set_up",
    "remove_from_workspace",
    "remove_member",
    "rename_workspace",
    "require_heard",
    "revoke_invitation",
    "set_notify",
    "set_up",
    "set_up_link",
    "unarchive_room",
    "unban",
    "unban_from_workspace",
    "why_silent",
]
