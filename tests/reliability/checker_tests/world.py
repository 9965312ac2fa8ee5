"""A server that keeps the protocol, as far as a log shows it: rooms, rows, numbers, members, marks."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

ALICE, BOB, CAROL = 1, 2, 3
USERS = {"alice.1": ALICE, "bob.1": BOB, "carol.1": CAROL}
OPEN, PRIVATE, YOUNG = 7, 8, 9
"""Rooms: public; private; public with a history that begins with joining."""
KINDS = {OPEN: ("public", "shared"), PRIVATE: ("private", "shared"), YOUNG: ("public", "joined")}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Room:
    id: int
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    head: int = 0
    last_seq: int = 0
    members: dict[int, tuple[int, int]] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)

    @property
    def hides(self) -> bool:
        return KINDS[self.id][1] == "joined"

    def first(self, user: int) -> int:
        return self.members[user][0] if self.hides else 1

    def counts(self, user: int) -> dict[str, int]:
        mark = self.marks[user]
        others = [row for seq, row in self.rows.items() if seq > mark and row["author"] != user]
        named = sum(user in row["mentions"] for row in others)
        return {"last_read_seq": mark, "unread": sum(row["kind"] == "message" for row in others), "mentions": named}


class World:
    """Three rooms, and who is in them."""

    def __init__(self) -> None:
        self.epoch, self.ids = "first", 1000
        self.rooms = {room: Room(room) for room in KINDS}

    def row(self, room: Room, author: int, body: str, **fields: Any) -> dict[str, Any]:
        """A new message, committed."""
        room.last_seq, room.head, self.ids = room.last_seq + 1, room.head + 1, self.ids + 1
        row = {"id": self.ids, "seq": room.last_seq, "event_seq": room.head, "kind": "message", "author": author}
        row |= {"hash": digest(body), "msg_id": "", "deleted": False, "edited": False, "mentions": []} | fields
        room.rows[room.last_seq] = row
        if author in room.members and row["kind"] == "message" and not room.counts(author)["unread"]:
            room.marks[author] = room.last_seq
        return row

    def change(self, room: int, row: dict[str, Any], **fields: Any) -> None:
        self.rooms[room].head += 1
        row |= {"event_seq": self.rooms[room].head} | fields

    def system(self, room: Room, author: int, event: str, user: int | None) -> dict[str, Any]:
        told = {"event": event} | ({"user": user} if user else {})
        return self.row(room, author, "", kind="system", system=told)

    def enter(self, room: Room, user: int) -> None:
        room.members[user] = (room.last_seq, room.head)
        room.marks[user] = room.last_seq

    def stated(self, room: Room, user: int) -> dict[str, Any]:
        kind, history = KINDS[room.id]
        joined_seq, joined_event_seq = room.members[user]
        shared = {"id": room.id, "kind": kind, "history": history, "head": room.head, "last_seq": room.last_seq}
        return (
            shared
            | room.counts(user)
            | {"joined_seq": joined_seq, "joined_event_seq": joined_event_seq, "role": "member"}
        )

    def told(self, row: dict[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in row.items() if name != "mentions"}
        return shown | {"state": digest(json.dumps(row, sort_keys=True))}
