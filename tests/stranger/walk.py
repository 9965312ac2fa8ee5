"""A walk along the protocol's page, against a running server: `python -m tests.stranger.walk URL alice:password bob:password`

Both accounts exist and are members (no guests) of one workspace. The first difference from the page ends it with a sentence.
"""

import asyncio
import json
import sys
import uuid

from websockets.exceptions import InvalidStatus

from tests.stranger.client import Client, dial
from tests.stranger.page import BAD_FRAMES, HELLO, TIME, USER, has, members, same
from tests.stranger.pair import Pair


class Walk(Pair):
    """The page as steps, in its order: every method is one."""

    async def sign_in(self):
        for rest, account in zip((self.rest_a, self.rest_b), self.accounts):
            await rest.sign_in(*account)
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


async def walk(base, alice, bob, say=lambda line: None):
    """Raises AssertionError at the first difference. `alice` and `bob` are (name, password)."""
    state = Walk(base.rstrip("/"), alice, bob)
    try:
        for name, step in vars(Walk).items():
            if name.startswith("_"):
                continue
            try:
                async with asyncio.timeout(60):
                    await step(state)
                for client in state.clients:
                    if client.fault:
                        raise client.fault
            except Exception as fault:
                found = fault if isinstance(fault, AssertionError) else repr(fault)
                raise AssertionError(f"{name.replace('_', ' ')}: {found}") from fault
            say(f"ok  {name.replace('_', ' ')}")
    finally:
        for client in state.clients:
            await client.close()


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    alice, bob = (tuple(account.split(":", 1)) for account in sys.argv[2:])
    try:
        asyncio.run(walk(sys.argv[1], alice, bob, say=lambda line: print(line, flush=True)))
    except AssertionError as difference:
        sys.exit(f"FAIL  {difference}")


if __name__ == "__main__":
    main()
