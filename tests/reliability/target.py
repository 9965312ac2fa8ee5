"""What is tested: where it listens, how people come to be there, and what is in it at the end."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from tests.reliability.record import short_hash
from tests.reliability.rest import Problem, Session, call

WITNESS = "alice"
"""Who makes the rooms, is in all of them from the start to the end, and whom nothing happens to: for ours the owner of the workspace."""
UNKNOWN_WORK_SECONDS = 5.0


@dataclass
class Account:
    """Somebody who can sign in. `token` is an access token; `refresh` and `password` keep a session going over a long run."""

    name: str
    user: int
    token: str
    refresh: str = ""
    password: str = ""

    def session(self, bases: list[str]) -> Session:
        """This sign-in."""
        return Session(bases, self.name, self.password, self.token, self.refresh)


class Target(Protocol):
    """An installation that may be filled with people and rooms."""

    bases: list[str]
    """`http://127.0.0.1:PORT` of each worker."""

    async def make_user(self, name: str) -> Account:
        """A new person; WITNESS may be somebody who was there before."""
        ...

    async def at_rest(self, seconds: float) -> None:
        """Returns once nothing is left to be done in the background; at the latest after `seconds`."""
        ...

    async def dump(self, witness: Account) -> dict[str, Any]:
        """What dump.json holds (README)."""
        ...


async def signed_in(bases: list[str], name: str, password: str) -> Account:
    """A new session of somebody who is registered. Raises Problem, Unreachable."""
    session = Session(bases, name, password)
    await session.sign_in()
    me = await session.call("GET", "users/me/")
    return Account(name, me["id"], session.access, session.refresh, password)


async def registered(bases: list[str], name: str, password: str, invitation: str = "") -> Account:
    """Somebody new, by the public door. Raises Problem, Unreachable."""
    asked = {"username": name, "password": password} | ({"invitation": invitation} if invitation else {})
    await call(bases[0], "POST", "users/", asked)
    return await signed_in(bases, name, password)


class PublicTarget:
    """Any server of the protocol, of which no more is known than its addresses.

    Everybody registers under a name that ends in a mark of this run, the witness too, who moderates the rooms that they
    make. Where registration needs an invitation, `owner` (who may invite into the workspace) and their password are needed.
    """

    def __init__(self, bases: list[str], owner: str = "", password: str = "") -> None:
        self.bases, self.owner, self.password = bases, owner, password
        self._mark = secrets.token_hex(3)
        self._invitation = ""
        self._accounts: list[Account] = []

    async def make_user(self, name: str) -> Account:
        """Raises Problem, Unreachable."""
        account = await self._new(f"{name}-{self._mark}", secrets.token_urlsafe(16))
        self._accounts.append(account)
        return account

    async def _new(self, name: str, password: str) -> Account:
        try:
            return await registered(self.bases, name, password, self._invitation)
        except Problem as problem:
            if problem.code != "forbidden" or self._invitation or not self.owner:
                raise
        self._invitation = await self._invite()
        return await registered(self.bases, name, password, self._invitation)

    async def _invite(self) -> str:
        """The code of an invitation for everybody."""
        owner = Session(self.bases, self.owner, self.password)
        await owner.sign_in()
        workspace = (await owner.pages("workspaces/"))[0]["id"]
        wanted = {"role": "member", "max_uses": 10_000}
        return (await owner.patiently("POST", f"workspaces/{workspace}/invitations/", wanted))["code"]

    async def at_rest(self, seconds: float) -> None:
        """Nobody outside can know: some seconds are waited."""
        await asyncio.sleep(min(seconds, UNKNOWN_WORK_SECONDS))

    async def dump(self, witness: Account) -> dict[str, Any]:
        """By REST: what the witness is shown, and the direct rooms of everybody."""
        found: dict[str, Any] = {"epoch": None, "rooms": {}, "messages": [], "members": []}
        for account in (witness, *(one for one in self._accounts if one is not witness)):
            session = account.session(self.bases)
            for room in await session.pages("rooms/"):
                if str(room["id"]) not in found["rooms"] and (account is witness or room["kind"] == "direct"):
                    await self._read_room(session, room, found)
        return found

    async def _read_room(self, session: Session, room: dict[str, Any], found: dict[str, Any]) -> None:
        found["rooms"][str(room["id"])] = {name: room[name] for name in ("last_seq", "head", "kind", "history")}
        await self._read(session, room["id"], found)
        seqs = {row["event_seq"]: row["seq"] for row in found["messages"] if row["room"] == room["id"]}
        for member in await session.pages(f"rooms/{room['id']}/members/"):
            joined = member["joined_event_seq"]
            # A row of the kind `system` never changes: the number of the joining finds it.
            numbers = {"joined_seq": seqs.get(joined), "joined_event_seq": joined}
            # `last_read_seq` of this list is the highest ever reached, not where the mark stands; whether a direct room is
            # hidden is nobody else's business.
            unknown = {"last_read_seq": None, "hidden": None if room["kind"] == "direct" else False}
            found["members"].append({"room": room["id"], "user": member["user"]["id"], **numbers, **unknown})

    async def _read(self, session: Session, room: int, found: dict[str, Any]) -> None:
        after, has_after = 0, True
        while has_after:
            page = await session.patiently("GET", f"rooms/{room}/messages/?after={after}&limit=100")
            found["epoch"], has_after = page["epoch"], page["has_after"]
            for row in page["results"]:
                after = row["seq"]
                kept = {name: row[name] for name in ("id", "room", "seq", "event_seq", "msg_id", "kind", "mentions")}
                kept |= {"author": row["author"]["id"], "hash": short_hash(row["body"])}
                kept |= {"deleted": row["deleted_at"] is not None}
                root = (row["thread"] or {}).get("root")
                kept |= {"edited": row["edited_at"] is not None, "root": None if root == row["id"] else root}
                kept |= {"system": row["system"]} if row.get("system") else {}
                found["messages"].append(kept)
