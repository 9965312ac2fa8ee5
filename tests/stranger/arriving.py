"""Signing in, connecting, and what is refused at the door; a room, and the second person in it."""

import uuid

from websockets.exceptions import InvalidStatus

from tests.stranger.client import dial
from tests.stranger.page import BAD_FRAMES, HELLO, TIME, USER, has, members, same
from tests.stranger.pair import Pair


class Arriving(Pair):
    async def sign_in(self):
        for rest, account in ((self.rest_a, self.accounts[0]), (self.rest_b, self.accounts[1])):
            await rest.sign_in(*account)
        self.alice, self.bob = self.client("alice", self.rest_a.token), self.client("bob", self.rest_b.token)

    async def connect_and_hello(self):
        for client, (username, _) in ((self.alice, self.accounts[0]), (self.bob, self.accounts[1])):
            await client.connect()
            hello, user = client.hello, client.hello["user"]
            members(hello, HELLO, "hello")
            has(hello, "hello", heartbeat_seconds=30, timeout_seconds=70, max_frame_bytes=65536, max_body_chars=10000)
            members(user, USER | {"language", "role"}, "hello.user")
            same(user["username"], username, "hello.user.username")
            same(str(uuid.UUID(hello["epoch"])), hello["epoch"], "hello.epoch")
            pong = await client.command("ping")
            same(bool(TIME.fullmatch(pong["server_time"])), True, f"{pong['server_time']} is a time")
        same(self.alice.epoch, self.bob.epoch, "the epoch of two sockets")
        self.a, self.b = self.alice.hello["user"]["id"], self.bob.hello["user"]["id"]

    async def unknown_subprotocol_is_refused(self):
        try:
            await dial(self.base, token=self.rest_a.token, subprotocol="chat.v9.none")
        except InvalidStatus as refusal:
            return same(refusal.response.status_code, 400, "the status for unknown subprotocols")
        raise AssertionError("an unknown subprotocol only is let in")

    async def ticket_works_once(self):
        ticket = (await self.rest_b.call("POST", "auth/ws-ticket/", status=201))["ticket"]
        second = self.client("bob by ticket")
        await second.connect(f"?ticket={ticket}")
        same(second.hello["user"]["id"], self.b, "the user of a socket by ticket")
        await self.is_turned_away(f"?ticket={ticket}")
        await second.ws.close()

    async def access_token_in_the_query_is_refused(self):
        for name in ("token", "access_token", "ticket"):
            await self.is_turned_away(f"?{name}={self.rest_a.token}")

    async def bad_frames_are_invalid(self):
        second = self.client("alice's second socket", self.rest_a.token)
        await second.connect()
        for about, id_is_read, text in BAD_FRAMES:  # 16: the 20th in a minute would close the socket
            msg_id = str(uuid.uuid4())
            answer = await second.ask(text.replace("ID", msg_id), msg_id if id_is_read else "")
            found = answer.cmd_type, answer.payload["code"]
            same(found, ("error", "invalid"), f"the answer to a frame with {about}")
        await second.command("ping")
        await second.ws.close()

    async def room_is_created(self):
        places = [await rest.call("GET", "workspaces/") for rest in (self.rest_a, self.rest_b)]
        mine, bobs = [{workspace["id"] for workspace in place["results"]} for place in places]
        same(bool(mine & bobs), True, "alice and bob share a workspace")
        wanted = {"name": f"stranger-{uuid.uuid4().hex[:8]}", "kind": "public", "workspace": min(mine & bobs)}
        made = await self.rest_a.call("POST", "rooms/", wanted, 201)
        self.room, self.head = made["id"], 1
        room = await self.enters(self.alice)
        shared = {"name": made["name"], "kind": "public", "history": "shared", "archived": False, "members_count": 1}
        numbers = {"head": 1, "last_seq": 1, "joined_seq": 1, "joined_event_seq": 1, "unread": 0, "mentions": 0}
        has(room.stated, "the new room", **shared, **numbers, role="moderator")
        has(room.rows[1]["system"], "message 1", event="room_created")

    async def bob_joins(self):
        member = await self.rest_b.call("POST", f"rooms/{self.room}/members/", {"user": self.b}, 201)
        same(member["user"]["id"], self.b, "the user of the member made")
        has(member, "the member made", role="member", joined_event_seq=2)
        room = await self.enters(self.bob)
        mine = {"role": "member", "joined_seq": 2, "joined_event_seq": 2, "last_read_seq": 2, "unread": 0}
        has(room.stated, "bob's new room", **mine)
        row = await self.both_hold(2, 2, "system")
        same(row["author"]["id"], self.b, "the author of bob's joining")
        has(row, "bob's joining", kind="system", msg_id="")
        has(row["system"], "bob's joining", event="joined", user=self.b)
        alices = self.alice.rooms[self.room]
        await self.alice.until(lambda: alices.stated["members_count"] == 2, "`room.changed` states two members")
