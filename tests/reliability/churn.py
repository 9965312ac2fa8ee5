"""People who come and go while others talk, and sessions that end: by REST, each act until its answer is definite."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.reliability.client import Client
from tests.reliability.people import Person
from tests.reliability.rest import RETRIED, Problem, Session, Unreachable
from tests.reliability.settling import Place

UNCLOSED_SECONDS = 5.0
"""A client whose session ended gives its socket up by itself when the server has not closed it after so long."""


class Churn:
    """`witness` is the owner's session; `note(op, ...)` writes to the admin log. Nothing is done twice at once to one person."""

    def __init__(self, witness: Session, note: Callable[..., None]) -> None:
        self.witness, self.note = witness, note
        self.is_rewound = False
        """Whether an older state was restored on purpose: who is in, out or banned may be otherwise than this run did it."""
        self._busy: set[int] = set()

    async def do(self, act: str, person: Person, place: Place, device: int = 0) -> None:
        """One act, unless it makes no sense at the moment."""
        is_in = person.user in place.members
        if person.user in self._busy or (act in ("leave", "remove", "ban") and not is_in):
            return
        if act in ("join", "add") and is_in:
            return
        self._busy.add(person.user)
        try:
            if act == "sign_out":
                await self.sign_out(person.clients[device % len(person.clients)])
            elif act in ("join", "add"):
                await self.bring(person, place, by_witness=act == "add")
            else:
                await self.take_out(person, place, act)
        except Unreachable:
            return  # what came of it stands in the room's log alone
        except Problem as problem:
            if problem.status not in RETRIED and not self.is_rewound:
                raise
        finally:
            self._busy.discard(person.user)

    async def bring(self, person: Person, place: Place, *, by_witness: bool) -> None:
        """Add somebody, or let them join. Raises Problem, Unreachable."""
        session = self.witness if by_witness else person.clients[0].session
        if person.user in place.banned:
            await self._lift(person, place)
        with self._noted("add", room=place.id, user=person.user):
            await session.patiently("POST", f"rooms/{place.id}/members/", {"user": person.user})
        place.members.add(person.user)

    async def _lift(self, person: Person, place: Place) -> None:
        try:
            await self.witness.patiently("DELETE", f"rooms/{place.id}/bans/{person.user}/")
        except Problem as problem:
            if problem.status != 404:  # the answer to an earlier try was lost
                raise
        place.banned.discard(person.user)

    async def take_out(self, person: Person, place: Place, act: str) -> None:
        """`leave`, `remove` or `ban`. Raises Problem, Unreachable."""
        session = person.clients[0].session if act == "leave" else self.witness
        place.members.discard(person.user)  # whatever is answered: it may have been done
        how = {"leave": "left", "remove": "removed", "ban": "banned"}[act]
        with self._noted("remove", room=place.id, user=person.user, how=how):
            if act == "ban":
                place.banned.add(person.user)
                await session.patiently("POST", f"rooms/{place.id}/bans/", {"user": person.user})
                return
            try:
                await session.patiently("DELETE", f"rooms/{place.id}/members/{person.user}/")
            except Problem as problem:
                if problem.status != 404:  # the answer to an earlier try was lost
                    raise

    @contextlib.contextmanager
    def _noted(self, op: str, **about: Any) -> Iterator[None]:
        """Writes when it was begun and when it was answered; `acked` is null where that is not known."""
        begun, acked = time.monotonic(), None
        try:
            yield
            acked = time.monotonic()
        finally:
            self.note(op, **about, begun=begun, acked=acked)

    async def sign_out(self, client: Client) -> None:
        """End the session of a device. The server has to close its socket; then its person signs in again. Raises Problem, Unreachable."""
        if not client.is_connected or not client.session.password:
            return
        if client.session.ends_soon:
            await client.session.renew(client.base)
        connection = await client.connected()
        if connection.sign_in != client.session.sign_ins:
            return  # its renewal got lost, and a new sign-in took its place: that of the socket goes on
        revoked = {"user": client.user, "client": client.name, "conn": connection.number}
        with self._noted("revoke", **revoked, how="logout"):
            await client.session.sign_out(client.base)
        await connection.over(UNCLOSED_SECONDS)
        connection.abort()
