"""What a client knows, and how frames and answers change it (protocol page, section 6, "The client's algorithm")."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.reliability import frames, protocol
from tests.reliability.connection import Connection, Refused
from tests.reliability.frames import Part
from tests.reliability.record import listed, notice
from tests.reliability.room import Room

if TYPE_CHECKING:
    from tests.reliability.client import Client

STATED_BY_MARKS = ("last_read_seq", "unread", "mentions", "last_seq")


class Book:
    """`rooms` by id, `epoch` and `user_seq`; it outlives every socket."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self.rooms: dict[int, Room] = {}
        self.epoch: str | None = None
        self.user_seq = -1
        self._heads: dict[int, int] | None = None  # as the last `hello` stated, until all rooms are level with it
        self._is_asking = self._asks_again = False

    @property
    def is_level(self) -> bool:
        """Whether nothing is missing, held back or asked for."""
        return self._heads is None and not self._is_asking and all(room.is_level for room in self.rooms.values())

    def has(self, heads: dict[int, int]) -> bool:
        """Whether its rooms have come to `heads`."""
        return all(room.cursor >= heads.get(room.id, 0) for room in self.rooms.values())

    def lose(self) -> None:
        """The socket is over: what was asked is not answered any more."""
        self._heads, self._is_asking, self._asks_again = None, False, False
        for room in self.rooms.values():
            room.lose()

    def final(self) -> dict[str, Any]:
        """All of it, as it is recorded at the end."""
        rooms = [room.final() for room in self.rooms.values() if not room.is_watched]
        return {"connected": self.client.is_connected, "epoch": self.epoch, "user_seq": self.user_seq, "rooms": rooms}

    # --- events ---

    def hear(self, connection: Connection, cmd_type: str, payload: Any) -> None:
        """An event."""
        log, number = self.client.log, connection.number
        match cmd_type:
            case "changes":
                log.changes(number, "live", payload.line)
                self._take(connection, payload)
            case "hello":
                self._on_hello(connection, payload)
            case "rooms.changed":
                log.write("rooms", conn=number, **listed(payload), gone=payload["gone"], via="changed")
                self._notice(connection, payload["user_seq"])
                self._state(connection, payload["user_seq"], payload["rooms"], payload["gone"])
            case "room.changed":
                log.write("room", conn=number, room=payload["room"])
                if room := self.rooms.get(payload["room"]["id"]):
                    room.share(payload["room"])
            case "room.left":
                log.write("left", conn=number, **{name: payload[name] for name in ("room", "event_seq", "reason")})
                room = self.rooms.get(payload["room"])
                if room and payload["event_seq"] >= (room.stated["joined_event_seq"] or 0):
                    del self.rooms[room.id]
            case "heads":
                self._on_heads(connection, payload)
            case "goaway":
                log.write("goaway", conn=number, reconnect_ms=payload["reconnect_ms"])
                connection.goaway_seconds = payload["reconnect_ms"] / 1000
            case "notification":
                log.write("notification", conn=number, **notice(payload))
            case _:
                named = {"room": payload["room"]} if isinstance(payload.get("room"), int) else {}
                log.write("event", conn=number, cmd=cmd_type, **named)
                if cmd_type == "me.changed":
                    self._notice(connection, payload["user_seq"])
                    self.user_seq = max(self.user_seq, payload["user_seq"])
        self._look()

    def _on_hello(self, connection: Connection, hello: dict[str, Any]) -> None:
        self.client.log.write("hello", conn=connection.number, epoch=hello["epoch"], **listed(hello))
        if hello["epoch"] != self.epoch:
            self.rooms, self.epoch, self.user_seq = {}, hello["epoch"], -1
        heads = self._heads = {room["id"]: room["head"] for room in hello["rooms"]}
        self.rooms = {number: room for number, room in self.rooms.items() if not room.is_watched}  # that ended
        self._state(connection, hello["user_seq"], hello["rooms"])
        differ = [room for room in self.rooms.values() if room.cursor != heads.get(room.id)]
        self._spawn(connection, self._sync(connection, differ))
        for room in self.rooms.values():
            self._spawn(connection, self._load(connection, room))

    def _on_heads(self, connection: Connection, heads: dict[str, Any]) -> None:
        self.client.log.write("heads", conn=connection.number, user_seq=heads["user_seq"], rooms=heads["rooms"])
        behind = [room for room in self.rooms.values() if room.cursor < heads["rooms"].get(str(room.id), 0)]
        self._spawn(connection, self._sync(connection, behind))
        if heads["user_seq"] > self.user_seq:
            self._spawn(connection, self._ask_rooms(connection))

    def _notice(self, connection: Connection, user_seq: int) -> None:
        """A version above the known one + 1: something in between was not told."""
        if user_seq > self.user_seq + 1:
            self._spawn(connection, self._ask_rooms(connection))

    def _state(
        self, connection: Connection, user_seq: int, rooms: list[dict[str, Any]], gone: Iterable[int] | None = None
    ) -> None:
        """Rooms as `hello`, `rooms` and `rooms.changed` state them; without `gone` they are all. One older than what is known is ignored."""
        if user_seq < self.user_seq:
            return
        self.user_seq = user_seq
        watched = {room.id for room in self.rooms.values() if room.is_watched}
        for room_id in self.rooms.keys() - watched - {room["id"] for room in rooms} if gone is None else gone:
            self.rooms.pop(room_id, None)
        for room in rooms:
            held = self.rooms.get(room["id"])
            if held and held.stated["joined_event_seq"] == room["joined_event_seq"]:
                held.state(room, room["head"])
                self._mend_counts(connection, held)
            else:
                self.begin(connection, room)

    def _take(self, connection: Connection, part: Part) -> None:
        """A `changes`, or a room of a `sync` answer."""
        room = self.rooms.get(part.room)
        if room is None:
            return
        if part.error:
            if part.error == "not_found":
                del self.rooms[part.room]
            return
        for row in part.rows:
            if row.author != self.client.user and row.seq not in room.rows:
                self.client.figures.hear(row.msg_id)
        if room.take(part):
            self._spawn(connection, self._load(connection, room))
            self._spawn(connection, self._ask_rooms(connection))
        if room.held and not room.is_syncing:
            self._spawn(connection, self._sync(connection, [room]))
        self._mend_counts(connection, room)

    def _mend_counts(self, connection: Connection, room: Room) -> None:
        if room.counts_are_unsure and not room.is_watched:
            room.counts_are_unsure = False
            self._spawn(connection, self._ask_rooms(connection))

    def _look(self) -> None:
        """Whether all is level with `hello` now."""
        heads = self._heads
        if heads is not None and all(
            room.low is not None and room.cursor >= heads.get(room.id, 0) for room in self.rooms.values()
        ):
            self._heads = None
            self.client.leveled()

    # --- questions ---

    def _spawn(self, connection: Connection, work: Any) -> None:
        connection.spawn(work, self.client.unexpected)

    async def mark(self, connection: Connection, cmd: str, room_id: int, seq: int) -> None:
        """`read` or `unread`. Raises Refused, Lost."""
        known = self.rooms[room_id].cursor if room_id in self.rooms else 0
        ack = frames.anything(await self.client.command(connection, cmd, told={"seq": seq}, room=room_id, seq=seq))
        self._notice(connection, ack["user_seq"])
        if ack["user_seq"] >= self.user_seq:
            self.user_seq = ack["user_seq"]
            if room := self.rooms.get(room_id):
                room.state({name: ack[name] for name in STATED_BY_MARKS}, known)
                self._mend_counts(connection, room)

    async def scroll(self, connection: Connection, room: Room) -> bool:
        """An older page; whether there are more. Raises Refused, Lost."""
        if room.low is None or room.low <= room.first_seq:
            return False
        room.is_scrolling, drops = True, room.drops
        try:
            page = await self._history(connection, room, before=room.low)
        finally:
            room.is_scrolling = False
        if room.drops == drops:
            room.extend(page)
        return page.has_before

    def begin(self, connection: Connection, told: dict[str, Any]) -> None:
        """Hold a room that was not held, from its head on."""
        self.rooms[told["id"]] = new = Room(told, self.client.user)
        self._spawn(connection, self._load(connection, new))

    async def _load(self, connection: Connection, room: Room) -> None:
        """The newest page of a room that is not loaded."""
        if room.is_loading or room.low is not None:
            return
        room.is_loading, drops = True, room.drops
        try:
            page = await self._history(connection, room)
        except Refused:
            return  # no member any more; `room.left` says so, too
        finally:
            if room.drops == drops:
                room.is_loading = False
        if room.drops == drops:
            room.load(page)
            self._mend_counts(connection, room)
        self._look()

    async def _history(self, connection: Connection, room: Room, **bounds: int) -> frames.Page:
        asked: dict[str, Any] = {"room": room.id, "limit": protocol.HISTORY_LIMIT} | bounds
        page = frames.page(await self.client.command(connection, "history", **asked))
        record = {"conn": connection.number, "base": self.client.base, "room": room.id, "via": "socket"}
        self.client.log.write("history", **record, head=page.head, epoch=page.epoch, rows=frames.lines(page.rows))
        return page

    async def _sync(self, connection: Connection, rooms: Iterable[Room]) -> None:
        """Ask for what is missing in `rooms`, until nothing is."""
        asked = [room for room in rooms if not room.is_syncing]
        while asked:
            for room in asked:
                room.is_syncing = True
            try:
                cursors = [{"room": room.id, "after": room.cursor} for room in asked]
                told = {"after": {str(room.id): room.cursor for room in asked}}
                answer = await self.client.command(connection, "sync", told=told, epoch=self.epoch, rooms=cursors)
            finally:
                for room in asked:
                    room.is_syncing = False
            for part in (parts := frames.sync_parts(answer)):
                self.client.log.changes(connection.number, "sync", part.line)
                self._take(connection, part)
            self._look()
            more = {part.room for part in parts if part.more}
            asked = [room for room in self.rooms.values() if room.id in more and not room.is_syncing]

    async def _ask_rooms(self, connection: Connection) -> None:
        """Ask `rooms`, and once more where that was wished meanwhile."""
        if self._is_asking:
            self._asks_again = True
            return
        self._is_asking = self._asks_again = True
        while self._asks_again:
            self._asks_again = False
            answer = frames.anything(await self.client.command(connection, "rooms"))
            self.client.log.write("rooms", conn=connection.number, **listed(answer), gone=[], via="rooms")
            # Older than what was told meanwhile: it is ignored, and what it was asked for is still to be known.
            self._asks_again |= answer["user_seq"] < self.user_seq
            self._state(connection, answer["user_seq"], answer["rooms"])
        self._is_asking = False
