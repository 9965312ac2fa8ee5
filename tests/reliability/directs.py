"""Direct rooms: found or opened, talked in, hidden, and there again with the next message."""

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.people import Person
from tests.reliability.rest import RETRIED, Problem, Unreachable

OPENED, HIDDEN = 0.1, 0.25
"""Of the acts, those that open a room although it is known; and, up to this, those that hide it."""


@dataclass
class Talk:
    """The people of one room, and its id once somebody opened it. The first of them never hides it: so somebody always knows of it."""

    people: list[Person]
    id: int = 0
    busy: set[int] = field(default_factory=set)
    """Who is opening or hiding it: two such acts of one person at once have no order."""


class Directs:
    """`note(op, ...)` writes to the admin log."""

    def __init__(self, talks: list[Talk], note: Callable[..., None]) -> None:
        self.talks, self.note = talks, note
        self.is_rewound = False
        """Whether an older state was restored on purpose: a room may be gone, and come again under another id."""

    async def do(self, person: Person, where: int, draw: int, meant: float) -> None:
        """One act, as far as it makes sense now."""
        talk, chance = self.talks[where], random.Random(draw)
        client = person.clients[chance.randrange(len(person.clients))]
        choice = chance.random()
        if talk.id == 0 or choice < OPENED or talk.id not in client.book.rooms:
            await self._alone(self._open, talk, person)
        elif choice < HIDDEN:
            if person is not talk.people[0]:
                await self._alone(self._hide, talk, person)
        else:
            person.send(client, talk.id, chance, meant)

    async def _alone(self, act: Callable, talk: Talk, person: Person) -> None:
        if person.user in talk.busy:
            return
        talk.busy.add(person.user)
        try:
            await act(talk, person)
        except Unreachable:
            return
        except Problem as problem:
            if problem.status not in {401, *RETRIED}:
                raise
        finally:
            talk.busy.discard(person.user)

    async def _open(self, talk: Talk, person: Person) -> None:
        others = [other.user for other in talk.people if other is not person] or [person.user]
        with self._noted("open", user=person.user, room=talk.id or None) as about:
            room = await person.clients[0].session.patiently("POST", "rooms/direct/", {"users": others})
            about["room"] = room["id"]
        is_known = talk.id in (0, room["id"]) or self.is_rewound
        assert is_known, f"a second room of the same people: {room['id']} beside {talk.id}"
        talk.id = room["id"]

    async def _hide(self, talk: Talk, person: Person) -> None:
        with self._noted("hide", user=person.user, room=talk.id):
            try:
                await person.clients[0].session.patiently("DELETE", f"rooms/{talk.id}/members/{person.user}/")
            except Problem as problem:
                if problem.status != 404:  # it is hidden already: an answer was lost, or the other device did it
                    raise

    @contextlib.contextmanager
    def _noted(self, op: str, **about: Any) -> Iterator[dict[str, Any]]:
        begun, acked = time.monotonic(), None
        try:
            yield about
            acked = time.monotonic()
        finally:
            self.note(op, **about, begun=begun, acked=acked)
