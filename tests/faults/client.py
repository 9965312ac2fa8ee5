"""The client under `tests.faults.people`: the standard library and websockets, by the page.

What differs from the page raises AssertionError.
"""

import asyncio
import json
import uuid

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from tests.stranger.page import ESCAPED, ROOM, WAIT, Frame, check_row, members, same


async def dial(base, query="", token=None, subprotocol="chat.v1.json"):
    return await connect(
        "ws" + base.removeprefix("http") + "/ws/" + query,
        subprotocols=[subprotocol],
        proxy=None,
        additional_headers={"Authorization": f"Bearer {token}"} if token else {},
        ping_interval=None,
        max_size=None,
        open_timeout=WAIT,
        close_timeout=WAIT,
    )


class Room:
    """What a client knows of a room: the cursor, the rows of one loaded range (`low` to the room's end), what is held back."""

    def __init__(self, stated):
        members(stated, ROOM, "a room")
        self.id, self.stated, self.cursor = stated["id"], dict(stated), stated["head"]
        self.low, self.rows, self.unplaced, self.held, self.fresh = None, {}, [], [], set()
        self.opened = self.loading = self.syncing = False

    @property
    def unread(self):
        return self.stated["unread"] + sum(seq > self.stated["last_seq"] for seq in self.fresh)

    def place(self, row):
        check_row(row)
        held = self.rows.get(row["seq"])
        if held and held["event_seq"] == row["event_seq"]:
            same(row, held, f"two copies of message {row['seq']} under one event_seq")
        elif (held and held["event_seq"] < row["event_seq"]) or (
            not held and self.low is not None and row["seq"] >= self.low
        ):
            self.rows[row["seq"]] = row
        elif not held and self.loading:
            self.unplaced.append(row)


