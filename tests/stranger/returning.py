"""Sockets that died, what was missed meanwhile, read marks, and who is out: removed or signed out."""

import asyncio
import contextlib
import json
import uuid

from websockets.exceptions import ConnectionClosed

from tests.stranger.page import has, same
from tests.stranger.pair import Pair

UNKNOWN = 2**31 - 1  # the id of no room


def named(payload):
    """Ids of the rooms that an event is about."""
    rooms = [payload.get("room"), *payload.get("rooms", ())]
    return [room["id"] if isinstance(room, dict) else int(room or 0) for room in rooms]


class Returning(Pair):
    async def outbox_survives_the_socket(self):
        msg_id, payload = str(uuid.uuid4()), {"room": self.room, "body": "sent on a socket that died"}
        self.alice.outbox[msg_id] = payload
        await self.alice.ws.send(json.dumps({"msg_id": msg_id, "cmd_type": "message.send", "payload": payload}))
        await self.alice.ws.close()
        await self.alice.connect()  # sends it again with the same msg_id
        same(self.alice.outbox, {}, "the outbox after the reconnect")
        await self.both_level()
        ids = [row["msg_id"] for row in self.alice.rooms[self.room].rows.values()]
        same(ids.count(msg_id), 1, "the times that a message sent twice is there")

    async def sync_brings_only_what_is_missing(self):
        await self.bob.ws.close()
        bobs, start = self.bob.rooms[self.room], len(self.bob.log)
        before = bobs.cursor
        new = [await self.alice.send(self.room, f"while bob is away, {n}") for n in range(3)]
        edited = await self.alice.command("message.edit", message=new[0]["id"], body="edited meanwhile", edited_at=None)
        deleted = await self.alice.command("message.delete", message=new[1]["id"])
        reacted = await self.alice.command("reaction.add", message=self.first["id"], emoji="🎉")
        await self.bob.connect()
        end = before + 6
        await self.bob.until(lambda: bobs.cursor == reacted["event_seq"] == end, "sync brings bob to the head")
        acks = [frame.payload for frame in self.bob.log[start:] if frame.cmd_type == "ack"]
        entry = next(entry for ack in acks for entry in ack.get("rooms", ()) if entry["room"] == self.room)
        has(entry, "the answer to sync", **{"from": before, "to": end, "head": end, "more": False})
        found = [(row["seq"], row["event_seq"]) for row in entry["messages"]]
        changed = [new[2]["seq"], new[0]["seq"], new[1]["seq"], 3]
        numbers = [before + 3, edited["event_seq"], deleted["event_seq"], reacted["event_seq"]]
        same(found, list(zip(changed, numbers, strict=True)), "the messages that sync brings")
        await self.both_level()

    async def sync_resets_and_errors(self):
        head, epoch = self.bob.rooms[self.room].cursor, self.bob.epoch
        for other, after in ((str(uuid.uuid4()), head), (epoch, head + 1)):
            ack = await self.bob.command("sync", epoch=other, rooms=[{"room": self.room, "after": after}])
            reset = {"room": self.room, "reset": True, "head": head}
            same(ack, {"epoch": epoch, "rooms": [reset]}, f"sync after {after} of epoch {other}")
            self.bob.on_changes(reset)
            await self.both_level()
        asked = [{"room": self.room, "after": head}, {"room": UNKNOWN, "after": 0}]
        ack = await self.bob.command("sync", epoch=epoch, rooms=asked)
        level, unknown = sorted(ack["rooms"], key=lambda entry: entry["room"])
        none = {"room": self.room, "from": head, "to": head, "head": head, "messages": [], "more": False}
        has(level, "sync with nothing missing", **none)
        same((unknown["room"], unknown["error"]["code"]), (UNKNOWN, "not_found"), "sync of an unknown room")

    async def history_and_its_errors(self):
        last = max(self.bob.rooms[self.room].rows)
        for bounds, seqs, has_before, has_after in (
            ({"limit": 2}, [last - 1, last], True, False),
            ({"before": 4, "limit": 2}, [2, 3], True, True),
            ({"after": 1, "limit": 2}, [2, 3], True, True),
            ({"after": last - 1}, [last], True, False),
            ({"before": 3}, [1, 2], False, True),
            ({"around": 4, "limit": 1}, [4], True, True),
            ({"thread": self.answer["id"]}, [3, self.answer["seq"]], False, False),
        ):
            ack = await self.bob.command("history", room=self.room, **bounds)
            has(ack, f"history {bounds}", epoch=self.bob.epoch, head=self.head)
            same((ack["has_before"], ack["has_after"]), (has_before, has_after), f"what is beyond history {bounds}")
            same([row["seq"] for row in ack["messages"]], seqs, f"the seqs of history {bounds}")
        ack = await self.bob.command("history", room=self.room, around=4, limit=3)
        around = [row["seq"] for row in ack["messages"]]
        same((4 in around, around), (True, list(range(around[0], around[0] + 3))), "three messages around 4")
        for bounds in ({"limit": 0}, {"limit": 101}, {"before": 5, "after": 2}):
            await self.bob.command("history", room=self.room, **bounds, refused="invalid")
        await self.bob.command("history", room=UNKNOWN, refused="not_found")
        page = await self.rest_b.call("GET", f"rooms/{self.room}/messages/?limit=2")
        same([row["seq"] for row in page["results"]], [last - 1, last], "the messages by REST")
        has(page, "the messages by REST", has_before=True, has_after=False)

    async def read_and_unread(self):
        room, start = self.bob.rooms[self.room], len(self.alice.log)
        said = [row for row in room.rows.values() if row["kind"] == "message"]
        alices, last = [row["seq"] for row in said if row["author"]["id"] == self.a], max(room.rows)
        added = room.stated["unread"] + sum(seq > room.stated["last_seq"] for seq in alices)
        [stated] = [each for each in (await self.bob.command("rooms"))["rooms"] if each["id"] == self.room]
        has(stated, "what `rooms` says", last_read_seq=2, unread=len(alices), mentions=0, last_seq=last, head=self.head)
        same(added, stated["unread"], "the unread count that a client adds up")
        for seq in (last, 1, last + 100):  # never back, never beyond the end
            ack = await self.bob.command("read", room=self.room, seq=seq)
            has(ack, f"the answer to read {seq}", last_read_seq=last, unread=0, mentions=0, last_seq=last)
            same(ack["user_seq"] >= self.bob.user_seq, True, f"the answer to read {seq} has a user_seq not lower")
        receipt = {"room": self.room, "user": self.b, "last_read_seq": last}
        await self.alice.find(lambda f: f.cmd_type == "read" and f.payload == receipt, f"{receipt} comes", start)
        ack = await self.bob.command("unread", room=self.room, seq=4)
        has(ack, "the answer to unread 4", last_read_seq=3, unread=sum(seq >= 4 for seq in alices), last_seq=last)
        same(ack["user_seq"] >= self.bob.user_seq, True, "the answer to unread 4 has a user_seq not lower")

    async def removal_of_bob(self):
        end = max(self.bob.rooms[self.room].rows)
        await self.rest_a.call("DELETE", f"rooms/{self.room}/members/{self.b}/", status=204)
        left = await self.bob.find(lambda f: f.cmd_type == "room.left", "room.left comes")
        has(left.payload, "room.left", room=self.room, event_seq=self.head + 1, reason="removed")
        row = await self.holds(self.alice, end + 1, self.head + 1, "system")
        same(row["author"]["id"], self.a, "the author of the removal")
        has(row["system"], "the removal", event="removed", user=self.b, by=self.a)
        await self.alice.send(self.room, "bob must not see this")
        await self.alice.command("reaction.add", message=self.first["id"], emoji="👍")
        gone = await self.bob.find(lambda f: f.cmd_type == "rooms.changed" and f.payload["gone"], "a room is gone")
        same(gone.payload["gone"], [self.room], "the rooms that are gone")
        await asyncio.sleep(2.5)  # longer than the hub's two seconds
        await self.bob.send(self.room, "from outside", refused="forbidden")
        again = await self.bob.send(self.room, "an answer", self.answer_id, reply_to=self.first["id"])
        same(again, self.answer | {"duplicate": True}, "a removed author's msg_id")
        await self.bob.command("ping")
        for frame in self.bob.log[self.bob.log.index(left) + 1 :]:
            # Answers to one's own commands may still follow, and only `rooms.changed.gone` names the room.
            is_of_it = frame.msg_id == "" and self.room in named(frame.payload)
            same(is_of_it, False, f"an event of the room behind room.left: {frame!r:.300}")
        changes = [frame.payload for frame in self.bob.log if frame.cmd_type == "changes"]
        leaked = [change for change in changes if change["room"] == self.room and change.get("to", 0) > self.head]
        same(leaked, [], "changes from the removal on, sent to bob")
        same(self.room in self.bob.rooms, False, "bob holds the room")

    async def send_by_rest(self):
        path, said = f"rooms/{self.room}/messages/", {"body": "by REST", "msg_id": str(uuid.uuid4())}
        first = await self.rest_a.call("POST", path, said, 201)
        same(await self.rest_a.call("POST", path, said, 200), first | {"duplicate": True}, "a repeated POST's answer")
        await self.rest_a.call("POST", path, said | {"body": "other"}, 409, "conflict")
        rows = self.alice.rooms[self.room].rows
        await self.alice.until(lambda: first["seq"] in rows, "a message sent by REST arrives")
        await self.rest_b.call("POST", path, {"body": "from outside"}, 403, "forbidden")

    async def logout(self):
        await self.rest_a.call("POST", "auth/logout/")
        with contextlib.suppress(ConnectionClosed):
            await self.alice.until(lambda: False, "logout closes the socket")
        same(self.alice.ws.close_code, 4401, "the close code after logout")
        await self.rest_a.call("GET", "users/me/", status=401, code="unauthenticated")
        await self.is_turned_away("", self.rest_a.token)
        await self.rest_b.call("GET", "users/me/")
