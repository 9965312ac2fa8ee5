"""A storm of handshakes: a few at a time, and a quick 503 for whom it would take too long."""

import asyncio

import pytest
from channels.testing import WebsocketCommunicator

from accounts import tokens
from chatsite.asgi import application
from chatsite.realtime import admission
from chatsite.realtime.admission import Admission


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr(admission, "AT_ONCE", 1)
    monkeypatch.setattr(admission, "MOST_WAITING", 2)


async def test_so_many_at_a_time_and_so_many_that_wait(narrow):
    door, entered, leave = Admission(), [], asyncio.Event()

    async def handshake(name):
        async with door.turn():
            entered.append(name)
            await leave.wait()

    first = asyncio.create_task(handshake("first"))
    await asyncio.sleep(0)
    assert not door.is_full
    second = asyncio.create_task(handshake("second"))
    await asyncio.sleep(0)
    assert door.is_full and entered == ["first"]
    leave.set()
    await asyncio.gather(first, second)
    assert entered == ["first", "second"] and not door.is_full


async def test_who_gives_up_makes_room(narrow):
    door = Admission()

    async def handshake():
        async with door.turn():
            await asyncio.Event().wait()

    waiting = [asyncio.create_task(handshake()) for _ in range(2)]
    await asyncio.sleep(0)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert not door.is_full


async def test_one_too_many_is_told_when_to_come_again(connect, engine, room, alice, bob, monkeypatch):
    hers = await connect(alice)
    monkeypatch.setattr(admission, "MOST_WAITING", 0)
    headers = [(b"authorization", b"Bearer " + tokens.issue(bob)["access"].encode())]
    refused = WebsocketCommunicator(application, "/ws/", headers=headers, subprotocols=["chat.v1.json"])
    await refused.send_input({"type": "websocket.connect"})
    answer = await refused.receive_output()
    assert (answer["status"], dict(answer["headers"])[b"retry-after"]) == (503, b"1")
    assert await hers.say(room, "those who are in go on")
    monkeypatch.undo()
    assert (await connect(bob)).hello
