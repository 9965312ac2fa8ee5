"""A stranger's client, written from the protocol page alone, and a walk along that page against a running server.

    python stranger.py BASE_URL alice:password bob:password

Both accounts exist and are members (no guests) of one workspace. In code: `check(base_url, alice=(name, password), bob=...)`,
or `await walk(...)` inside a running loop. The first difference from the page raises AssertionError with a sentence.
"""
import asyncio, collections, contextlib, json, re, sys, urllib.error, urllib.request, uuid
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

WAIT = 5  # seconds: the deadline of every single wait
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ESCAPED = re.compile(r"(?<!\\)\\u(?!00[01])")  # only control characters need an escape
USER = set("id username display_name avatar_url".split())
HELLO = set("connection_id protocol epoch user_seq heartbeat_seconds timeout_seconds max_frame_bytes max_body_chars server_time user rooms".split())
ROOM = set("id workspace slug name topic kind history threads open_to_web archived slow_mode_seconds head last_seq members_count"
           " role joined_seq joined_event_seq notify last_read_seq unread mentions".split())
ROW = set("id room seq event_seq kind author body html created_at edited_at deleted_at reply_to thread mentions reactions"
          " attachments previews pinned_at msg_id".split())
Frame = collections.namedtuple("Frame", "msg_id cmd_type payload")  # exactly these members

