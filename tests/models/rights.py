"""Who may do what, by the protocol's section 11: the model's own reading of it."""

from tests.models.room import Room

RANK = {"": 0, "guest": 1, "member": 2, "moderator": 3, "admin": 4, "owner": 5}
FULL = {"member", "moderator", "admin", "owner"}
MODERATING = {"moderator", "admin", "owner"}


class Refused(Exception):
    """The act must be refused, with this code."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def sees(role: str, who: str, room: Room) -> bool:
    """Whether `who`, with this role in the workspace, may know of the room."""
    return who in room.members or (room.face.kind == "public" and role in FULL and who not in room.banned)


def moderates(role: str, who: str, room: Room) -> bool:
    if room.face.kind == "direct":
        return False
    member = room.members.get(who)
    if role in MODERATING and (room.face.kind == "public" or member):
        return True
    return role == "member" and member is not None and member.role == "moderator"


def may_read(role: str, who: str, room: Room) -> bool:
    return sees(role, who, room) and (who in room.members or room.face.history == "shared")


def require_sight(role: str, who: str, room: Room) -> None:
    if not sees(role, who, room):
        raise Refused("not_found")


def require_reading(role: str, who: str, room: Room) -> None:
    require_sight(role, who, room)
    if who not in room.members and room.face.history != "shared":
        raise Refused("forbidden")


def require_membership(role: str, who: str, room: Room) -> None:
    require_sight(role, who, room)
    if who not in room.members:
        raise Refused("forbidden")


def require(condition: bool, code: str = "forbidden") -> None:
    if not condition:
        raise Refused(code)
