"""What people do beside talking: search, get files, begin texts, follow threads, keep messages, pin, look into rooms, show that they are there."""

import random
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from tests.reliability import files
from tests.reliability.client import Client
from tests.reliability.connection import Lost, Refused
from tests.reliability.grapevine import Grapevine, Kept, Saying
from tests.reliability.record import short_hash
from tests.reliability.rest import RETRIED, Problem, Unreachable
from tests.reliability.watching import watch

type Errand = Callable[[Client, int, random.Random], Coroutine[Any, Any, None]]

UNANSWERED = {401, *RETRIED}
"""Statuses that say nothing about what was asked: signed out, or in trouble."""
STATUSES = ("online", "away", "dnd")


class Errands:
    """Of one person. What each is about is drawn from what is there; what is refused is refused, and stands in the record."""

    def __init__(self, user: int, grapevine: Grapevine) -> None:
        self.user, self.grapevine = user, grapevine
        self._begun = 0
        self._versions: dict[tuple[str, int], int | None] = {}
        """By device and room, the version of the draft that the device knows."""

    def named(self, act: str) -> Errand | None:
        return {
            "search": self.search,
            "fetch": self.fetch,
            "draft": self.draft,
            "follow": self.follow,
            "save": self.save,
            "pin": self.pin,
            "sign": self.sign,
            "watch": self.look_in,
        }.get(act)

    # --- by REST ---

    async def _call(self, client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer (of a refusal, the problem); 0 where there is none."""
        try:
            return 200, await client.session.call(method, path, body, base=client.base)
        except Unreachable:
            return 0, None
        except Problem as problem:
            return 0 if problem.status in UNANSWERED else problem.status, problem

    async def search(self, client: Client, _room: int, chance: random.Random) -> None:
        """For a word of somebody's: one's own must be found, what one may not read must not."""
        if self.grapevine.sayings:
            await self.search_for(client, chance.choice(self.grapevine.sayings))

    async def search_for(self, client: Client, saying: Saying) -> None:
        begun = time.monotonic()
        status, answer = await self._call(client, "GET", f"search/?q={saying.word}")
        if status == 200:
            self._write_search(client, begun, saying, answer["results"])
        elif status:
            raise answer

    def _write_search(self, client: Client, begun: float, saying: Saying, results: list[dict[str, Any]]) -> None:
        found = [{name: row[name] for name in ("id", "room", "seq")} for row in results]
        about = {"word": saying.word, "room": saying.room, "message": saying.message}
        client.log.write("search", base=client.base, begun=begun, **about, found=found)

    async def fetch(self, client: Client, _room: int, chance: random.Random) -> None:
        """A file that somebody sent somewhere."""
        if self.grapevine.files:
            await self.get(client, chance.choice(self.grapevine.files))

    async def get(self, client: Client, kept: Kept) -> None:
        begun = time.monotonic()
        try:
            status, content = await files.fetched(client.session, client.base, kept.url)
        except Unreachable:
            return
        if status not in UNANSWERED:
            about = {"room": kept.room, "message": kept.message, "attachment": kept.attachment}
            told = {"status": status, "hash": short_hash(content) if status == 200 and kept.hash else ""}
            client.log.write("file", base=client.base, begun=begun, **about, **told)

    async def draft(self, client: Client, room: int, chance: random.Random) -> None:
        """Begin or go on with a text, on this device; where another device was faster, take what it wrote and write both."""
        if room not in client.book.rooms:
            return
        known = self._versions.get((client.name, room))
        if known is None:
            known = await self._look_at_drafts(client, room)
        self._begun += 1
        await self.write_draft(client, room, f"{client.name} has begun {self._begun}", known)

    async def _look_at_drafts(self, client: Client, room: int) -> int | None:
        status, answer = await self._call(client, "GET", "users/me/drafts/")
        if status != 200:
            return None
        return next((one["version"] for one in answer["results"] if one["room"] == room), None)

    async def write_draft(self, client: Client, room: int, body: str, known: int | None) -> int | None:
        """The version that it has then; None where it was not written."""
        begun = time.monotonic()
        status, answer = await self._call(client, "PUT", f"users/me/drafts/{room}/", {"body": body, "version": known})
        version = answer["version"] if status == 200 else None
        told = {"room": room, "hash": short_hash(body), "knew": known, "version": version, "status": status}
        client.log.write("draft", base=client.base, begun=begun, **told)
        # Whoever does not know what came of it looks before writing again.
        self._versions[client.name, room] = version
        return version

    async def follow(self, client: Client, room: int, chance: random.Random) -> None:
        if (row := _some_row(client, room, chance)) is not None:
            root, wanted = row.root or row.id, {"following": chance.random() < 0.7}
            await self._note(client, "follow", "PUT", f"messages/{root}/thread/", wanted, message=root, room=room)

    async def save(self, client: Client, room: int, chance: random.Random) -> None:
        if (row := _some_row(client, room, chance)) is not None:
            method = chance.choice(("PUT", "PUT", "DELETE"))
            await self._note(client, "save", method, f"users/me/saved/{row.id}/", message=row.id, room=room)

    async def _note(self, client: Client, what: str, method: str, path: str, body: Any = None, **about: int) -> None:
        begun = time.monotonic()
        status, _answer = await self._call(client, method, path, body)
        client.log.write("did", what=what, method=method, begun=begun, status=status, **about)

    # --- by the socket ---

    async def _command(self, client: Client, cmd: str, **payload: Any) -> None:
        if client.is_connected:
            try:
                await client.command(await client.connected(), cmd, **payload)
            except (Lost, Refused):
                pass

    async def pin(self, client: Client, room: int, chance: random.Random) -> None:
        if (row := _some_row(client, room, chance)) is not None:
            cmd = chance.choice(("message.pin", "message.pin", "message.unpin"))
            await self._command(client, cmd, told={"room": room}, message=row.id)

    async def sign(self, client: Client, room: int, chance: random.Random) -> None:
        if chance.random() < 0.3:
            await self._command(client, "presence", status=chance.choice(STATUSES))
        elif client.is_connected and room in client.book.rooms:
            connection = await client.connected()
            msg_id, active = str(uuid.UUID(int=chance.getrandbits(128))), chance.random() < 0.7
            client.log.write("tell", conn=connection.number, cmd="typing", msg_id=msg_id, room=room)
            await connection.tell("typing", msg_id, {"room": room, "active": active})

    async def look_in(self, client: Client, room: int, _chance: random.Random) -> None:
        """Look into a room that one is not in; who does so already leaves it alone."""
        if not client.is_connected:
            return
        try:
            await watch(client.book, await client.connected(), room)
        except (Lost, Refused):
            pass


def _some_row(client: Client, room: int, chance: random.Random) -> Any:
    """One of the newest messages of a room that stand; None where there is none, or it is not held."""
    held = client.book.rooms.get(room)
    if held is None or not held.rows:
        return None
    row = held.rows.get(next(reversed(held.rows)) - chance.randrange(20))
    return row if row and not row.is_system and not row.is_deleted else None
