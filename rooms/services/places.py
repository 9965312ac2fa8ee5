"""Coming into a room and going out of it: the two steps that every way in and out shares. The room is locked by the caller."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Notify, User
from rooms import banned
from rooms.models import Ban, Membership, Room, RoomLog, RoomRole, WorkspaceMembership
from rooms.ports import journal


def enter(room: Room, log: RoomLog, user: User, *, actor: User, event: str) -> Membership:
    """Make `user` a member, one number in the room's log. Their read mark is at the end."""
    room.members_count += 1
    room.save(update_fields=["members_count"])
    entry = journal().write(room, log, actor=actor, event=event, user=user, shared=True)
    return Membership.objects.create(
        room=room,
        user=user,
        role=RoomRole.MEMBER,
        joined_seq=entry.seq,
        joined_event_seq=entry.event_seq,
        hears_all=user.notify == Notify.ALL,
        last_read_seq=entry.seq,
        read_posted=log.posted,
        receipt_seq=entry.seq,
    )


def part(membership: Membership, room: Room, log: RoomLog, *, actor: User, event: str) -> None:
    """End a membership, one number in the room's log; `event` (`left`, `removed` or `banned`) is also the reason that its socket is told."""
    membership.delete()
    room.members_count -= 1
    room.save(update_fields=["members_count"])
    journal().write(room, log, actor=actor, event=event, user=membership.user, shared=True, reason=event)


def require_place_in_workspace(room: Room, user: User) -> WorkspaceMembership:
    """The place of `user` in the room's workspace, locked: nobody comes into a room while they are removed from its workspace.

    Raises WorkspaceMembership.DoesNotExist for who does not belong to it.
    """
    return WorkspaceMembership.objects.select_for_update(no_key=True).get(workspace=room.workspace_id, user=user)


def require_not_banned(room: Room, user: User, *, actor: User) -> None:
    """Nobody who is banned comes in, by whatever way. Who comes by themselves is told why, and until when."""
    bans = Ban.objects.keeping_out(user, room.workspace_id, room)
    if actor.pk == user.pk:
        banned.refuse(user, bans)
    elif bans.exists():
        raise PermissionDenied(_("Who is banned from this room cannot come in."))
