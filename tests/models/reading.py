"""From what the server says to what the model says: ids become names and numbers, a message's row becomes a `Message`."""

import re
from dataclasses import dataclass, field, replace

from tests.models.room import Face, Message, Room

FACE = ("kind", "history", "archived", "members_count")
TOKEN = re.compile(r"t\d+x")
"""Every text that is said holds one that no other text holds."""


@dataclass
class Names:
    """Which id the server gave to what."""

    people: dict[str, int] = field(default_factory=dict)
    rooms: list[int] = field(default_factory=list)
    messages: dict[tuple[int, int], int] = field(default_factory=dict)
    """`(room, seq): id`, the room as the model numbers it."""

    def person(self, pk: int) -> str:
        return next(name for name, found in self.people.items() if found == pk)

    def room(self, pk: int) -> int:
        return self.rooms.index(pk)

    def seq(self, pk: int) -> int:
        return next(seq for (_room, seq), found in self.messages.items() if found == pk)

    def message(self, row: dict) -> Message:
        """The state that a row shows; of one in HTML what `drawn` leaves of it."""
        thread = row["thread"] or {"root": None, "replies": 0}
        root = self.seq(thread["root"]) if thread["root"] else None
        shown = Message(
            row["seq"],
            row["event_seq"],
            self.person(row["author"]["id"]),
            names=frozenset(map(self.person, row["mentions"]["users"])),
            everyone=row["mentions"]["all"],
            edited=row["edited_at"] is not None,
            deleted=row["deleted_at"] is not None,
            reply_to=row["reply_to"]["seq"] if row["reply_to"] else None,
            root=None if root == row["seq"] else root,
            replies=thread["replies"],
        )
        if "fragment" in row:
            return replace(shown, body=" ".join(sorted(set(TOKEN.findall(row["fragment"])))))
        return replace(
            shown,
            body=row["body"],
            pinned=row["pinned_at"] is not None,
            system=self._system(row.get("system") or {}),
            reactions=tuple((one["emoji"], tuple(map(self.person, one["users"]))) for one in row["reactions"]),
        )

    def _system(self, system: dict) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((k, self.person(v) if k in ("user", "by") else v) for k, v in system.items()))


def drawn(message: Message, encoding: str) -> Message:
    """What can be read of `message` in this encoding."""
    if encoding != "chat.v1.html":
        return message
    return replace(message, body="".join(TOKEN.findall(message.body)), pinned=False, system=(), reactions=())


def face(stated: dict) -> Face:
    return Face(**{name: stated[name] for name in FACE})


def personal(room: Room, who: str) -> dict:
    """What a room's statement tells `who` of their own place."""
    member = room.members[who]
    return {
        "role": member.role,
        "joined_seq": member.joined_seq,
        "joined_event_seq": member.joined_event_seq,
        "last_read_seq": member.mark,
        "unread": room.unread(who),
        "mentions": room.mentions(who),
    }
