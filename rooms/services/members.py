"""Members of rooms: joining, leaving, adding, removing, their roles and settings. One number in the room's log for each."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, touch
from rooms import broadcasts
from rooms.locks import lock
from rooms.models import Membership, Role, Room, RoomRole
from rooms.permissions import may_moderate, require_moderator, require_open, workspace_role
from rooms.ports import journal
from rooms.querysets import FULL_ROLES
from rooms.services.direct import hide_room
from rooms.services.levels import hears_all
from rooms.services.places import enter, part, require_not_banned, require_place_in_workspace

NOTIFY = ("all", "mentions", "nothing", None)


def join_room(actor: User, room: Room) -> Membership:
    """Become a member of a public room; who is one already stays so, without a number.

    Raises Room.DoesNotExist where the room is not public (nobody learns that it is there), PermissionDenied for guests,
    for who is banned and in an archived room, WorkspaceMembership.DoesNotExist for who is not of its workspace.
    """
    log = lock(room)
    if membership := _membership(room, actor):
        return membership
    place = require_place_in_workspace(room, actor)
    if room.kind != Room.Kind.PUBLIC or place.role not in FULL_ROLES:
        raise Room.DoesNotExist
    require_open(room)
    require_not_banned(room, actor, actor=actor)
    membership = enter(room, log, actor, actor=actor, event="joined")
    broadcasts.places_changed(actor.pk, touch(actor.pk), rooms=[room.pk])
    return membership


def leave_room(actor: User, room: Room) -> None:
    """Stop being a member; who is none changes nothing. A direct room is hidden. Raises PermissionDenied in an archived room."""
    if room.kind == Room.Kind.DIRECT:
        hide_room(actor, room)
        return
    log = lock(room)
    membership = _membership(room, actor)
    if membership is None:
        return
    require_open(room)
    part(membership, room, log, actor=actor, event="left")
    broadcasts.places_changed(actor.pk, touch(actor.pk), gone=[room.pk])


def add_member(actor: User, room: Room, user: User) -> Membership:
    """Make somebody of the workspace a member; who is one already stays so, without a number. Adding oneself is joining.

    Into a public room any member adds people (but no guest does), into a private one its moderators do. Raises
    PermissionDenied otherwise, for who is banned or deactivated and in an archived room,
    WorkspaceMembership.DoesNotExist for who is not of the workspace.
    """
    if user.pk == actor.pk:
        return join_room(actor, room)
    log = lock(room)
    require_open(room)
    _require_adder(actor, room)
    require_place_in_workspace(room, user)
    if membership := _membership(room, user):
        return membership
    require_not_banned(room, user, actor=actor)
    if not user.is_active:
        raise PermissionDenied(_("This account is deactivated."))
    membership = enter(room, log, user, actor=actor, event="added")
    broadcasts.places_changed(user.pk, touch(user.pk), rooms=[room.pk])
    return membership


def remove_member(actor: User, room: Room, user: User, *, reason: str = "") -> None:
    """Take somebody out of the room. Removing oneself is leaving.

    Raises PermissionDenied for who does not moderate the room and in an archived one, Membership.DoesNotExist for who is no member.
    """
    if user.pk == actor.pk:
        leave_room(actor, room)
        return
    log = lock(room)
    require_open(room)
    require_moderator(actor, room)
    membership = room.memberships.select_related("user").get(user=user)
    part(membership, room, log, actor=actor, event="removed")
    audit(actor, "room.member_removed", room, reason=reason, user=user.pk)
    broadcasts.places_changed(user.pk, touch(user.pk), gone=[room.pk])


def change_member_role(actor: User, room: Room, user: User, *, role: str) -> Membership:
    """Make a member a moderator of the room, or a moderator a member; the same role again takes no number.

    Raises PermissionDenied for who does not moderate the room and in an archived one, Membership.DoesNotExist for who is
    no member, ValidationError for an unknown role and for a guest as moderator.
    """
    log = lock(room)
    require_open(room)
    require_moderator(actor, room)
    membership = room.memberships.select_related("user").get(user=user)
    if role not in RoomRole.values:
        raise ValidationError({"role": _("Expected one of: member, moderator.")})
    if role == RoomRole.MODERATOR and workspace_role(user, room.workspace_id) == Role.GUEST:
        raise ValidationError({"role": _("A guest cannot moderate.")})
    old = membership.role
    if role == old:
        return membership
    membership.role = role
    membership.save(update_fields=["role"])
    audit(actor, "room.role_changed", room, user=user.pk, old=old, new=role)
    journal().write(room, log, actor=actor, event="role_changed", user=user, old=old, new=role)
    broadcasts.places_changed(user.pk, touch(user.pk), rooms=[room.pk])
    return membership


def set_notify(actor: User, room: Room, *, notify: str | None, origin: str = "") -> Membership:
    """What of the room `actor` wants to hear of: `all`, `mentions`, `nothing`, or None for what their settings say.

    Raises PermissionDenied for who is no member, Room.DoesNotExist where they may not know of it, ValidationError for another value.
    Takes no number.
    """
    if notify not in NOTIFY:
        raise ValidationError({"notify": _("Expected one of: all, mentions, nothing, null.")})
    membership = room.memberships.select_for_update(no_key=True).filter(user=actor, is_hidden=False).first()
    if membership is None:
        Room.objects.visible_to(actor).get(pk=room.pk)  # a stranger gets "not found"
        raise PermissionDenied(_("Join this room to do that."))
    if membership.notify != notify:
        membership.notify, membership.hears_all = notify, hears_all(actor.pk, notify)
        membership.save(update_fields=["notify", "hears_all"])
        broadcasts.places_changed(actor.pk, touch(actor.pk), rooms=[room.pk], origin=origin)
    return membership


def _membership(room: Room, user: User) -> Membership | None:
    return room.memberships.select_related("user").filter(user=user).first()


def _require_adder(actor: User, room: Room) -> None:
    if may_moderate(actor, room):
        return
    full = workspace_role(actor, room.workspace_id) in FULL_ROLES
    if room.kind != Room.Kind.PUBLIC or not full or not room.memberships.filter(user=actor).exists():
        raise PermissionDenied(_("Members add people to a public room, moderators to a private one."))
