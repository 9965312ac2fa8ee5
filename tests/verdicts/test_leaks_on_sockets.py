"""What one may not see is in no frame, in no encoding: not live, not when asked for."""

import contextlib

import msgspec
import pytest

from chatsite.realtime import limits
from rooms.services import epoch
from tests.engine.conftest import Refused, Socket, closing_connections, connect
from tests.verdicts import world as making
from tests.verdicts.canaries import INSIDE, Canary, Planted, plant
from tests.verdicts.test_leaks import LOOKING
from tests.verdicts.world import World

__all__ = ["connect"]

WHILE_THEY_WERE_THERE = ("body", "title", "answer", "file_name")
"""What was said in the private room before `removed` was removed from it again: who listened heard it."""
ENCODINGS = ("chat.v1.json", "chat.v1.html")


@pytest.fixture
def place(transactional_db) -> World:
    """The world, committed: sockets read on threads of their own."""
    return making.build()


@closing_connections
async def test_a_word_is_heard_by_the_entitled_alone(place, connect):
    """Half of the sockets hear it happen; the others come later and ask for all that can be asked."""
    live = await everybody(place, connect)
    planted = plant(place)
    then = planted.canaries | {name: Canary(planted.canaries[name].word, INSIDE) for name in ("deleted", "former")}
    then |= {name: Canary(planted.canaries[name].word, INSIDE | {"removed"}) for name in WHILE_THEY_WERE_THERE}
    late = await everybody(place, connect)
    leaks = []
    for sockets, canaries in ((late, planted.canaries), (live, then)):
        for (person, encoding), socket in sockets.items():
            await ask(socket, everything(planted) if sockets is late else changes(planted))
            heard = msgspec.json.encode(socket.frames)
            found = {name for name, canary in canaries.items() if canary.word.encode() in heard}
            leaks += [f"{name} by {person} in {encoding}" for name in found if person not in canaries[name].entitled]
            if person == "owner":
                assert {"early", "name", "topic", "body"} <= found, "A word that nobody hears proves nothing."
            assert person not in INSIDE or {"name", "topic", "body"} <= found
    assert not leaks, "\n".join(leaks)


async def everybody(world: World, connect) -> dict[tuple[str, str], Socket]:
    return {
        (person, encoding): await connect(world.people[person], encoding)
        for person in LOOKING
        if world.people[person]
        for encoding in ENCODINGS
    }


def changes(planted: Planted) -> list[tuple[str, dict]]:
    """What changed in all the rooms, from their beginning and from where it was hidden."""
    rooms = {found[0].room_id: found[0].event_seq for found in planted.messages.values()}
    return [
        ("sync", {"epoch": epoch(), "rooms": [{"room": room, "after": after} for room, after in afters.items()]})
        for afters in (dict.fromkeys(rooms, 0), {room: seq - 1 for room, seq in rooms.items()})
    ]


def everything(planted: Planted) -> list[tuple[str, dict]]:
    """All that a socket can be asked for about these messages and their rooms, threads by the id of another room's too."""
    messages = [message for found in planted.messages.values() for message in found]
    rooms = sorted({message.room_id for message in messages})
    bounds = ({}, {"after": 0}, {"before": 10**6})
    asked = [("rooms", {}), *changes(planted)]
    asked += [("watch", {"room": room}) for room in rooms]
    asked += [("history", {"room": room} | bound) for room in rooms for bound in bounds]
    asked += [("history", {"room": one.room_id, "around": one.seq}) for one in messages]
    asked += [("history", {"room": room, "thread": one.pk}) for one in messages for room in {rooms[0], one.room_id}]
    return asked


async def ask(socket: Socket, asked: list[tuple[str, dict]]) -> None:
    """Ask for it; what is refused is refused."""
    for command, payload in asked:
        limits._buckets.clear()
        with contextlib.suppress(Refused):
            await socket.ask(command, **payload)
