"""What the model says of every frame: that it lies within a stay and within the history rule, and holds just what there was to tell."""

from collections.abc import Callable

from tests.models.line import Line
from tests.models.reading import Names, drawn, face, personal
from tests.models.rights import Refused
from tests.models.room import Room, Stay
from tests.models.world import World


class Watch:
    """Called with each frame right before a device hears it; an AssertionError names what is wrong with it."""

    def __init__(self, world: World, names: Names):
        self.world, self.names = world, names

    def __call__(self, line: Line, frame: dict) -> None:
        payload = frame["payload"]
        match frame["cmd_type"]:
            case "hello":
                self._hello(line, payload)
            case "changes":
                self._require_held(line, payload["room"])
                self._changes(line, payload)
            case "room.changed":
                self._require_held(line, payload["room"]["id"])
                self._shared(payload["room"])
            case "rooms.changed":
                for stated in payload["rooms"]:
                    self._stated(line, stated)
            case "room.left":
                room = self.world.rooms[self.names.room(payload["room"])]
                # What is hidden takes no number: the end is told with the head.
                ends = [
                    (one.left and one.left - (one.reason == "hidden"), one.reason)
                    for one in room.stays
                    if one.who == line.who
                ]
                assert (payload["event_seq"], payload["reason"]) in ends, f"{line.who} never left so: {payload}"
            case "read":
                self._require_held(line, payload["room"])
            case "ack":
                self._answer(line, frame["msg_id"], payload)

    def _require_held(self, line: Line, room: int) -> None:
        assert room in line.device.rooms, f"{line.who} was told of room {room} after its end"

    # --- events ---

    def _changes(self, line: Line, change: dict) -> None:
        """Of a stay, all that may be seen of (from, to], and nothing else."""
        number = self.names.room(change["room"])
        room, after, to = self.world.rooms[number], change["from"], change["to"]
        held = line.device.rooms[change["room"]].personal["joined_event_seq"]
        stays = [one for one in room.stays if one.joined_event_seq == held and one.who == line.who]
        stay = next((one for one in stays if one.holds(after, to) and after < to), None)
        assert stay, f"{line.who} was told of {after}..{to}, and was there {stays}"
        rows = [self.names.message(row) for row in change["messages"]]
        changed = [drawn(one, line.encoding) for one in room.changed(after, to)]
        assert rows in [[one for one in changed if one.seq >= first] for first in _firsts(room, stay, to)], (
            f"{line.who} was told {rows} for {after}..{to} of {changed}"
        )
        assert "cause" not in change or rows, f"{line.who} was told why something hidden changed"

    def _shared(self, stated: dict) -> None:
        room = self.world.rooms[self.names.room(stated["id"])]
        number = stated["head"]
        assert face(stated) == room.faces[number - 1]
        assert stated["last_seq"] == max(room.at(number))

    def _stated(self, line: Line, stated: dict) -> None:
        self._shared(stated)
        room = self.world.rooms[self.names.room(stated["id"])]
        joined = stated["joined_seq"], stated["joined_event_seq"]
        stays = [one for one in room.stays if (one.joined_seq, one.joined_event_seq) == joined and one.who == line.who]
        assert any(one.holds(stated["head"], stated["head"]) for one in stays), f"{line.who} was there {stays}"

    # --- answers, which speak of now ---

    def _hello(self, line: Line, hello: dict) -> None:
        for stated in hello["rooms"]:
            self._stated(line, stated)
        self.rooms(line.who, hello["rooms"])

    def rooms(self, who: str, rooms: list[dict]) -> None:
        """All rooms of `who`, as `hello` and `rooms` state them."""
        found = {self.names.room(stated["id"]): stated for stated in rooms}
        assert sorted(found) == self.world.rooms_of(who)
        for number, stated in found.items():
            room = self.world.rooms[number]
            assert (stated["head"], stated["last_seq"]) == (room.head, room.last_seq)
            expected = personal(room, who)
            assert {name: stated[name] for name in expected} == expected

    def _answer(self, line: Line, msg_id: str, answer: dict) -> None:
        cmd_type, asked, _held = line.device.asked.get(msg_id, ("", {}, None))
        if cmd_type == "history":
            self.history(line, self.names.room(asked["room"]), answer, asked)
        elif cmd_type == "sync":
            for entry, wanted in zip(answer["rooms"], asked["rooms"], strict=True):
                self.sync(line, entry, wanted["after"])
        elif cmd_type == "rooms":
            self.rooms(line.who, answer["rooms"])

    def history(self, line: Line, number: int, answer: dict, asked: dict) -> None:
        """The page of the visible that was asked for, by `before`, `after` or none of them."""
        self.world.may_read(line.who, number)
        room = self.world.rooms[number]
        seqs = sorted(room.visible(line.who))
        low, high = asked.get("after", 0), asked.get("before", room.last_seq + 1)
        within = [seq for seq in seqs if low < seq < high]
        page = within[: asked["limit"]] if "after" in asked else within[-asked["limit"] :]
        rows = [self.names.message(row) for row in answer["messages"]]
        assert answer["head"] == room.head
        assert rows == [drawn(room.visible(line.who)[seq], line.encoding) for seq in page]
        if page:
            assert (answer["has_before"], answer["has_after"]) == (seqs[0] < page[0], page[-1] < seqs[-1])

    def sync(self, line: Line, entry: dict, after: int) -> None:
        """What changed since `after` and may be seen, or `reset` where that cannot be told."""
        number = self.names.room(entry["room"])
        room = self.world.rooms[number]
        refusal = _refusal(self.world.may_read, line.who, number)
        assert entry.get("error", {"code": ""})["code"] == refusal
        if refusal:
            return
        member = room.members.get(line.who)
        assert entry["head"] == room.head
        if after > room.head or (member and after < member.joined_event_seq):
            assert entry.get("reset")
            return
        assert (entry["from"], entry["to"], entry["more"]) == (after, room.head, False)
        seen = [one for one in room.changed(after, room.head) if one.seq >= room.first_seq(line.who)]
        assert [self.names.message(row) for row in entry["messages"]] == [drawn(one, line.encoding) for one in seen]


def _refusal(model: Callable, *args) -> str:
    try:
        model(*args)
    except Refused as refused:
        return refused.code
    return ""


def _firsts(room: Room, stay: Stay, to: int) -> set[int]:
    """From which message on somebody may see what number `to` brought: by the rule as of then, or one that holds since."""
    return {stay.joined_seq if look.history == "joined" else 1 for look in room.faces[to - 1 :]}
