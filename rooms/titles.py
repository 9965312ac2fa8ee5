"""What a direct room is called: it has no name of its own, each of its people knows it by the others."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from rooms.models import Room


def others(room: dict[str, Any], viewer: User) -> list[dict[str, Any]]:
    """The people of a direct room (as it is stated) but for `viewer`; none where it is their notes."""
    return [user for user in room["users"] if user["id"] != viewer.pk]


def title(room: dict[str, Any], viewer: User) -> str:
    """The shown names of the others."""
    between = pgettext("between names", ", ")
    return between.join(user["display_name"] for user in others(room, viewer)) or _("Notes to self")


def call(room: Room, stated: dict[str, Any] | None, viewer: User) -> Room:
    """Give a direct room its title as its name, on the object alone: it is shown, and never saved."""
    if room.kind == Room.Kind.DIRECT and stated:
        room.name = title(stated, viewer)
    return room
