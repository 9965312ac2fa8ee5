"""The end: I5 (who is connected has everything), I14 (all hold what a fresh fetch and the database do), I15 (counts are a recount)."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from msgspec import Struct

from tests.reliability.checker.acts import Revoke
from tests.reliability.checker.evidence import Client, Evidence
from tests.reliability.checker.reader import Reader
from tests.reliability.checker.shapes import Closed, Final, Fresh, HeldRoom, Hello
from tests.reliability.checker.slices import Findings, Part
from tests.reliability.checker.tables import Message

DONE = 1000
"""The close code of a client that went by itself."""
SENT_AWAY = {4401, 4403}
"""Those of an ended session, and of a deactivated account."""


class End(Struct):
    """How one client's log ends."""

    client: Client
    final: Final | None = None
    final_at: int | None = None
    closed: int | None = None
    """The code with which the last socket closed; None while there is another, and for one that just broke."""
    closed_at: int | None = None
    is_refreshed: bool = False


class Ends(Reader):
    """Compares `final` with `fresh`, and both with the dump. Rows that both lack are I5's, rows that differ I14's."""

    def __init__(self, evidence: Evidence, found: Findings) -> None:
        self._evidence, self._dump, self._found = evidence, evidence.dump, found
        self._rooms_of: dict[int, set[int]] = defaultdict(set)
        self._unsure: set[tuple[int, int]] = set()
        """(room, user) of direct rooms of which nobody knows whether they are hidden."""
        for (room, user), member in self._dump.members.items():
            if not member.hidden:
                self._rooms_of[user].add(room)
            if member.hidden is None:
                self._unsure.add((room, user))
        self._agreed: dict[int, dict[int, str]] = defaultdict(dict)
        """By room and seq, what a fresh fetch held first."""
        self._ends: list[End] = []

    def handlers(self, client: Client) -> dict[type, Callable]:
        end = End(client)
        self._ends.append(end)

        def hello(at: int, record: Hello) -> None:
            end.closed = end.closed_at = None

        def closed(at: int, record: Closed) -> None:
            if end.final is None:
                end.closed, end.closed_at = record.code, at

        def final(at: int, record: Final) -> None:
            end.final, end.final_at = record, at
            if record.connected:
                self._require_complete(client, at, record)

        def fresh(at: int, record: Fresh) -> None:
            end.is_refreshed = True
            self._require_fresh(client, at, record)
            if end.final and end.final.connected:
                self._require_agreement(client, end.final_at, end.final, at, record)
            if end.final:
                end.final.rooms = []  # of many rooms that is too much to keep

        return {Hello: hello, Closed: closed, Final: final, Fresh: fresh}

    def finish(self) -> None:
        for end in self._ends:
            name = end.client.name
            if end.final is None or not end.final.connected:
                if not self._went(end):
                    sentence = f"{name} is not connected in the end, and nobody ended their session"
                    self._found.add("I5", sentence, end.closed_at, _brief(end.final_at))
            elif not end.is_refreshed:
                self._found.add("I14", f"{name} has no fresh fetch to be compared with", _brief(end.final_at))

    def _went(self, end: End) -> bool:
        revoked = self._evidence.of_admin(Revoke)
        is_out = any(one.user == end.client.user and one.client in (None, end.client.name) for one in revoked)
        return end.closed == DONE or (is_out and end.closed in SENT_AWAY)

    # --- I5 ---

    def _require_complete(self, client: Client, at: int, final: Final) -> None:
        held = {room.id: room for room in final.rooms}
        for room in sorted(self._rooms_of[client.user]):
            if room not in held and (room, client.user) in self._unsure:
                continue
            if room not in held:
                self._found.add("I5", f"{client.name} does not hold room {room} and is a member", Part(at, room))
                continue
            log, here = self._dump.rooms[room], held[room]
            if here.cursor != log.head:
                sentence = f"{client.name} stands at {here.cursor} of {log.head} in room {room}"
                self._found.add("I5", sentence, Part(at, room), self._next(room, here.cursor))
            if here.low is None:
                continue
            first = max(here.low, self._dump.first_visible(room, client.user))
            if missing := self._missing(here, first):
                sentence = f"{client.name} lacks {len(missing)} messages of room {room}, the first at seq {missing[0]}"
                self._found.add("I5", sentence, Part(at, room), self._dump.by_seq[room].get(missing[0]))

    def _next(self, room: int, cursor: int) -> Message | None:
        """The change right behind a cursor, as far as the database still knows of it."""
        numbers = self._dump.by_number[room]
        return numbers.get(min((number for number in numbers if number > cursor), default=0))

    def _missing(self, room: HeldRoom, first: int) -> list[int]:
        """Which seqs of the database's, from `first` on, it lacks."""
        there = self._dump.by_seq[room.id]
        return sorted(seq for seq in there.keys() - room.rows.keys() if seq >= first)

    # --- I14 and I15 ---

    def _require_fresh(self, client: Client, at: int, fresh: Fresh) -> None:
        """A fresh fetch is what the database has."""
        name, user, rooms = client.name, client.user, self._rooms_of[client.user]
        if fresh.epoch != self._dump.epoch:
            sentence = f"a fresh fetch of {name} is in epoch {fresh.epoch}, not {self._dump.epoch}"
            self._found.add("I14", sentence, _brief(at))
        here = [room for room in fresh.rooms if room.id in self._dump.rooms]
        differing = sorted(room for room in rooms ^ {one.id for one in here} if (room, user) not in self._unsure)
        if differing:
            sentence = f"a fresh fetch of {name} and the members in the database differ in rooms {differing}"
            self._found.add("I14", sentence, _brief(at))
        for room in (one for one in here if one.id in rooms):
            if missing := self._missing(room, self._dump.first_visible(room.id, user)):
                sentence = f"a fresh fetch of {name} lacks {len(missing)} messages of room {room.id}"
                self._found.add("I14", sentence, Part(at, room.id), self._dump.by_seq[room.id].get(missing[0]))
            if (seq := next(self._disagreeing(room), None)) is not None:
                sentence = (
                    f"a fresh fetch of {name} holds seq {seq} of room {room.id} otherwise than the database or others"
                )
                self._found.add("I14", sentence, Part(at, room.id, (seq,)), self._dump.by_seq[room.id].get(seq))
            self._require_marks(client, at, room)

    def _disagreeing(self, room: HeldRoom) -> Iterator[int]:
        agreed, kept = self._agreed[room.id], self._dump.by_seq[room.id]
        for seq, held in room.rows.items():
            known = agreed.get(seq)
            if known is None:
                agreed[seq] = held
                row = kept.get(seq)
                if row is None or int(held.partition(":")[0]) != row.event_seq:
                    yield seq
            elif known != held:
                yield seq

    def _require_marks(self, client: Client, at: int, room: HeldRoom) -> None:
        user, last = client.user, self._dump.rooms[room.id].last_seq
        mark = self._dump.members[room.id, user].last_read_seq
        if mark is None:
            mark = room.last_read_seq or 0
        if room.last_read_seq != mark:
            sentence = f"{client.name} has read room {room.id} to {room.last_read_seq}, and to {mark} in the database"
            self._found.add("I14", sentence, Part(at, room.id))
            return
        recount = (self._dump.unread(room.id, user, mark, last), self._dump.mentions(room.id, user, mark))
        for name, told, counted in zip(("unread", "mentions"), (room.unread, room.mentions), recount, strict=True):
            if told != counted:
                sentence = f"{client.name} has {told} {name} in room {room.id}; recounted from {mark} it is {counted}"
                self._found.add("I15", sentence, Part(at, room.id))

    def _require_agreement(self, client: Client, final_at: int, final: Final, at: int, fresh: Fresh) -> None:
        """Whoever followed the changes holds what a fresh fetch does."""
        if final.epoch != fresh.epoch:
            sentence = f"{client.name} is in epoch {final.epoch}, and a fresh fetch in {fresh.epoch}"
            self._found.add("I14", sentence, _brief(final_at), _brief(at))
        afresh = {room.id: room for room in fresh.rooms}
        for room in final.rooms:
            other = afresh.get(room.id)
            if other is None:
                sentence = f"{client.name} holds room {room.id}, which a fresh fetch does not"
                self._found.add("I14", sentence, Part(final_at, room.id))
                continue
            if differing := _differing(room, other):
                sentence = (
                    f"{client.name} holds {len(differing)} messages of room {room.id} otherwise than a fresh fetch"
                )
                seqs = differing[:1]
                self._found.add("I14", sentence, Part(final_at, room.id, seqs), Part(at, room.id, seqs))
            for name in ("last_read_seq", "unread", "mentions"):
                if (mine := getattr(room, name)) != (theirs := getattr(other, name)):
                    sentence = f"{client.name} has {name} {mine} in room {room.id}, and a fresh fetch {theirs}"
                    self._found.add("I14", sentence, Part(final_at, room.id), Part(at, room.id))


def _differing(room: HeldRoom, other: HeldRoom) -> list[int]:
    """What both hold and not alike, or only `room` does."""
    if room.rows == other.rows:
        return []
    return sorted(seq for seq, held in room.rows.items() if other.rows.get(seq) != held)


def _brief(at: int | None) -> Part | None:
    """The record without its rooms."""
    return None if at is None else Part(at, 0)
