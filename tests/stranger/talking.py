"""Sending, editing, reacting, answering and deleting, while both are there."""

import uuid

from tests.stranger.page import has, same
from tests.stranger.pair import Pair


class Talking(Pair):
    async def send_ack_changes(self):
        self.first_id, self.text = str(uuid.uuid4()), "hello é 漢 🎉\r\nsecond line"
        self.first = ack = await self.alice.send(self.room, self.text, self.first_id)
        has(ack, "the ack of message.send", room=self.room, seq=3, event_seq=3, duplicate=False)
        row = await self.both_hold(3, ack["event_seq"], "created", user=self.a)
        has(row, "the message sent", id=ack["id"], created_at=ack["created_at"], msg_id=self.first_id, kind="message")
        has(row, "the message sent", body=self.text.replace("\r\n", "\n"), reply_to=None, reactions=[])
        has(row, "the message sent", edited_at=None, deleted_at=None)

    async def duplicate_and_conflict(self):
        again = await self.alice.send(self.room, self.text, self.first_id)
        same(again, self.first | {"duplicate": True}, "the ack of a repeated msg_id")
        await self.alice.send(self.room, "something else", self.first_id, refused="conflict")
        await self.alice.send(self.room, "hello", "no-uuid", refused="invalid")

    async def too_large_and_blank(self):
        await self.alice.send(self.room, "é" * 10_001, refused="too_large")
        await self.alice.send(self.room, " \n", refused="invalid")
        largest = await self.alice.send(self.room, "é" * 10_000)
        await self.both_hold(4, largest["event_seq"], "created", user=self.a)

    async def edit(self):
        edited = {"message": self.first["id"], "body": "edited", "edited_at": None}
        ack = await self.alice.command("message.edit", **edited)
        row = await self.both_hold(3, ack["event_seq"], "edited", user=self.a)
        created = self.first["created_at"]
        has(row, "the edited message", body="edited", seq=3, created_at=created, edited_at=ack["edited_at"])
        await self.alice.command("message.edit", **edited | {"body": "stale"}, refused="conflict")
        not_mine = edited | {"body": "not mine", "edited_at": ack["edited_at"]}
        await self.bob.command("message.edit", **not_mine, refused="forbidden")
        same(await self.alice.command("message.edit", **edited), ack, "an edit that reads as asked")
        again = await self.alice.send(self.room, self.text, self.first_id)
        same(again, self.first | {"duplicate": True}, "a repeated msg_id after the edit")

    async def reactions(self):
        reaction = {"message": self.first["id"], "emoji": "👍"}
        ack = await self.bob.command("reaction.add", **reaction)
        same(await self.bob.command("reaction.add", **reaction), ack, "a reaction added twice")
        row = await self.both_hold(3, ack["event_seq"], "reaction", user=self.b, emoji="👍")
        same(row["reactions"], [{"emoji": "👍", "count": 1, "users": [self.b]}], "the reactions")
        ack = await self.bob.command("reaction.remove", **reaction)
        row = await self.both_hold(3, ack["event_seq"], "reaction", user=self.b, emoji="👍")
        same(row["reactions"], [], "the reactions after the removal")

    async def reply(self):
        first = self.first["id"]
        self.answer_id = str(uuid.uuid4())
        self.answer = ack = await self.bob.send(self.room, "an answer", self.answer_id, reply_to=first)
        row = await self.both_hold(ack["seq"], ack["event_seq"], "created", user=self.b)
        same(row["reply_to"], {"id": first, "seq": 3}, "reply_to")
        has(row["thread"], "the reply's thread", root=first, replies=0)
        root = await self.both_hold(3, ack["event_seq"] + 1, "thread")
        has(root["thread"], "the root's thread", root=first, replies=1)
        await self.bob.send(self.room, "an answer to nothing", reply_to=2**31 - 1, refused="not_found")

    async def delete_leaves_a_tombstone(self):
        msg_id = str(uuid.uuid4())
        sent = await self.alice.send(self.room, "to be deleted", msg_id)
        await self.both_hold(sent["seq"], sent["event_seq"], "created", user=self.a)
        ack = await self.alice.command("message.delete", message=sent["id"])
        row = await self.both_hold(sent["seq"], ack["event_seq"], "deleted", user=self.a)
        has(row, "the tombstone", id=sent["id"], kind="message", msg_id=msg_id, body="", html="")
        same(row["mentions"], {"users": [], "all": False}, "the mentions of the tombstone")
        same(bool(row["deleted_at"]), True, "the tombstone has deleted_at")
        same(await self.alice.command("message.delete", message=sent["id"]), ack, "deleting again")
        again = await self.alice.send(self.room, "to be deleted", msg_id)
        same(again, sent | {"duplicate": True}, "a repeated msg_id after the deletion")
        await self.alice.command("message.edit", message=sent["id"], body="back", edited_at=None, refused="conflict")
        await self.bob.command("reaction.add", message=sent["id"], emoji="👍", refused="conflict")
        await self.bob.send(self.room, "an answer to a tombstone", reply_to=sent["id"], refused="conflict")