class Client:
    """One person on one device: one socket at a time, the rooms, and an outbox that outlives the socket."""

    patience = WAIT

    def __init__(self, base, name, token):
        self.base, self.name, self.token, self.ws, self.hello = base, name, token, None, None
        self.rooms, self.outbox, self.epoch, self.user_seq = {}, {}, None, -1
        self.log, self.synced, self.answers, self.tasks = [], [], {}, set()
        self.news, self.fault = asyncio.Event(), None

    # --- the socket ---

    async def connect(self, query=""):
        self.hello, self.ws = None, await dial(self.base, query, None if query else self.token)
        same(self.ws.subprotocol, "chat.v1.json", "the subprotocol")
        self.hear(await asyncio.wait_for(self.ws.recv(), self.patience))
        self.spawn(self.listen(self.ws))
        self.spawn(self.heartbeat(self.ws))
        for msg_id, payload in list(self.outbox.items()):
            await self.send(msg_id=msg_id, **payload)

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.ws:
            await self.ws.close()

    def spawn(self, work):
        async def guarded():
            try:
                await work
            except ConnectionClosed:
                pass
            except Exception as fault:  # noqa: BLE001 - raised by the next `until`
                self.fault = self.fault or fault
            finally:
                self.news.set()

        task = asyncio.create_task(guarded())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def until(self, test, what):
        try:
            async with asyncio.timeout(self.patience):
                while not test():
                    if self.fault:
                        raise self.fault
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            closed = f" (the socket was closed with {self.ws.close_code})" if self.ws and self.ws.close_code else ""
            raise AssertionError(f"{self.name} waited {self.patience} s in vain until {what}{closed}") from None

    async def frame(self, test, what, start=0):
        await self.until(lambda: any(map(test, self.log[start:])), what)
        return next(filter(test, self.log[start:]))

    async def listen(self, ws):
        try:
            async for text in ws:
                self.hear(text)
        finally:
            for waiting in self.answers.values():
                waiting.done() or waiting.set_exception(ConnectionClosedError(None, None))

    def hear(self, text):
        same(bool(ESCAPED.search(text)), False, f"escapes in {text:.200}")
        frame = Frame(**json.loads(text))
        self.log.append(frame)
        if self.hello is None:
            same(frame.cmd_type, "hello", "the first frame")
        if frame.cmd_type not in ("ack", "error", "pong"):
            same(frame.msg_id, "", f"the msg_id of the event {frame.cmd_type}")
            getattr(self, "on_" + frame.cmd_type.replace(".", "_"), lambda payload: None)(frame.payload)
        elif (waiting := self.answers.get(frame.msg_id)) and not waiting.done():
            waiting.set_result(frame)
        self.news.set()

    async def heartbeat(self, ws):
        while self.ws is ws:
            await asyncio.sleep(30)
            await self.command("ping")

    # --- commands ---

    async def ask(self, text, msg_id):
        """Sends a frame as it is and waits for the answer with this msg_id."""
        waiting = self.answers[msg_id] = asyncio.get_running_loop().create_future()
        try:
            await self.ws.send(text)
            return await asyncio.wait_for(waiting, self.patience)
        except TimeoutError:
            raise self.fault or AssertionError(
                f"{self.name} waited {self.patience} s in vain for the answer to {text:.120}"
            ) from None
        finally:
            del self.answers[msg_id]

    async def command(self, cmd_type, msg_id=None, refused=None, **payload):
        """The payload of the ack, or of the error whose code is `refused`."""
        msg_id = msg_id or str(uuid.uuid4())
        text = json.dumps(Frame(msg_id, cmd_type, payload)._asdict(), ensure_ascii=False)
        answer = await self.ask(text, msg_id)
        while answer.payload.get("code") == "rate_limited":
            await asyncio.sleep(answer.payload["retry_after"])
            answer = await self.ask(text, msg_id)
        kind = "error" if refused else "pong" if cmd_type == "ping" else "ack"
        same(
            (answer.cmd_type, answer.payload.get("code")),
            (kind, refused),
            f"the answer {answer.payload!r:.200} to {text:.200}",
        )
        return answer.payload

    async def send(self, room, body, msg_id=None, refused=None, **more):
        msg_id = msg_id or str(uuid.uuid4())
        self.outbox[msg_id] = {"room": room, "body": body, **more}
        answer = await self.command("message.send", msg_id, refused, **self.outbox[msg_id])
        del self.outbox[msg_id]
        return answer

    async def mark(self, cmd_type, room, seq):
        ack = await self.command(cmd_type, room=room, seq=seq)
        if ack["user_seq"] >= self.user_seq:
            self.user_seq = ack["user_seq"]
            self.rooms[room].stated |= ack
        return ack

    async def load(self, room):
        room.opened = room.loading = True
        try:
            ack = await self.command("history", room=room.id, limit=100)
        finally:
            room.loading = False
        room.low = ack["messages"][0]["seq"] if ack["has_before"] else 1
        rows, room.unplaced = ack["messages"] + room.unplaced, []
        for row in rows:
            room.place(row)

    async def sync(self, *rooms):
        rooms = [room for room in rooms if not room.syncing]
        while rooms:
            for room in rooms:
                room.syncing = True
            try:
                asked = [{"room": room.id, "after": room.cursor} for room in rooms]
                ack = await self.command("sync", epoch=self.epoch, rooms=asked)
            finally:
                for room in rooms:
                    room.syncing = False
            self.synced += ack["rooms"]
            for entry in ack["rooms"]:
                self.on_changes(entry)
            more = {entry["room"] for entry in ack["rooms"] if entry.get("more")}
            rooms = [room for room in rooms if not room.syncing and room.id in more]

    async def ask_rooms(self):
        ack = await self.command("rooms")
        self.take(ack, gone=self.rooms.keys() - {stated["id"] for stated in ack["rooms"]})

    # --- events ---

    def take(self, statement, gone):
        """Rooms as `hello`, `rooms` and `rooms.changed` state them; one older than what is known is ignored."""
        if statement["user_seq"] < self.user_seq:
            return
        self.user_seq = statement["user_seq"]
        for room in gone:
            self.rooms.pop(room, None)
        for stated in statement["rooms"]:
            held = self.rooms.get(stated["id"])
            if held and held.stated["joined_event_seq"] == stated["joined_event_seq"]:
                held.stated |= stated
            else:
                self.rooms[stated["id"]] = Room(stated)
                if held and held.opened:
                    self.spawn(self.load(self.rooms[stated["id"]]))

    def on_hello(self, hello):
        if hello["epoch"] != self.epoch:
            self.rooms, self.epoch, self.user_seq = {}, hello["epoch"], -1
        self.hello = hello
        self.take(hello, gone=self.rooms.keys() - {stated["id"] for stated in hello["rooms"]})
        heads = {stated["id"]: stated["head"] for stated in hello["rooms"]}
        self.spawn(self.sync(*[room for room in self.rooms.values() if room.cursor != heads.get(room.id, room.cursor)]))

    def on_changes(self, entry):
        """A `changes`, or an entry of a `sync` answer: dropped, held back, or applied."""
        room = self.rooms.get(entry["room"])
        if room is None or "error" in entry:
            return
        if entry.get("reset"):
            room.cursor, room.low, room.rows, room.loading = entry["head"], None, {}, room.opened
            self.spawn(self.ask_rooms())
            if room.opened:
                self.spawn(self.load(room))
        elif entry["to"] <= room.cursor:
            return
        elif entry["from"] > room.cursor:
            room.held.append(entry)
            self.spawn(self.sync(room))
            return
        else:
            for row in entry["messages"]:
                room.place(row)
                if row["kind"] == "message" and row["author"]["id"] != self.hello["user"]["id"]:
                    room.fresh.add(row["seq"])
            room.cursor = entry["to"]
        held, room.held = sorted(room.held, key=lambda later: later["from"]), []
        for later in held:
            self.on_changes(later)

    def on_heads(self, heads):
        self.spawn(
            self.sync(*[room for room in self.rooms.values() if room.cursor < heads["rooms"].get(str(room.id), 0)])
        )
        if heads["user_seq"] > self.user_seq:
            self.spawn(self.ask_rooms())

    def on_me_changed(self, payload):
        if payload["user_seq"] > self.user_seq + 1:
            self.spawn(self.ask_rooms())
        self.user_seq = max(self.user_seq, payload["user_seq"])

    def on_rooms_changed(self, payload):
        if payload["user_seq"] > self.user_seq + 1:
            self.spawn(self.ask_rooms())
        self.take(payload, payload["gone"])

    def on_room_changed(self, payload):
        if room := self.rooms.get(payload["room"]["id"]):
            room.stated |= {name: value for name, value in payload["room"].items() if name not in ("head", "last_seq")}

    def on_room_left(self, payload):
        room = self.rooms.get(payload["room"])
        if room and payload["event_seq"] >= (room.stated["joined_event_seq"] or 0):
            del self.rooms[room.id]
