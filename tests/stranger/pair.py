"""Alice and Bob side by side in one room: what a change must look like to both."""

import asyncio
import contextlib

from websockets.exceptions import ConnectionClosed

from tests.stranger.client import Client, dial
from tests.stranger.page import WAIT, has, same
from tests.stranger.rest import Rest


class Pair:
    """The clients `alice` and `bob`, their sessions `rest_a`, `rest_b`, their ids `a`, `b`; the `room` and its `head`."""

    def __init__(self, base, alice, bob):
        self.base, self.accounts, self.clients = base, (alice, bob), []
        self.rest_a, self.rest_b = Rest(base), Rest(base)

    def client(self, name, token=None):
        self.clients.append(Client(self.base, name, token))
        return self.clients[-1]

    async def hear_all(self):
        """What any open socket brought is heard, and thereby checked."""
        for client in self.clients:
            if client.ws and client.ws.close_code is None:
                await client.command("ping")

    async def enters(self, client):
        """The room, once the client was told of it."""
        await client.until(lambda: self.room in client.rooms, "`rooms.changed` brings the room")
        return client.rooms[self.room]

    async def holds(self, client, seq, event_seq, kind, **cause):
        """The message at a client that knows the change `event_seq` of it."""
        room = client.rooms[self.room]
        await client.until(lambda: room.cursor >= event_seq and seq in room.rows, f"{kind} {event_seq} arrives")
        same(room.rows[seq]["event_seq"], event_seq, f"the event_seq of the changed row at {client.name}")
        for change in [frame.payload for frame in client.log if frame.cmd_type == "changes"]:
            if (change["room"], change.get("to")) == (room.id, event_seq) and change.get("cause"):
                has(change["cause"], f"the cause of change {event_seq}", kind=kind, **cause)
                live = change["from"], len(change["messages"])
                same(live, (event_seq - 1, 1), f"`from` and number of messages of live change {event_seq}")
        return room.rows[seq]

    async def both_hold(self, seq, event_seq, kind, **cause):
        """The change `event_seq` took the room's next number and reaches both; the row, which is the same at both."""
        self.head += 1
        same(event_seq, self.head, f"the event_seq of a change ({kind})")
        row = await self.holds(self.alice, seq, event_seq, kind, **cause)
        same(row, await self.holds(self.bob, seq, event_seq, kind, **cause), f"message {seq} at alice and at bob")
        return row

    async def both_level(self):
        """Both hold what a fresh history has."""
        fresh = await self.bob.command("history", room=self.room, limit=100)
        self.head, rows = fresh["head"], {row["seq"]: row for row in fresh["messages"]}
        for client in (self.alice, self.bob):
            room = client.rooms[self.room]
            await client.until(lambda room=room: room.loaded and room.cursor == self.head, "the room is up to its head")
            same(room.rows, rows, f"the room as {client.name} holds it, beside a fresh history")

    async def is_turned_away(self, query, token=None):
        socket = await dial(self.base, query, token)
        with contextlib.suppress(ConnectionClosed):
            same(await asyncio.wait_for(socket.recv(), WAIT), "(nothing)", f"the first frame to /ws/{query:.20}")
        same(socket.close_code, 4401, f"the close code of /ws/{query:.20}")
