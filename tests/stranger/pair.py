"""Alice and Bob side by side in one room: what a change must look like to both."""

import asyncio
import contextlib

from websockets.exceptions import ConnectionClosed

from tests.stranger.client import dial
from tests.stranger.page import WAIT, has, same
from tests.stranger.rest import Rest


class Pair:
    """`alice` and `bob` are their clients, `rest_a` and `rest_b` their sessions, `room` the room's id, `head` its number so far."""

    def __init__(self, base, alice, bob):
        self.base, self.accounts, self.clients = base, (alice, bob), []
        self.rest_a, self.rest_b = Rest(base), Rest(base)

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