def same(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: found {found!r:.500}, where the page leads to {wanted!r:.500}")

def has(found, wanted, what):
    same({name: found.get(name, "(absent)") for name in wanted}, wanted, what)

def members(found, names, what):
    same(sorted(names - found.keys()), [], f"{what}: members that are missing")

def check_row(row):
    members(row, ROW, "a message")
    members(row["author"], USER | {"is_bot"}, "a message's author")
    for name in ("created_at", "edited_at", "deleted_at"):
        same(bool(TIME.fullmatch(row[name] or "")), row[name] is not None or name == "created_at", f"a message's {name} {row[name]} is a time")
    if row["kind"] == "system" or row["deleted_at"]:
        has(row, {"body": "", "html": "", "reactions": [], "attachments": [], "pinned_at": None}, "a system message or tombstone")

class Rest:
    """The REST side of one session, by urllib in a thread."""
    def __init__(self, base):
        self.base, self.token, self.opener = base.rstrip("/"), None, urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _once(self, method, path, body):
        headers = {"Accept": "application/json, */*;q=0.1"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        data = None if body is None else json.dumps(body).encode()
        headers |= {} if data is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/api/v1/{path}", data, headers, method=method)
        try:
            answer = self.opener.open(request, timeout=WAIT)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            raw = answer.read()
            return answer.status, answer.headers.get_content_type(), json.loads(raw) if raw else None

    async def call(self, method, path, body=None, status=range(200, 300), code=None):
        """The answer's JSON; `status` is one or several that are right, `code` that of the expected problem."""
        what, allowed = f"{method} {path}", [status] if isinstance(status, int) else status
        found, kind, answer = await asyncio.to_thread(self._once, method, path, body)
        for _ in range(WAIT):
            if found != 429:
                break
            await asyncio.sleep(answer["retry_after"])
            found, kind, answer = await asyncio.to_thread(self._once, method, path, body)
        same(found in allowed, True, f"{what} is answered with {found} {answer!r:.300}; the status is right")
        if code:
            same((kind, answer["code"], answer["status"]), ("application/problem+json", code, found), f"the problem that {what} meets")
        return answer

async def dial(base, query="", token=None, subprotocol="chat.v1.json"):
    return await connect("ws" + base.rstrip("/").removeprefix("http") + "/ws/" + query, subprotocols=[subprotocol], proxy=None,
                         additional_headers={"Authorization": f"Bearer {token}"} if token else {},
                         ping_interval=None, max_size=None, open_timeout=WAIT, close_timeout=WAIT)

class Room:
    """What a client knows of a room: the cursor, the rows of one loaded range (`low` to the room's end), what is held back."""
    def __init__(self, stated):
        members(stated, ROOM, "a room")
        self.id, self.stated, self.cursor = stated["id"], stated, stated["head"]
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
        elif held and held["event_seq"] < row["event_seq"] or not held and self.low is not None and row["seq"] >= self.low:
            self.rows[row["seq"]] = row
        elif not held and self.loading:
            self.unplaced.append(row)

class Client:
    """One person on one device: one socket at a time, the rooms, and an outbox that outlives the socket."""
    def __init__(self, base, name, token):
        self.base, self.name, self.token, self.ws, self.hello = base, name, token, None, None
        self.rooms, self.outbox, self.epoch, self.user_seq = {}, {}, None, -1
        self.log, self.synced, self.tasks, self.news, self.fault = [], [], set(), asyncio.Event(), None

    async def connect(self, query=""):
        self.hello, self.ws = None, await dial(self.base, query, None if query else self.token)
        same(self.ws.subprotocol, "chat.v1.json", "the subprotocol")
        self.spawn(self.read_socket(self.ws))
        await self.until(lambda: self.hello, "`hello` comes")
        self.spawn(self.heartbeat())
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
            except Exception as fault:
                self.fault = self.fault or fault
            finally:
                self.news.set()
        task = asyncio.create_task(guarded())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def until(self, test, what):
        try:
            async with asyncio.timeout(WAIT):
                while not test():
                    if self.fault:
                        raise self.fault
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            closed = f" (the socket was closed with {self.ws.close_code})" if self.ws and self.ws.close_code else ""
            raise AssertionError(f"{self.name} waited {WAIT} s in vain until {what}{closed}") from None

    async def frame(self, test, what, start=0):
        await self.until(lambda: any(map(test, self.log[start:])), what)
        return next(filter(test, self.log[start:]))

    async def read_socket(self, ws):
        async for text in ws:
            same(bool(ESCAPED.search(text)), False, f"escapes in {text:.200}")
            frame = Frame(**json.loads(text))
            if self.hello is None:
                same(frame.cmd_type, "hello", "the first frame")
            if frame.cmd_type not in ("ack", "error", "pong"):
                same(frame.msg_id, "", f"the msg_id of the event {frame.cmd_type}")
                getattr(self, "on_" + frame.cmd_type.replace(".", "_"), lambda payload: None)(frame.payload)
            self.log.append(frame)
            self.news.set()

    async def heartbeat(self):
        while True:
            await asyncio.sleep(30)
            await self.command("ping")

    async def ask(self, text, msg_id):
        """Sends a frame as it is and waits for the answer with this msg_id."""
        start = len(self.log)
        await self.ws.send(text)
        return await self.frame(lambda f: f.msg_id == msg_id and f.cmd_type in ("ack", "error", "pong"), f"{text:.120} is answered", start)

    async def command(self, cmd_type, msg_id=None, refused=None, **payload):
        """The payload of the ack, or of the error whose code is `refused`."""
        msg_id = msg_id or str(uuid.uuid4())
        text = json.dumps(Frame(msg_id, cmd_type, payload)._asdict(), ensure_ascii=False)
        answer = await self.ask(text, msg_id)
        while answer.payload.get("code") == "rate_limited":
            await asyncio.sleep(answer.payload["retry_after"])
            answer = await self.ask(text, msg_id)
        kind = "error" if refused else "pong" if cmd_type == "ping" else "ack"
        same((answer.cmd_type, answer.payload.get("code")), (kind, refused), f"the answer {answer.payload!r:.200} to {text:.200}")
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
                ack = await self.command("sync", epoch=self.epoch, rooms=[{"room": room.id, "after": room.cursor} for room in rooms])
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
            return self.spawn(self.sync(room))
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
        self.spawn(self.sync(*[room for room in self.rooms.values() if room.cursor < heads["rooms"].get(str(room.id), 0)]))
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

class Walk:
    """The page as steps, in its order: every method without an underscore is one."""
    def __init__(self, base, alice, bob):
        self.base, self.accounts, self.clients = base, (alice, bob), []

    def _known(self, client):
        return client.rooms[self.room]

    async def _both_hold(self, seq, event_seq, kind, user=None, **cause):
        """The change `event_seq` took the room's next number and reaches both; the row, which is the same at both."""
        self.head += 1
        same(event_seq, self.head, f"the event_seq of a change ({kind})")
        for client in (self.alice, self.bob):
            await client.until(lambda: self._known(client).cursor >= event_seq and seq in self._known(client).rows, f"change {event_seq} ({kind}) arrives")
            same(self._known(client).rows[seq]["event_seq"], event_seq, f"the event_seq of the changed row at {client.name}")
            for change in (f.payload for f in client.log if f.cmd_type == "changes" and f.payload["room"] == self.room):
                if change.get("to") == event_seq and change.get("cause"):
                    has(change["cause"], {"kind": kind} | ({"user": user} if user else {}) | cause, f"the cause of change {event_seq}")
                    same((change["from"], len(change["messages"])), (event_seq - 1, 1), f"`from` and number of messages of live change {event_seq}")
        same(self._known(self.alice).rows[seq], self._known(self.bob).rows[seq], f"message {seq} at alice and at bob")
        return self._known(self.bob).rows[seq]

    async def _all_equal(self):
        fresh = await self.bob.command("history", room=self.room, limit=100)
        rows = {row["seq"]: row for row in fresh["messages"]}
        for client in (self.alice, self.bob):
            await client.until(lambda: self._known(client).cursor == fresh["head"] and self._known(client).low, "the room is up to its head")
            same(self._known(client).rows, rows, f"the room as {client.name} holds it, beside a fresh history")
        self.head = fresh["head"]

    async def _closed_with_4401(self, query, token=None):
        socket = await dial(self.base, query, token)
        with contextlib.suppress(ConnectionClosed):
            same(await asyncio.wait_for(socket.recv(), WAIT), "(nothing)", f"the first frame to /ws/{query:.20}")
        same(socket.close_code, 4401, f"the close code of /ws/{query:.20}")

    async def sign_in(self):
        self.rest_a, self.rest_b = Rest(self.base), Rest(self.base)
        for rest, (username, password) in zip((self.rest_a, self.rest_b), self.accounts):
            tokens = await rest.call("POST", "auth/token/", {"username": username, "password": password})
            members(tokens, {"access", "refresh"}, "the answer of auth/token/")
            rest.token = tokens["access"]
        self.alice, self.bob = (Client(self.base, name, rest.token) for name, rest in (("alice", self.rest_a), ("bob", self.rest_b)))
        self.clients += [self.alice, self.bob]

    async def connect_and_hello(self):
        for client, (username, _) in zip((self.alice, self.bob), self.accounts):
            await client.connect()
            members(client.hello, HELLO, "hello")
            has(client.hello, {"heartbeat_seconds": 30, "timeout_seconds": 70, "max_frame_bytes": 65536, "max_body_chars": 10000}, "hello")
            members(client.hello["user"], USER | {"language", "role"}, "hello.user")
            same(client.hello["user"]["username"], username, "hello.user.username")
            same(str(uuid.UUID(client.hello["epoch"])), client.hello["epoch"], "hello.epoch")
            pong = await client.command("ping")
            same(bool(TIME.fullmatch(pong["server_time"])), True, f"{pong['server_time']} is a time")
        same(self.alice.epoch, self.bob.epoch, "the epoch of two sockets")
        self.a, self.b = (client.hello["user"]["id"] for client in (self.alice, self.bob))

    async def unknown_subprotocol_is_refused(self):
        try:
            await dial(self.base, token=self.rest_a.token, subprotocol="chat.v9.none")
        except InvalidStatus as refusal:
            return same(refusal.response.status_code, 400, "the status for unknown subprotocols")
        raise AssertionError("an unknown subprotocol only is let in")

    async def ticket_works_once(self):
        ticket = (await self.rest_b.call("POST", "auth/ws-ticket/", status=201))["ticket"]
        second = Client(self.base, "bob by ticket", None)
        self.clients.append(second)
        await second.connect(f"?ticket={ticket}")
        same(second.hello["user"]["id"], self.b, "the user of a socket by ticket")
        await self._closed_with_4401(f"?ticket={ticket}")
        await second.close()

    async def access_token_in_the_query_is_refused(self):
        for name in ("token", "access_token", "ticket"):
            await self._closed_with_4401(f"?{name}={self.rest_a.token}")

    async def bad_frames_are_invalid(self):
        socket = Client(self.base, "alice's second socket", self.rest_a.token)
        self.clients.append(socket)
        await socket.connect()
        for about, id_is_read, text in BAD_FRAMES:  # 16: the 20th in a minute would close the socket
            msg_id = str(uuid.uuid4())
            answer = await socket.ask(text.replace("ID", msg_id), msg_id if id_is_read else "")
            same((answer.cmd_type, answer.payload["code"]), ("error", "invalid"), f"the answer to a frame with {about}")
        await socket.command("ping")
        await socket.close()

    async def room_is_created(self):
        mine, bobs = [{workspace["id"] for workspace in (await rest.call("GET", "workspaces/"))["results"]} for rest in (self.rest_a, self.rest_b)]
        same(bool(mine & bobs), True, "alice and bob share a workspace")
        made = await self.rest_a.call("POST", "rooms/", {"name": f"stranger-{uuid.uuid4().hex[:8]}", "kind": "public", "workspace": min(mine & bobs)}, 201)
        self.room, self.head = made["id"], 1
        await self.alice.until(lambda: self.room in self.alice.rooms, "`rooms.changed` brings the room that alice made")
        has(self._known(self.alice).stated, {"name": made["name"], "kind": "public", "history": "shared", "archived": False, "head": 1, "last_seq": 1,
            "members_count": 1, "role": "moderator", "joined_seq": 1, "joined_event_seq": 1, "unread": 0, "mentions": 0}, "the new room")
        await self.alice.load(self._known(self.alice))
        has(self._known(self.alice).rows[1]["system"], {"event": "room_created"}, "message 1")

    async def bob_joins(self):
        member = await self.rest_b.call("POST", f"rooms/{self.room}/members/", {"user": self.b}, 201)
        has(member | {"user": member["user"]["id"]}, {"user": self.b, "role": "member", "joined_event_seq": 2}, "the member made")
        await self.bob.until(lambda: self.room in self.bob.rooms, "`rooms.changed` brings the room that bob joined")
        has(self._known(self.bob).stated, {"role": "member", "joined_seq": 2, "joined_event_seq": 2, "last_read_seq": 2, "unread": 0}, "bob's new room")
        await self.bob.load(self._known(self.bob))
        row = await self._both_hold(2, 2, "system")
        has(row, {"kind": "system", "msg_id": ""} | {"author": row["author"] | {"id": self.b}}, "bob's joining")
        has(row["system"], {"event": "joined", "user": self.b}, "bob's joining")
        await self.alice.until(lambda: self._known(self.alice).stated["members_count"] == 2, "`room.changed` states two members")

    async def send_ack_changes(self):
        self.first_id, self.text = str(uuid.uuid4()), "hello é 漢 🎉\r\nsecond line"
        self.first = await self.alice.send(self.room, self.text, self.first_id)
        has(self.first, {"room": self.room, "seq": 3, "event_seq": 3, "duplicate": False}, "the ack of message.send")
        row = await self._both_hold(3, self.first["event_seq"], "created", self.a)
        has(row, {"id": self.first["id"], "created_at": self.first["created_at"], "msg_id": self.first_id, "kind": "message", "reply_to": None,
            "body": self.text.replace("\r\n", "\n"), "edited_at": None, "deleted_at": None, "reactions": []}, "the message sent")

    async def duplicate_and_conflict(self):
        again = await self.alice.send(self.room, self.text, self.first_id)
        same(again, self.first | {"duplicate": True}, "the ack of a repeated msg_id")
        await self.alice.send(self.room, "something else", self.first_id, refused="conflict")
        await self.alice.send(self.room, "hello", "no-uuid", refused="invalid")

    async def too_large_and_blank(self):
        await self.alice.send(self.room, "é" * 10_001, refused="too_large")
        await self.alice.send(self.room, " \n", refused="invalid")
        largest = await self.alice.send(self.room, "é" * 10_000)
        await self._both_hold(4, largest["event_seq"], "created", self.a)

    async def edit(self):
        ack = await self.alice.command("message.edit", message=self.first["id"], body="edited", edited_at=None)
        row = await self._both_hold(3, ack["event_seq"], "edited", self.a)
        has(row, {"body": "edited", "edited_at": ack["edited_at"], "seq": 3, "created_at": self.first["created_at"]}, "the edited message")
        await self.alice.command("message.edit", message=self.first["id"], body="stale", edited_at=None, refused="conflict")
        await self.bob.command("message.edit", message=self.first["id"], body="not mine", edited_at=ack["edited_at"], refused="forbidden")
        same(await self.alice.command("message.edit", message=self.first["id"], body="edited", edited_at=None), ack, "an edit that reads as asked")
        same(await self.alice.send(self.room, self.text, self.first_id), self.first | {"duplicate": True}, "a repeated msg_id after the edit")

    async def reactions(self):
        message = {"message": self.first["id"], "emoji": "👍"}
        ack = await self.bob.command("reaction.add", **message)
        same(await self.bob.command("reaction.add", **message), ack, "a reaction added twice")
        row = await self._both_hold(3, ack["event_seq"], "reaction", self.b, emoji="👍")
        same(row["reactions"], [{"emoji": "👍", "count": 1, "users": [self.b]}], "the reactions")
        ack = await self.bob.command("reaction.remove", **message)
        row = await self._both_hold(3, ack["event_seq"], "reaction", self.b, emoji="👍")
        same(row["reactions"], [], "the reactions after the removal")

    async def reply(self):
        self.answer_id = str(uuid.uuid4())
        self.answer = ack = await self.bob.send(self.room, "an answer", self.answer_id, reply_to=self.first["id"])
        row = await self._both_hold(ack["seq"], ack["event_seq"], "created", self.b)
        same(row["reply_to"], {"id": self.first["id"], "seq": 3}, "reply_to")
        has(row["thread"], {"root": self.first["id"], "replies": 0}, "the reply's thread")
        root = await self._both_hold(3, ack["event_seq"] + 1, "thread")
        has(root["thread"], {"root": self.first["id"], "replies": 1}, "the root's thread")
        await self.bob.send(self.room, "an answer to nothing", reply_to=2**31 - 1, refused="not_found")

    async def delete_leaves_a_tombstone(self):
        msg_id = str(uuid.uuid4())
        sent = await self.alice.send(self.room, "to be deleted", msg_id)
        await self._both_hold(sent["seq"], sent["event_seq"], "created", self.a)
        ack = await self.alice.command("message.delete", message=sent["id"])
        row = await self._both_hold(sent["seq"], ack["event_seq"], "deleted", self.a)
        has(row, {"id": sent["id"], "kind": "message", "msg_id": msg_id, "body": "", "html": "", "mentions": {"users": [], "all": False}}, "the tombstone")
        same(bool(row["deleted_at"]), True, "the tombstone has deleted_at")
        same(await self.alice.command("message.delete", message=sent["id"]), ack, "deleting again")
        same(await self.alice.send(self.room, "to be deleted", msg_id), sent | {"duplicate": True}, "a repeated msg_id after the deletion")
        await self.alice.command("message.edit", message=sent["id"], body="back", edited_at=None, refused="conflict")
        await self.bob.command("reaction.add", message=sent["id"], emoji="👍", refused="conflict")
        await self.bob.send(self.room, "an answer to a tombstone", reply_to=sent["id"], refused="conflict")

    async def outbox_survives_the_socket(self):
        msg_id, payload = str(uuid.uuid4()), {"room": self.room, "body": "sent on a socket that died"}
        self.alice.outbox[msg_id] = payload
        await self.alice.ws.send(json.dumps({"msg_id": msg_id, "cmd_type": "message.send", "payload": payload}))
        await self.alice.close()
        await self.alice.connect()  # sends it again with the same msg_id
        same(self.alice.outbox, {}, "the outbox after the reconnect")
        await self._all_equal()
        same([row["msg_id"] for row in self._known(self.alice).rows.values()].count(msg_id), 1, "the times that a message sent twice is there")

    async def sync_brings_only_what_is_missing(self):
        await self.bob.close()
        before = self._known(self.bob).cursor
        new = [await self.alice.send(self.room, f"while bob is away, {n}") for n in range(3)]
        edited = await self.alice.command("message.edit", message=new[0]["id"], body="edited while bob is away", edited_at=None)
        deleted = await self.alice.command("message.delete", message=new[1]["id"])
        reacted = await self.alice.command("reaction.add", message=self.first["id"], emoji="🎉")
        self.bob.synced.clear()
        await self.bob.connect()
        await self.bob.until(lambda: self._known(self.bob).cursor == reacted["event_seq"] == before + 6, "sync brings bob to the head")
        entry = next(entry for entry in self.bob.synced if entry["room"] == self.room)
        has(entry, {"from": before, "to": before + 6, "head": before + 6, "more": False}, "the answer to sync")
        missing = [(new[2]["seq"], before + 3), (new[0]["seq"], edited["event_seq"]), (new[1]["seq"], deleted["event_seq"]), (3, reacted["event_seq"])]
        same([(row["seq"], row["event_seq"]) for row in entry["messages"]], missing, "the messages that sync brings")
        await self._all_equal()

    async def sync_resets_and_errors(self):
        head = self._known(self.bob).cursor
        for epoch, after in ((str(uuid.uuid4()), head), (self.bob.epoch, head + 1)):
            ack = await self.bob.command("sync", epoch=epoch, rooms=[{"room": self.room, "after": after}])
            same(ack, {"epoch": self.bob.epoch, "rooms": [{"room": self.room, "reset": True, "head": head}]}, f"sync after {after} of epoch {epoch}")
            self.bob.on_changes(ack["rooms"][0])
            await self._all_equal()
        ack = await self.bob.command("sync", epoch=self.bob.epoch, rooms=[{"room": self.room, "after": head}, {"room": 2**31 - 1, "after": 0}])
        entries = {entry["room"]: entry for entry in ack["rooms"]}
        has(entries[self.room], {"from": head, "to": head, "head": head, "messages": [], "more": False}, "sync with nothing missing")
        same(entries[2**31 - 1]["error"]["code"], "not_found", "sync of an unknown room")

    async def history_and_its_errors(self):
        last = max(self._known(self.bob).rows)
        for bounds, seqs, has_before, has_after in (({"limit": 2}, [last - 1, last], True, False), ({"before": 4, "limit": 2}, [2, 3], True, True),
                ({"after": 1, "limit": 2}, [2, 3], True, True), ({"after": last - 1}, [last], True, False), ({"before": 3}, [1, 2], False, True),
                ({"around": 4, "limit": 1}, [4], True, True), ({"thread": self.answer["id"]}, [3, self.answer["seq"]], False, False)):
            ack = await self.bob.command("history", room=self.room, **bounds)
            has(ack, {"epoch": self.bob.epoch, "head": self.head, "has_before": has_before, "has_after": has_after}, f"history {bounds}")
            same([row["seq"] for row in ack["messages"]], seqs, f"the seqs of history {bounds}")
        around = [row["seq"] for row in (await self.bob.command("history", room=self.room, around=4, limit=3))["messages"]]
        same((4 in around, around), (True, list(range(around[0], around[0] + 3))), "three messages around 4")
        for bounds in ({"limit": 0}, {"limit": 101}, {"before": 5, "after": 2}):
            await self.bob.command("history", room=self.room, **bounds, refused="invalid")
        await self.bob.command("history", room=2**31 - 1, refused="not_found")
        page = await self.rest_b.call("GET", f"rooms/{self.room}/messages/?limit=2")
        same(([row["seq"] for row in page["results"]], page["has_before"], page["has_after"]), ([last - 1, last], True, False), "the messages by REST")

    async def read_and_unread(self):
        rows, start = self._known(self.bob).rows, len(self.alice.log)
        alices, last = [seq for seq, row in rows.items() if row["kind"] == "message" and row["author"]["id"] == self.a], max(rows)
        stated = next(room for room in (await self.bob.command("rooms"))["rooms"] if room["id"] == self.room)
        has(stated, {"last_read_seq": 2, "unread": len(alices), "mentions": 0, "last_seq": last, "head": self.head}, "the room in `rooms`")
        same(self._known(self.bob).unread, stated["unread"], "the unread count that the client added up")
        for seq in (last, 1, last + 100):  # never back, never beyond the end
            has(await self.bob.mark("read", self.room, seq), {"last_read_seq": last, "unread": 0, "mentions": 0, "last_seq": last}, f"the answer to read {seq}")
        receipt = {"room": self.room, "user": self.b, "last_read_seq": last}
        await self.alice.frame(lambda f: f.cmd_type == "read" and f.payload == receipt, f"the receipt {receipt} comes", start)
        ack = await self.bob.mark("unread", self.room, 4)
        has(ack, {"last_read_seq": 3, "unread": sum(seq >= 4 for seq in alices), "last_seq": last}, "the answer to unread 4")

    async def removal_of_bob(self):
        rows = dict(self._known(self.bob).rows)
        await self.rest_a.call("DELETE", f"rooms/{self.room}/members/{self.b}/", status=204)
        left = await self.bob.frame(lambda f: f.cmd_type == "room.left" and f.payload["room"] == self.room, "room.left comes")
        has(left.payload, {"event_seq": self.head + 1, "reason": "removed"}, "room.left")
        await self.alice.until(lambda: self._known(self.alice).cursor > self.head, "the removal reaches alice")
        row = self._known(self.alice).rows[max(rows) + 1]
        same((row["event_seq"], row["author"]["id"]), (self.head + 1, self.a), "number and author of the removal")
        has(row["system"], {"event": "removed", "user": self.b, "by": self.a}, "the removal")
        await self.alice.send(self.room, "bob must not see this")
        await self.alice.command("reaction.add", message=self.first["id"], emoji="👍")
        await self.bob.frame(lambda f: f.cmd_type == "rooms.changed" and self.room in f.payload["gone"], "rooms.changed names the room as gone")
        await asyncio.sleep(2.5)  # longer than the hub's two seconds
        await self.bob.send(self.room, "from outside", refused="forbidden")
        same(await self.bob.send(self.room, "an answer", self.answer_id, reply_to=self.first["id"]), self.answer | {"duplicate": True}, "a removed author's msg_id")
        await self.bob.command("ping")
        for frame in self.bob.log[self.bob.log.index(left) + 1:]:
            about, rooms = frame.payload.get("room"), frame.payload.get("rooms", [])
            named = [about["id"] if isinstance(about, dict) else about, *(room["id"] if isinstance(room, dict) else int(room) for room in rooms)]
            same(frame.msg_id == "" and self.room in named, False, f"a frame of the room behind room.left: {frame!r:.300}")
        same([f for f in self.bob.log if f.cmd_type == "changes" and f.payload["room"] == self.room and f.payload.get("to", 0) > self.head], [],
             "changes from the removal on, sent to bob")
        same(self.room in self.bob.rooms, False, "bob holds the room")

    async def send_by_rest(self):
        body, path = {"body": "by REST", "msg_id": str(uuid.uuid4())}, f"rooms/{self.room}/messages/"
        first = await self.rest_a.call("POST", path, body, 201)
        same(await self.rest_a.call("POST", path, body, 200), first | {"duplicate": True}, "the answer to a repeated POST")
        await self.rest_a.call("POST", path, body | {"body": "other"}, 409, "conflict")
        await self.alice.until(lambda: first["seq"] in self._known(self.alice).rows, "a message sent by REST arrives")
        await self.rest_b.call("POST", path, {"body": "from outside"}, 403, "forbidden")

    async def logout(self):
        await self.rest_a.call("POST", "auth/logout/")
        await self.alice.until(lambda: self.alice.ws.close_code, "logout closes the socket")
        same(self.alice.ws.close_code, 4401, "the close code after logout")
        await self.rest_a.call("GET", "users/me/", status=401, code="unauthenticated")
        await self._closed_with_4401("", self.rest_a.token)
        await self.rest_b.call("GET", "users/me/")

BAD_FRAMES = [  # what is wrong; whether its msg_id can be read; the frame
    ("an unknown command", True, '{"msg_id":"ID","cmd_type":"no.such","payload":{}}'),
    ("an unknown member", True, '{"msg_id":"ID","cmd_type":"ping","payload":{},"extra":1}'),
    ("an unknown member in payload", True, '{"msg_id":"ID","cmd_type":"rooms","payload":{"extra":1}}'),
    ("no payload", True, '{"msg_id":"ID","cmd_type":"ping"}'),
    ("a payload that is a list", True, '{"msg_id":"ID","cmd_type":"ping","payload":[]}'),
    ("a room that is a string", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":"7","body":"x"}}'),
    ("a room that is true", True, '{"msg_id":"ID","cmd_type":"history","payload":{"room":true}}'),
    ("a body that is a number", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":5}}'),
    ("NaN", True, '{"msg_id":"ID","cmd_type":"history","payload":{"room":NaN}}'),
    ("duplicate keys", True, '{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"x","body":"y"}}'),
    ("two msg_ids", False, '{"msg_id":"ID","msg_id":"ID","cmd_type":"ping","payload":{}}'),
    ("a lone surrogate", True, r'{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"\ud800"}}'),
    ("NUL", True, r'{"msg_id":"ID","cmd_type":"message.send","payload":{"room":7,"body":"a\u0000b"}}'),
    ("no JSON", False, '{'),
    ("a msg_id that is a number", False, '{"msg_id":7,"cmd_type":"ping","payload":{}}'),
    ("a msg_id of 65 characters", False, '{"msg_id":"' + "x" * 65 + '","cmd_type":"ping","payload":{}}')]


async def walk(base_url, alice, bob, say=lambda line: None):
    state = Walk(base_url, alice, bob)
    try:
        for name in [name for name in vars(Walk) if not name.startswith("_")]:
            try:
                async with asyncio.timeout(60):
                    await getattr(state, name)()
                for client in state.clients:
                    if client.fault:
                        raise client.fault
            except Exception as fault:
                raise AssertionError(f"{name.replace('_', ' ')}: {fault if isinstance(fault, AssertionError) else repr(fault)}") from fault
            say(f"ok  {name.replace('_', ' ')}")
    finally:
        for client in state.clients:
            await client.close()

def check(base_url, alice, bob, say=lambda line: None):
    asyncio.run(walk(base_url, alice, bob, say))

def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        check(sys.argv[1], *[tuple(account.split(":", 1)) for account in sys.argv[2:]], say=lambda line: print(line, flush=True))
    except AssertionError as difference:
        print(f"FAIL  {difference}")
        sys.exit(1)

if __name__ == "__main__":
    main()
