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

ENCODINGS = ("chat.v1.json", "chat.v1.html")


@pytest.fixture
def place(transactional_db) -> World:
    """The world, committed: sockets read on threads of their own."""
    return making.build()


@closing_connections
async def test_a_word_is_heard_by_the_entitled_alone(place, connect):
    """Half of the sockets hear it happen, the others come later; each asks for all that can be asked."""
    live = await everybody(place, connect)
    planted = plant(place)
    then = planted.canaries | {name: Canary(planted.canaries[name].word, INSIDE) for name in ("deleted", "former")}
    late = await everybody(place, connect)
    leaks = []
    for sockets, canaries in ((live, then), (late, planted.canaries)):
        for (person, encoding), socket in sockets.items():
            await ask_for_all(socket, planted)
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


async def ask_for_all(socket: Socket, planted: Planted) -> None:
    """Everything that a socket can be asked for about these messages and their rooms. What is refused is refused."""
    messages = [message for found in planted.messages.values() for message in found]
    rooms = sorted({message.room_id for message in messages})
    asked = [("rooms", {})]
    asked += [
        ("sync", {"epoch": epoch(), "rooms": [{"room": room, "after": after} for room in rooms]})
        for after in (0, messages[0].event_seq - 1)
    ]
    asked += [
        ("history", {"room": room} | bound)
        for room in rooms
        for bound in ({}, {"after": 0}, {"before": 10**6}, {"around": 2})
    ]
    asked += [
        ("history", {"room": one.room_id} | bound)
        for one in messages
        for bound in ({"thread": one.pk}, {"around": one.seq})
    ]
    asked += [("history", {"room": rooms[0], "thread": one.pk}) for one in messages]
    asked += [("read", {"room": room, "seq": 1}) for room in rooms]
    for command, payload in asked:
        limits._buckets.clear()
        with contextlib.suppress(Refused):
            await socket.ask(command, **payload)
