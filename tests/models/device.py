"""A client: what it holds of all its rooms, by the protocol's algorithm, through any number of connections. It does no input and no output."""

import itertools

from tests.models.held import Held


class Device:
    """`hear(frame)` takes every frame in its order; the commands that it wants sent by then are in `wants`."""

    def __init__(self, me: int, *, page: int):
        self.me, self.page = me, page
        self.epoch = ""
        self.user_seq = 0
        self.rooms: dict[int, Held] = {}
        self.wants: list[tuple[str, str, dict]] = []
        """`(msg_id, cmd_type, payload)`."""
        self.asked: dict[str, tuple[str, dict, Held | None]] = {}
        self._ids = itertools.count(1)

    @property
    def is_idle(self) -> bool:
        return not self.wants and not self.asked

    def ask(self, cmd_type: str, held: Held | None = None, *, msg_id: str = "", **payload) -> str:
        """Want this command sent; its answer will be understood. Returns its msg_id."""
        msg_id = msg_id or f"device-{next(self._ids)}"
        self.asked[msg_id] = (cmd_type, payload, held)
        self.wants.append((msg_id, cmd_type, payload))
        return msg_id

    def hear(self, frame: dict) -> None:
        payload = frame["payload"]
        match frame["cmd_type"]:
            case "ack":
                self._answered(frame["msg_id"], payload)
            case "error" | "pong":
                self.asked.pop(frame["msg_id"], None)
            case "hello":
                self._hello(payload)
            case "changes":
                self._changed(payload)
            case "room.changed" if held := self.rooms.get(payload["room"]["id"]):
                held.share(payload["room"])
            case "rooms.changed":
                self._rooms_changed(payload)
            case "me.changed":
                self._told(payload["user_seq"])
            case "room.left":
                self._left(payload)
            case "heads":
                self._heads(payload)

    def disconnect(self) -> None:
        """The connection went: rows and cursors stay, what was asked is asked again where it is still missed."""
        self.wants, self.asked = [], {}
        for held in self.rooms.values():
            held.early, held.loose, held.loading = [], [], 0

    def show_earlier(self, room: int) -> str:
        """Ask for the page before what is loaded."""
        held = self.rooms[room]
        held.loading += 1
        return self.ask("history", held, room=room, before=held.low, limit=self.page)

    # --- events ---

    def _hello(self, hello: dict) -> None:
        if hello["epoch"] != self.epoch:
            self.rooms.clear()
        self.epoch, self.user_seq = hello["epoch"], hello["user_seq"]
        self._state_all(hello["rooms"])
        for stated in hello["rooms"]:
            held = self.rooms[stated["id"]]
            if held.cursor != stated["head"]:
                self._sync(stated["id"])
            if held.low is None and not held.loading:
                self._load(stated["id"])

    def _state_all(self, rooms: list[dict]) -> None:
        """A whole statement: rooms that are missing in it are dropped."""
        for room in self.rooms.keys() - {stated["id"] for stated in rooms}:
            del self.rooms[room]
        for stated in rooms:
            self._state(stated)

    def _state(self, stated: dict) -> None:
        held = self.rooms.get(stated["id"])
        if held and held.personal["joined_event_seq"] == stated["joined_event_seq"]:
            held.state(stated)
        else:
            self.rooms[stated["id"]] = Held(stated)
            self._load(stated["id"])

    def _rooms_changed(self, told: dict) -> None:
        if told["user_seq"] < self.user_seq:
            return
        self._told(told["user_seq"])
        for stated in told["rooms"]:
            self._state(stated)
        for room in told["gone"]:
            self.rooms.pop(room, None)

    def _told(self, user_seq: int) -> None:
        if user_seq > self.user_seq + 1:
            self.ask("rooms")
        self.user_seq = max(self.user_seq, user_seq)

    def _heads(self, heads: dict) -> None:
        for room, head in heads["rooms"].items():
            if (held := self.rooms.get(int(room))) and held.cursor < head:
                self._sync(int(room))
        if heads["user_seq"] > self.user_seq:
            self.ask("rooms")

    def _left(self, left: dict) -> None:
        held = self.rooms.get(left["room"])
        if held and left["event_seq"] >= held.personal["joined_event_seq"]:
            del self.rooms[left["room"]]

    def _changed(self, change: dict) -> None:
        held = self.rooms.get(change["room"])
        if held is None:
            return
        if change.get("reset"):
            held.begin(change["head"])
            self._load(change["room"])
            self.ask("rooms")
        elif not held.change(change):
            self._sync(change["room"])

    # --- answers ---

    def _answered(self, msg_id: str, answer: dict) -> None:
        cmd_type, payload, held = self.asked.pop(msg_id, ("", {}, None))
        match cmd_type:
            case "history" if held and self.rooms.get(payload["room"]) is held:
                held.load(answer)
            case "sync" if answer["epoch"] == self.epoch:
                for entry in answer["rooms"]:
                    self._synced(entry)
            case "rooms" if answer["user_seq"] >= self.user_seq:
                self.user_seq = answer["user_seq"]
                self._state_all(answer["rooms"])
            case "read" | "unread":
                if payload["room"] in self.rooms and answer["user_seq"] >= self.user_seq:
                    self.rooms[payload["room"]].count(answer)
                self.user_seq = max(self.user_seq, answer["user_seq"])

    def _synced(self, entry: dict) -> None:
        if "error" in entry:
            self.rooms.pop(entry["room"], None)
            return
        self._changed(entry)
        held = self.rooms.get(entry["room"])
        if held and (entry.get("more") or held.early):
            self._sync(entry["room"])

    def _load(self, room: int) -> None:
        held = self.rooms[room]
        held.loading += 1
        self.ask("history", held, room=room, limit=self.page)

    def _sync(self, room: int) -> None:
        asked = (payload for cmd_type, payload, _held in self.asked.values() if cmd_type == "sync")
        if all(payload["rooms"][0]["room"] != room for payload in asked):
            self.ask("sync", epoch=self.epoch, rooms=[{"room": room, "after": self.rooms[room].cursor}])
