"""A room as it should be: the list of every state that its messages ever had, in the order of their numbers. All else is looked up in it."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple


@dataclass(frozen=True)
class Message:
    """A message in one of its states. People are names, other messages their `seq`."""

    seq: int
    event_seq: int
    author: str
    body: str = ""
    system: tuple[tuple[str, str], ...] = ()
    names: frozenset[str] = frozenset()
    everyone: bool = False
    edited: bool = False
    deleted: bool = False
    pinned: bool = False
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    reply_to: int | None = None
    root: int | None = None
    replies: int = 0

    def names_person(self, who: str) -> bool:
        """Whether it counts among the mentions of `who`."""
        return self.author != who and (self.everyone or who in self.names)

    def with_reaction(self, who: str, emoji: str, *, there: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The reactions once that of `who` is there, or is not; an emoji keeps the place of its first use."""
        found = dict(self.reactions)
        people = [one for one in found.get(emoji, ()) if one != who or there]
        if there and who not in people:
            people.append(who)
        found[emoji] = tuple(people)
        return tuple((emoji, people) for emoji, people in found.items() if people)


class Sent(NamedTuple):
    """What a `msg_id` was first sent as."""

    room: int
    body: str
    reply_to: int | None
    seq: int
    event_seq: int


@dataclass
class Member:
    joined_seq: int
    joined_event_seq: int
    mark: int
    role: str = "member"


@dataclass(frozen=True)
class Stay:
    """From which number on somebody was in the room, and the number and reason of its end, which they are not told of any more.

    In a direct room, which all its people joined with 0, `since` is where it appeared to them.
    """

    who: str
    joined_seq: int
    joined_event_seq: int
    left: int | None = None
    reason: str = ""
    since: int = 0

    def holds(self, after: int, to: int) -> bool:
        """Whether all of (after, to] lies in it."""
        return max(self.joined_event_seq, self.since) <= after <= to and (self.left is None or to < self.left)


@dataclass(frozen=True)
class Face:
    """What everybody in the room is told of it."""

    kind: str
    history: str
    archived: bool = False
    members_count: int = 0


@dataclass
class Room:
    face: Face
    log: list[Message] = field(default_factory=list)
    """Number n is `log[n - 1]`: the state that the changed message got by it."""
    faces: list[Face] = field(default_factory=list)
    """How the room looked once number n was taken, as `faces[n - 1]`."""
    members: dict[str, Member] = field(default_factory=dict)
    aside: dict[str, Member] = field(default_factory=dict)
    """Of a direct room, those to whom it is hidden."""
    stays: list[Stay] = field(default_factory=list)
    banned: set[str] = field(default_factory=set)

    @property
    def people(self) -> set[str]:
        return {*self.members, *self.aside}

    @property
    def head(self) -> int:
        return len(self.log)

    @property
    def last_seq(self) -> int:
        return max((message.seq for message in self.log), default=0)

    def at(self, number: int) -> dict[int, Message]:
        """Each message in its state as of `number`."""
        return {message.seq: message for message in self.log[:number]}

    def now(self) -> dict[int, Message]:
        return self.at(self.head)

    # --- what happens ---

    def say(self, author: str, body: str, **more) -> Message:
        """A new ordinary message; `more` are fields of it. Its author's mark follows where nothing was unread."""
        was_level = self.unread(author) == 0
        message = self._take(Message(self.last_seq + 1, 0, author, body, **more))
        if was_level:
            self.members[author].mark = message.seq
        return message

    def change(self, seq: int, **fields) -> Message:
        """The message `seq` in a new state."""
        return self._take(replace(self.now()[seq], **fields))

    def system(self, event: str, actor: str, user: str | None = None, **more: str) -> Message:
        """A new system message; `by` where somebody else did it to `user`."""
        said = {"event": event, **more}
        if user:
            said["user"] = user
            if user != actor:
                said["by"] = actor
        return self._take(Message(self.last_seq + 1, 0, actor, system=tuple(sorted(said.items()))))

    def enter(self, who: str, event: str, *, actor: str, role: str = "member", **more: str) -> None:
        self.look(members_count=self.face.members_count + 1)
        entry = self.system(event, actor, None if event == "room_created" else who, **more)
        self.members[who] = Member(entry.seq, entry.event_seq, entry.seq, role)
        self.stays.append(Stay(who, entry.seq, entry.event_seq))

    def part(self, who: str, event: str, *, actor: str) -> None:
        self.look(members_count=self.face.members_count - 1)
        member = self.members.pop(who)
        entry = self.system(event, actor, who)
        stay = next(one for one in self.stays if one.joined_event_seq == member.joined_event_seq)
        self.stays[self.stays.index(stay)] = replace(stay, left=entry.event_seq, reason=event)

    def hide(self, who: str) -> None:
        """A direct room is not there for them any more, and no number says so."""
        self.aside[who] = self.members.pop(who)
        stay = next(one for one in self.stays if one.who == who and one.left is None)
        self.stays[self.stays.index(stay)] = replace(stay, left=self.head + 1, reason="hidden")

    def show(self, who: str, *, since: int) -> None:
        self.members[who] = self.aside.pop(who)
        self.stays.append(Stay(who, 0, 0, since=since))

    def look(self, **changes) -> None:
        """From its next number on the room looks like this."""
        self.face = replace(self.face, **changes)

    def _take(self, message: Message) -> Message:
        taken = replace(message, event_seq=self.head + 1)
        self.log.append(taken)
        self.faces.append(self.face)
        return taken

    # --- what is to be seen ---

    def first_seq(self, who: str) -> int:
        """The first message that `who` may see now; a member or not."""
        member = self.members.get(who)
        return member.joined_seq if member and self.face.history == "joined" else 1

    def visible(self, who: str) -> dict[int, Message]:
        return {seq: message for seq, message in self.now().items() if seq >= self.first_seq(who)}

    def changed(self, after: int, to: int) -> list[Message]:
        """The messages that changed in (after, to], each as of `to`, by number."""
        rows = (message for message in self.at(to).values() if message.event_seq > after)
        return sorted(rows, key=lambda message: message.event_seq)

    def unread(self, who: str) -> int:
        return len([one for one in self._behind_mark(who) if one.author != who])

    def mentions(self, who: str) -> int:
        return len([one for one in self._behind_mark(who) if one.names_person(who)])

    def _behind_mark(self, who: str) -> list[Message]:
        mark = self.members[who].mark
        return [one for one in self.now().values() if one.seq > mark and not one.system]
