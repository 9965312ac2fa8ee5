"""A client written from docs/protocol.md alone; what differs from the page raises AssertionError.

It reads only while it waits for something, and loads every room whole. Heartbeat, `heads` and backoff are left out.
"""

import asyncio
import json
import uuid

from websockets.asyncio.client import connect

from tests.stranger.page import ANSWERS, ESCAPED, ROOM, WAIT, Frame, check_row, members, same


async def dial(base, query="", token=None, subprotocol="chat.v1.json"):
    url, headers = f"ws{base.removeprefix('http')}/ws/{query}", {"Authorization": f"Bearer {token}"} if token else {}
    return await connect(url, subprotocols=[subprotocol], additional_headers=headers, proxy=None)


class Room:
    """What a client knows of a room: how it was stated, the cursor, and the messages by `seq`."""

    def __init__(self, stated):
        members(stated, ROOM, "a room")
        self.id, self.stated, self.cursor = stated["id"], stated, stated["head"]
        self.rows, self.loaded = {}, False

    def place(self, row):
        check_row(row)
        known = self.rows.setdefault(row["seq"], row)
        if known["event_seq"] == row["event_seq"]:
            same(row, known, f"two copies of message {row['seq']} under one event_seq")
        elif known["event_seq"] < row["event_seq"]:
            self.rows[row["seq"]] = row


class Client:
    """One person on one device: one socket at a time, the rooms, and an outbox that outlives the socket."""

    def __init__(self, base, name, token):
        self.base, self.name, self.token = base, name, token
        self.ws = self.hello = self.epoch = None
        self.rooms, self.outbox, self.user_seq = {}, {}, -1
        self.log, self.due = [], []  # frames heard, and what they ask for

    async def connect(self, query=""):
        self.ws = await dial(self.base, query, self.token)
        same(self.ws.subprotocol, "chat.v1.json", "the subprotocol")
        first = await self.find(lambda frame: True, "hello comes", len(self.log))
        same(first.cmd_type, "hello", "the first frame")
        for msg_id, payload in list(self.outbox.items()):
            await self.send(msg_id=msg_id, **payload)

    async def until(self, test, what):
        """Hear frames until `test` returns something true; that."""
        try:
            async with asyncio.timeout(WAIT):
                while not (found := test()):
                    self.hear(await self.ws.recv())
                    while self.due:
                        await self.due.pop(0)()
        except TimeoutError:
            raise AssertionError(f"{self.name} waited {WAIT} s in vain until {what}") from None
        return found

    async def find(self, test, what, start=0):
        """The first frame that passes, of those heard since the log was `start` long."""
        return await self.until(lambda: next(filter(test, self.log[start:]), None), what)

    def hear(self, text):
        same(bool(ESCAPED.search(text)), False, f"escapes in {text:.200}")
        frame = Frame(**json.loads(text))
        self.log.append(frame)
        if frame.cmd_type not in ANSWERS:
            same(frame.msg_id, "", f"the msg_id of the event {frame.cmd_type}")
            getattr(self, "on_" + frame.cmd_type.replace(".", "_"), lambda payload: None)(frame.payload)

    async def ask(self, text, msg_id):
        """Send a frame as it is; the answer with this msg_id."""
        start = len(self.log)
        await self.ws.send(text)
        return await self.find(lambda f: f.cmd_type in ANSWERS and f.msg_id == msg_id, f"{text:.99} is answered", start)

    async def command(self, cmd_type, msg_id=None, refused=None, **payload):
        """The payload of the ack, or of the error whose code is `refused`."""
        msg_id = msg_id or str(uuid.uuid4())
        text = json.dumps(Frame(msg_id, cmd_type, payload)._asdict(), ensure_ascii=False)
        answer = await self.ask(text, msg_id)
        while answer.payload.get("code") == "rate_limited":
            await asyncio.sleep(answer.payload["retry_after"])
            answer = await self.ask(text, msg_id)
        kind = "error" if refused else "pong" if cmd_type == "ping" else "ack"
        found = answer.cmd_type, answer.payload.get("code")
        same(found, (kind, refused), f"the answer {answer.payload!r:.200} to {text:.200}")
        return answer.payload

    async def send(self, room, body, msg_id=None, refused=None, **more):
        msg_id = msg_id or str(uuid.uuid4())
        self.outbox[msg_id] = {"room": room, "body": body, **more}
        answer = await self.command("message.send", msg_id, refused, **self.outbox[msg_id])
        del self.outbox[msg_id]
        return answer

    async def load(self, room):
        bound = {}
        while not room.loaded:
            page = await self.command("history", room=room.id, limit=100, **bound)
            for row in page["messages"]:
                room.place(row)
            room.loaded, bound = not page["has_before"], {"before": page["messages"][0]["seq"]}

    async def sync(self, *rooms):
        asked = [{"room": room.id, "after": room.cursor} for room in rooms]
        for entry in (await self.command("sync", epoch=self.epoch, rooms=asked))["rooms"]:
            self.on_changes(entry)

    async def ask_rooms(self):
        self.on_rooms_changed(await self.command("rooms"))

    def hold(self, stated):
        """A room not held: its changes from the head on, its history up to there."""
        self.rooms[stated["id"]] = room = Room(stated)
        self.due.append(lambda: self.load(room))

    def on_hello(self, hello):
        if hello["epoch"] != self.epoch:
            self.rooms, self.epoch, self.user_seq = {}, hello["epoch"], -1
        self.hello = hello
        self.on_rooms_changed(hello)
        behind = [self.rooms[room["id"]] for room in hello["rooms"] if self.rooms[room["id"]].cursor != room["head"]]
        if behind:
            self.due.append(lambda: self.sync(*behind))

    def on_rooms_changed(self, statement):
        """Also what `hello` and `rooms` state: all rooms, hence without `gone`."""
        if statement["user_seq"] < self.user_seq:
            return
        self.user_seq, stated = statement["user_seq"], {room["id"]: room for room in statement["rooms"]}
        for gone in statement.get("gone", self.rooms.keys() - stated.keys()):
            self.rooms.pop(gone, None)
        for room in statement["rooms"]:
            held = self.rooms.get(room["id"])
            if held and held.stated["joined_event_seq"] == room["joined_event_seq"]:
                held.stated = room
            else:
                self.hold(room)

    def on_room_changed(self, payload):
        if room := self.rooms.get(payload["room"]["id"]):
            room.stated = room.stated | payload["room"] | {"last_seq": room.stated["last_seq"]}

    def on_changes(self, entry):
        """A `changes`, or a room of a `sync` answer."""
        room = self.rooms.get(entry["room"])
        if room is None or "error" in entry:
            return
        if entry.get("reset"):
            self.hold(room.stated | {"head": entry["head"]})
            self.due.append(self.ask_rooms)
        elif entry["from"] <= room.cursor < entry["to"]:
            for row in entry["messages"]:
                room.place(row)
            room.cursor = entry["to"]
        if entry.get("more") or entry.get("from", 0) > room.cursor:
            self.due.append(lambda: self.sync(room))
