"""Simulated people: what they do with what they see, on one device or two."""

import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from tests.reliability import files, frames
from tests.reliability.client import Client
from tests.reliability.connection import Lost, Refused
from tests.reliability.errands import Errands
from tests.reliability.frames import Row
from tests.reliability.grapevine import Grapevine, Kept, Saying
from tests.reliability.outbox import Intent
from tests.reliability.plan import Intention, Load
from tests.reliability.record import short_hash
from tests.reliability.rest import RETRIED, Problem, Unreachable
from tests.reliability.room import Room
from tests.reliability.target import Account

OK = "ok"
"""What is said again and again: told apart by nothing but its msg_id."""
EMOJI = ("👍", "🎉", "😀", "❤️")
WORDS = [
    "harbour",
    "*wind*",
    "over",
    "`the`",
    "quay,",
    "herring",
    "&",
    "salt",
    "<b>fog</b>",
    "naïve",
    "你好",
    "🙂",
    "lantern\nrope",
]
PILE = 30
"""Who has so many messages waiting types no more until some are sent: what a server takes is then the server's business."""
RECENT = 20
"""How far back people react to something."""
ANSWERED_ERRORS = (Lost, Refused)
"""Ends of a command that people live with: what came of it stands in the record."""

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Person:
    """Somebody with a client on each device. `names` are those whom they may mention, by room; `spawn` starts what takes time."""

    def __init__(
        self,
        name: str,
        account: Account,
        clients: list[Client],
        load: Load,
        names: dict[int, list[str]],
        spawn: Spawn,
        grapevine: Grapevine | None = None,
    ) -> None:
        self.name, self.account, self.user = name, account, account.user
        self.clients, self.load, self.names, self.spawn = clients, load, names, spawn
        self.grapevine = grapevine or Grapevine()
        self.errands = Errands(self.user, self.grapevine)
        self._typed = 0
        self._files: dict[str, list[Kept]] = {}
        """What goes with a message that is not acked yet, by its msg_id."""
        self._said: defaultdict[tuple[str, int], deque[Intent]] = defaultdict(lambda: deque(maxlen=RECENT))
        for client in clients:
            client.outbox.acked = lambda intent, client=client: self._acked(client, intent)

    @property
    def is_connected(self) -> bool:
        """Whether every device has a socket that said `hello`."""
        return all(client.is_connected for client in self.clients)

    @property
    def is_level(self) -> bool:
        """Whether every device holds all that its `hello` stated."""
        return all(client.is_level for client in self.clients)

    def do(self, intention: Intention, room_id: int, meant: float) -> None:
        """What the schedule says, as far as it makes sense now: nobody edits what they never said."""
        chance = random.Random(intention.draw)
        client = self.clients[chance.randrange(len(self.clients))]
        room = client.book.rooms.get(room_id)
        if intention.act == "send":
            if len(client.outbox) < PILE and (room or chance.random() < self.load.strangers):
                self.send(client, room_id, chance, meant)
        elif errand := self.errands.named(intention.act):
            self.spawn(errand(client, room_id, chance))
        elif room:
            act = {
                "edit": self._edit,
                "delete": self._delete,
                "react": self._react,
                "read": self._read,
                "unread": self._unread,
                "scroll": self._scroll,
            }[intention.act]
            self.spawn(act(client, room, chance))

    # --- sending ---

    def send(self, client: Client, room_id: int, chance: random.Random, meant: float | None = None) -> Intent:
        """Type something and press Enter."""
        load, body, token = self.load, OK, None
        if chance.random() >= load.same_body:
            body, token = self._text(client, room_id, chance)
        room = client.book.rooms.get(room_id)
        quoted = _some_row(room, chance) if room and chance.random() < load.quotes else None
        intent = Intent(room_id, body, token, quoted.id if quoted else None, meant=meant or time.monotonic())
        draw = chance.random()
        for act, share in (("read_back", load.read_back), ("reuse", load.reuse), ("repeat", load.repeats)):
            if 0 <= draw < share:
                intent.then = act
            draw -= share
        if quoted is None and chance.random() < load.titles:
            intent.title = f"About {chance.choice(WORDS)} {token or OK}"
        if chance.random() < load.files:
            self.spawn(self._send_with_files(client, intent, chance))
        else:
            client.outbox.put(intent)
        return intent

    async def _send_with_files(self, client: Client, intent: Intent, chance: random.Random) -> None:
        """Upload what goes with it, then send it; without a file that did not get there. A file says enough by itself, at times."""
        wanted = range(chance.choice((1, 1, 1, 2)))
        for _file in wanted:
            await self.attach(client, intent, files.made_up(chance))
        if intent.attachments and chance.random() < 0.2:
            intent.body, intent.token = "", None
        client.outbox.put(intent)

    async def attach(self, client: Client, intent: Intent, made: files.Made) -> None:
        """Upload a file that is to go with it; nothing where it did not get there."""
        if kept := await files.uploaded(client.session, client.base, made):
            client.log.write("upload", attachment=kept.attachment, room=intent.room, hash=kept.hash)
            intent.attachments += (kept.attachment,)
            self._files[intent.msg_id] = [*self._files.get(intent.msg_id, ()), kept]

    def _text(self, client: Client, room_id: int, chance: random.Random) -> tuple[str, str]:
        """A body that nobody else's is, and its token."""
        self._typed += 1
        token = f"{client.name}:{self._typed}"
        words = chance.choices(WORDS, k=chance.randrange(1, 12))
        if self.names.get(room_id) and chance.random() < self.load.mentions:
            words.append("@all" if chance.random() < 0.1 else f"@{chance.choice(self.names[room_id])}")
        return " ".join([token, word_of(token), *words]), token

    async def _acked(self, client: Client, intent: Intent) -> None:
        self._said[client.name, intent.room].append(intent)
        message = intent.ack["id"]
        if intent.token:
            self.grapevine.sayings.append(Saying(word_of(intent.token), intent.room, message))
        for kept in self._files.pop(intent.msg_id, ()):
            self.grapevine.files.append(replace(kept, room=intent.room, message=message))
        if intent.then == "repeat":
            client.outbox.put(intent.again())
        elif intent.then == "reuse":
            client.outbox.put(intent.reused())
        elif intent.then == "read_back":
            self.spawn(self._read_back(client, intent))

    async def _read_back(self, client: Client, intent: Intent) -> None:
        """Whether a history that is asked for now, at any server, holds what was acked."""
        bases = self.clients[0].bases if self.load.pinned else client.session.bases
        base = bases[intent.msg_id.encode()[-1] % len(bases)]
        path = f"rooms/{intent.room}/messages/?around={intent.ack['seq']}&limit=5"
        try:
            page = frames.page(frames.as_json(await client.session.call("GET", path, base=base)))
        except Unreachable:
            return
        except Problem as problem:
            if problem.status in RETRIED or problem.status in (401, 403, 404):
                return  # in trouble, signed out, or no member any more
            raise
        record = {"base": base, "room": intent.room, "head": page.head, "epoch": page.epoch}
        client.log.write("history", conn=None, **record, rows=frames.lines(page.rows), via="rest")
        found = any(row.msg_id == intent.msg_id and row.author == self.user for row in page.rows)
        client.log.write("read_back", msg_id=intent.msg_id, room=intent.room, base=base, found=found)

    # --- other acts ---

    async def _command(self, client: Client, cmd: str, **payload: Any) -> None:
        if not client.is_connected:
            return
        try:
            await client.command(await client.connected(), cmd, **payload)
        except ANSWERED_ERRORS:
            pass

    def _own(self, client: Client, room: Room, chance: random.Random) -> Row | None:
        """Something that was said on this device and stands there still."""
        said = self._said[client.name, room.id]
        row = room.rows.get(chance.choice(said).ack["seq"]) if said else None
        return row if row and not row.is_deleted else None

    async def _edit(self, client: Client, room: Room, chance: random.Random) -> None:
        if row := self._own(client, room, chance):
            body, _token = self._text(client, room.id, chance)
            told = {"hash": short_hash(body), "room": room.id}
            await self._command(client, "message.edit", told=told, message=row.id, body=body, edited_at=row.edited_at)

    async def _delete(self, client: Client, room: Room, chance: random.Random) -> None:
        if row := self._own(client, room, chance):
            await self._command(client, "message.delete", told={"room": room.id}, message=row.id)

    async def _react(self, client: Client, room: Room, chance: random.Random) -> None:
        if row := _some_row(room, chance):
            cmd = "reaction.add" if chance.random() < 0.7 else "reaction.remove"
            told = {"room": room.id}
            await self._command(client, cmd, told=told, message=row.id, emoji=chance.choice(EMOJI))

    async def _read(self, client: Client, room: Room, chance: random.Random) -> None:
        await self._mark(client, room, "read", back=chance.choice((0, 0, 0, 3)))

    async def _unread(self, client: Client, room: Room, chance: random.Random) -> None:
        await self._mark(client, room, "unread", back=chance.randrange(8))

    async def _mark(self, client: Client, room: Room, cmd: str, back: int) -> None:
        if client.is_connected and room.rows:
            seq = max(1, next(reversed(room.rows)) - back)
            try:
                await client.book.mark(await client.connected(), cmd, room.id, seq)
            except ANSWERED_ERRORS:
                pass

    async def _scroll(self, client: Client, room: Room, chance: random.Random) -> None:
        if client.is_connected:
            try:
                await client.book.scroll(await client.connected(), room)
            except ANSWERED_ERRORS:
                pass


def word_of(token: str) -> str:
    """A word that is in no other text: what a search for a token looks for."""
    return f"word{''.join(letter if letter.isalnum() else 'x' for letter in token)}z"


def _some_row(room: Room, chance: random.Random) -> Row | None:
    """One of the newest messages that stand."""
    if not room.rows:
        return None
    row = room.rows.get(next(reversed(room.rows)) - chance.randrange(RECENT))
    return row if row and not row.is_system and not row.is_deleted else None
