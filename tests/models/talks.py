"""The model of direct rooms: nobody comes or goes, and each hides them for themselves."""

from tests.models.room import Face, Member, Room, Stay
from tests.models.world import World


class Talks(World):
    def open(self, who: str, others: list[str]) -> Room:
        """A room of just these, which the others see with its first message."""
        room = Room(Face("direct", "shared", members_count=len(others) + 1))
        self.rooms.append(room)
        room.members[who] = Member(0, 0, 0)
        room.stays.append(Stay(who, 0, 0))
        room.aside = {other: Member(0, 0, 0) for other in others}
        self.versions[who] += 1
        return room

    def open_again(self, who: str, number: int) -> None:
        room = self.rooms[number]
        if who in room.aside:
            self._show(who, room, since=room.head)

    def hide(self, who: str, number: int) -> None:
        room = self.rooms[number]
        if who in room.members:
            room.hide(who)
            self.versions[who] += 1
