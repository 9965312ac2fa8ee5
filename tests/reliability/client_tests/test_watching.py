"""Rooms that one looks into: held from the answer on, gone with the socket, and no part of what is one's own."""

import pytest

from tests.reliability.client_tests.conftest import ROOM, changes, row, stated, until
from tests.reliability.record import read
from tests.reliability.watching import watch

pytestmark = pytest.mark.once

NOBODY = {"role": None, "joined_seq": None, "joined_event_seq": None, "last_read_seq": None}


@pytest.fixture
async def looking(server, connect):
    """A client that is in no room, and looks into one with two messages."""
    server.says = [server.hello()]
    server.rows = [row(1), row(2)]
    server.answers["watch"] = lambda asked: {"room": stated(2, **NOBODY)}
    server.answers["unwatch"] = lambda asked: {"room": {"id": ROOM}}
    client = await connect()
    await watch(client.book, await client.connected(), ROOM)
    await until(lambda: client.is_level)
    return client


def ops(client) -> list[str]:
    client.log.flush()
    return [record["op"] for record in read(client.log.path)]


async def test_it_is_held_from_the_answer_on(server, looking):
    await server.say("changes", changes(2, row(3)))
    await until(lambda: 3 in looking.book.rooms[ROOM].rows)
    assert sorted(looking.book.rooms[ROOM].rows) == [1, 2, 3]
    assert ops(looking).index("watched") < ops(looking).index("changes")


async def test_it_is_none_of_ones_own(server, looking):
    assert looking.book.final()["rooms"] == []
    await server.say("me.changed", {"user_seq": 9, "kinds": ["rooms"]})
    await until(lambda: server.times("rooms"))
    await until(lambda: looking.is_level)
    assert ROOM in looking.book.rooms


async def test_it_is_left_alone_again(server, looking):
    await watch(looking.book, await looking.connected(), ROOM)
    assert looking.book.rooms == {}
    assert [len(server.times(cmd)) for cmd in ("watch", "unwatch")] == [1, 1]


async def test_a_new_socket_looks_into_nothing(server, looking):
    looking.drop()
    await until(lambda: len(server.sockets) == 2 and looking.is_level)
    assert looking.book.rooms == {}


async def test_a_room_of_ones_own_is_not_looked_into(server, connect):
    client = await connect()
    await watch(client.book, await client.connected(), ROOM)
    assert not server.times("watch")


async def test_who_joins_it_holds_it_as_a_member(server, looking):
    mine = {"user_seq": 2, "rooms": [stated(3, joined_event_seq=3)], "gone": []}
    await server.say("rooms.changed", mine)
    await until(lambda: looking.is_level and not looking.book.rooms[ROOM].is_watched)
    assert [room["id"] for room in looking.book.final()["rooms"]] == [ROOM]
