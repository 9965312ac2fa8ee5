"""What a client does when sockets come and go, and what its outbox does meanwhile: section 7 and 8 of the protocol's page."""

import asyncio
import itertools
import time

import pytest

from tests.reliability import connection
from tests.reliability.client_tests.conftest import ROOM, row, stated, until
from tests.reliability.outbox import Intent
from tests.reliability.record import read

pytestmark = pytest.mark.once

numbers = itertools.count(1)


def ack(asked: dict) -> dict:
    seq = next(numbers)
    return {"id": seq, "room": asked["room"], "seq": seq, "event_seq": seq, "duplicate": False}


def bodies(server) -> list[str]:
    return [asked["body"] for asked, _msg_id in server.times("message.send")]


async def test_what_was_not_acked_is_sent_again_under_its_msg_id_in_its_order(server, connect) -> None:
    client = await connect()
    for body in ("one", "two", "three"):
        client.outbox.put(Intent(ROOM, body, body))
    await until(lambda: server.times("message.send"))
    await asyncio.sleep(0.1)
    assert bodies(server) == ["one"], "one unanswered send a room"
    server.answers["message.send"] = ack
    client.drop()
    await until(lambda: not len(client.outbox))
    assert bodies(server) == ["one", "one", "two", "three"]
    ids = [msg_id for _asked, msg_id in server.times("message.send")]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


async def test_a_retryable_error_pauses_the_room_and_a_final_one_ends_the_intent(server, connect) -> None:
    client = await connect()
    answers = [{"code": "rate_limited", "message": "", "retry_after": 1}, {"code": "forbidden", "message": ""}]
    server.answers["message.send"] = lambda asked: answers.pop(0) if answers else ack(asked)
    began = time.monotonic()
    client.outbox.put(Intent(ROOM, "one", "one"))
    client.outbox.put(Intent(ROOM, "two", "two"))
    await until(lambda: not len(client.outbox))
    assert time.monotonic() - began >= 1
    assert bodies(server) == ["one", "one", "two"]


async def test_another_epoch_drops_all_rooms_and_keeps_the_outbox(server, connect) -> None:
    server.says = [server.hello(stated(1)), server.hello(stated(1, last_read_seq=0), epoch="two", user_seq=0)]
    server.rows = [row(1)]
    client = await connect()
    client.outbox.put(Intent(ROOM, "kept", "kept"))
    await until(lambda: server.times("message.send"))
    server.rows, before = [row(1, body="otherwise")], client.book.rooms[ROOM].rows[1].state
    server.answers["message.send"] = ack
    client.drop()
    await until(lambda: client.book.epoch == "two" and client.is_level)
    assert client.book.rooms[ROOM].rows[1].state != before
    assert client.book.user_seq == 0
    await until(lambda: not len(client.outbox))


async def test_a_room_held_keeps_its_cursor_and_asks_for_what_differs(server, connect) -> None:
    client = await connect()
    server.says = [server.hello(stated(3))]
    client.drop()
    await until(lambda: server.times("sync"))
    assert server.times("sync")[0][0]["rooms"] == [{"room": ROOM, "after": 0}]


async def test_a_room_that_hello_does_not_name_is_dropped(server, connect) -> None:
    client = await connect()
    server.says = [server.hello()]
    client.drop()
    await until(lambda: client.is_level and not client.book.rooms)


async def test_without_an_answer_the_socket_is_given_up(server, connect, monkeypatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.3)
    client = await connect()
    client.outbox.put(Intent(ROOM, "unheard", "unheard"))
    await until(lambda: len(server.sockets) >= 2)
    assert len(set(bodies(server))) == 1


async def test_goaway_says_when_to_come_again(server, connect) -> None:
    await connect()
    await server.say("goaway", {"reconnect_ms": 400})
    await server.sockets[0].close(1012)
    gone = time.monotonic()
    await until(lambda: len(server.sockets) == 2)
    assert time.monotonic() - gone >= 0.35


async def test_a_flood_says_how_long_to_wait(server, connect) -> None:
    await connect()
    await server.sockets[0].close(4429, "retry_after=1")
    gone = time.monotonic()
    await until(lambda: len(server.sockets) == 2)
    assert time.monotonic() - gone >= 0.95


@pytest.mark.parametrize("code", [1000, 1003, 4400, 4403, 4409])
async def test_codes_that_say_stop_stop(server, connect, code) -> None:
    client = await connect()
    await server.sockets[0].close(code)
    await until(lambda: client.stopped == code)
    await asyncio.sleep(0.2)
    assert len(server.sockets) == 1


@pytest.mark.parametrize("code", [1001, 1011, 1013, 4408, 4413])
async def test_codes_that_say_come_again_bring_it_again(server, connect, code) -> None:
    client = await connect()
    await server.sockets[0].close(code)
    await until(lambda: len(server.sockets) == 2 and client.is_level)
    client.log.flush()
    closed = [record for record in read(client.log.path) if record["op"] == "closed"]
    assert [(record["conn"], record["code"]) for record in closed] == [(0, code)]
