"""The model: people with roles in one workspace, and its rooms. Each act raises Refused or changes the model, and nothing else happens."""

import re
from collections import Counter

from tests.models.rights import (
    FULL,
    RANK,
    may_read,
    moderates,
    require,
    require_membership,
    require_reading,
    require_sight,
)
from tests.models.room import Face, Message, Room, Sent


class World:
    def __init__(self, roles: dict[str, str]):
        self.roles = dict(roles)
        self.rooms: list[Room] = []
        self.sent: dict[tuple[str, str], Sent] = {}
        self.versions: Counter[str] = Counter()
        """How often each person's `user_seq` was raised."""

    def moderates(self, who: str, room: Room) -> bool:
        return moderates(self.roles[who], who, room)

    def rooms_of(self, who: str) -> list[int]:
        return [number for number, room in enumerate(self.rooms) if who in room.members]

    # --- what is said ---

    def send(self, who: str, number: int, body: str, msg_id: str, reply_to: int | None = None) -> tuple[Sent, bool]:
        """What the ack says, and whether it is a duplicate."""
        room = self.rooms[number]
        if before := self.sent.get((who, msg_id)):
            require((number, body, reply_to) == before[:3], "conflict")
            return before, True
        require_membership(self.roles[who], who, room)
        require(not room.face.archived)
        if room.face.kind == "direct":
            require(any(self.roles[who] and self.roles[one] for one in room.people - {who}))
        root = self._answered(who, room, reply_to) if reply_to else None
        said = room.say(who, body, reply_to=reply_to, root=root, **self._named(body, room))
        if root:
            room.change(root, replies=room.now()[root].replies + 1)
        for one in sorted(room.aside):
            self._show(one, room, since=said.event_seq - 1)
        made = self.sent[who, msg_id] = Sent(number, body, reply_to, said.seq, said.event_seq)
        return made, False

    def _answered(self, who: str, room: Room, seq: int) -> int:
        answered = room.visible(who).get(seq)
        require(answered is not None, "not_found")
        require(not answered.system)
        require(not answered.deleted, "conflict")
        return answered.root or answered.seq

    def _named(self, body: str, room: Room) -> dict:
        names = set(re.findall(r"@(\w+)", body))
        public = room.face.kind == "public"
        access = {who for who, role in self.roles.items() if public and role in FULL} | room.people
        return {"names": frozenset(names & access), "everyone": "all" in names}

    def edit(self, who: str, number: int, seq: int, body: str, *, stale: bool) -> Message:
        room, message = self._held(who, number, seq)
        require(message.author == who)
        require(not message.deleted, "conflict")
        if message.body == body:
            return message
        require(not stale, "conflict")
        return room.change(seq, body=body, edited=True, **self._named(body, room))

    def delete(self, who: str, number: int, seq: int) -> Message:
        room, message = self._held(who, number, seq, as_moderator=True)
        require(message.author == who or self.moderates(who, room))
        if message.deleted:
            return message
        return room.change(seq, deleted=True, body="", names=frozenset(), everyone=False, reactions=(), pinned=False)

    def react(self, who: str, number: int, seq: int, emoji: str, *, there: bool) -> Message:
        room, message = self._held(who, number, seq)
        require(not message.deleted, "conflict")
        reactions = message.with_reaction(who, emoji, there=there)
        return message if reactions == message.reactions else room.change(seq, reactions=reactions)

    def pin(self, who: str, number: int, seq: int, *, pinned: bool) -> Message:
        room, message = self._held(who, number, seq, as_moderator=True)
        require(room.face.kind == "direct" or self.moderates(who, room))
        require(not message.deleted, "conflict")
        return message if message.pinned == pinned else room.change(seq, pinned=pinned)

    def find(self, who: str, word: str) -> set[tuple[int, int]]:
        """`(room, seq)` of the messages that hold `word` now, and that `who` may read."""
        rooms = [(number, room) for number, room in enumerate(self.rooms) if may_read(self.roles[who], who, room)]
        seen = ((number, one) for number, room in rooms for one in room.visible(who).values())
        return {(number, one.seq) for number, one in seen if word in one.body.split()}

    def _held(self, who: str, number: int, seq: int, *, as_moderator: bool = False) -> tuple[Room, Message]:
        """The message to act on, by one who may act in its room."""
        room = self.rooms[number]
        require_sight(self.roles[who], who, room)
        looks_after = as_moderator and room.face.history == "shared" and self.moderates(who, room)
        require(who in room.members or looks_after)
        require(seq >= room.first_seq(who), "not_found")
        message = room.now()[seq]
        require(not room.face.archived and not message.system)
        return room, message

    # --- how far it is read ---

    def read(self, who: str, number: int, seq: int) -> None:
        room = self.rooms[number]
        require_membership(self.roles[who], who, room)
        self._put(who, room, max(room.members[who].mark, min(seq, room.last_seq)))

    def unread(self, who: str, number: int, seq: int) -> None:
        room = self.rooms[number]
        require_membership(self.roles[who], who, room)
        first = room.members[who].joined_seq if room.face.history == "joined" else 0
        self._put(who, room, max(first, min(seq - 1, room.last_seq)))

    def _put(self, who: str, room: Room, mark: int) -> None:
        self.versions[who] += mark != room.members[who].mark
        room.members[who].mark = mark

    def may_read(self, who: str, number: int) -> None:
        require_reading(self.roles[who], who, self.rooms[number])

    # --- who is where ---

    def join(self, who: str, number: int) -> None:
        room = self.rooms[number]
        if who in room.members:
            return
        require(room.face.kind == "public" and self.roles[who] in FULL, "not_found")
        require(not room.face.archived and who not in room.banned)
        self._enter(who, room, "joined", who)

    def leave(self, who: str, number: int) -> None:
        room = self.rooms[number]
        if who in room.members:
            require(not room.face.archived)
            self._part(who, room, "left", who)

    def add(self, actor: str, number: int, who: str) -> None:
        if actor == who:
            self.join(who, number)
            return
        room = self.rooms[number]
        require(not room.face.archived)
        adds = room.face.kind == "public" and self.roles[actor] in FULL and actor in room.members
        require(adds or self.moderates(actor, room))
        require(self.roles[who] != "", "not_found")
        if who not in room.members:
            require(who not in room.banned)
            self._enter(who, room, "added", actor)

    def remove(self, actor: str, number: int, who: str) -> None:
        if actor == who:
            self.leave(who, number)
            return
        room = self._looked_after(actor, number)
        require(who in room.members, "not_found")
        self._part(who, room, "removed", actor)

    def ban(self, actor: str, number: int, who: str) -> None:
        room = self._looked_after(actor, number)
        require(self.roles[who] != "", "not_found")
        require(actor != who and RANK[self.roles[who]] <= max(RANK[self.roles[actor]], RANK["member"]))
        room.banned.add(who)
        if who in room.members:
            self._part(who, room, "banned", actor)
        else:
            self.versions[who] += 1

    def unban(self, actor: str, number: int, who: str) -> None:
        room = self._looked_after(actor, number)
        room.banned.discard(who)
        self.versions[who] += 1

    def appoint(self, actor: str, number: int, who: str, role: str) -> None:
        room = self._looked_after(actor, number)
        require(who in room.members, "not_found")
        require(role == "member" or self.roles[who] != "guest", "invalid")
        member = room.members[who]
        if member.role != role:
            room.system("role_changed", actor, who, old=member.role, new=role)
            member.role = role
            self.versions[who] += 1

    def expel(self, actor: str, who: str) -> None:
        """Out of the workspace and of all its rooms; `actor` stands above them."""
        require(self.roles[who] != "", "not_found")
        for number in (one for one in self.rooms_of(who) if self.rooms[one].face.kind != "direct"):
            self.rooms[number].part(who, "removed", actor=actor)
        self.roles[who] = ""
        self.versions[who] += 1

    def take_back(self, who: str, role: str) -> None:
        if not self.roles[who]:
            self.roles[who] = role
            self.versions[who] += 1

    def _show(self, who: str, room: Room, *, since: int) -> None:
        room.show(who, since=since)
        self.versions[who] += 1

    def _enter(self, who: str, room: Room, event: str, actor: str) -> None:
        room.enter(who, event, actor=actor)
        self.versions[who] += 1

    def _part(self, who: str, room: Room, event: str, actor: str) -> None:
        room.part(who, event, actor=actor)
        self.versions[who] += 1

    # --- what the rooms are ---

    def create(self, who: str, kind: str, history: str, name: str) -> Room:
        room = Room(Face(kind, history))
        self.rooms.append(room)
        room.enter(who, "room_created", actor=who, role="moderator", new=name)
        self.versions[who] += 1
        return room

    def alter(self, actor: str, number: int, **changes: str) -> None:
        """`kind` and `history`: a number for each that is another now."""
        room = self._looked_after(actor, number)
        for name in ("kind", "history"):
            old, new = getattr(room.face, name), changes.get(name)
            if new and new != old:
                room.look(**{name: new})
                room.system(f"{name}_changed", actor, old=old, new=new)

    def archive(self, actor: str, number: int, *, archived: bool) -> None:
        room = self.rooms[number]
        require(self.moderates(actor, room))
        if room.face.archived != archived:
            room.look(archived=archived)
            room.system("archived" if archived else "unarchived", actor)

    def _looked_after(self, actor: str, number: int) -> Room:
        room = self.rooms[number]
        require(not room.face.archived)
        require(self.moderates(actor, room))
        return room
