"""The drain: what was taken is answered, then `goaway` and 1012, each socket at a moment of its own (`protocol.md`, sections 6 and 8)."""

import asyncio
import contextlib
import signal
import threading
import uuid

import pytest
from django.db import connections, transaction
from django.urls import clear_url_caches, get_resolver

from chatsite.lifespan import lifespan
from chatsite.realtime import draining, metrics
from messaging.models import Message
from rooms.models import RoomLog
from tests.engine.test_connecting import refused_handshake


@pytest.fixture(autouse=True)
def again():
    yield
    draining.end()


@contextlib.asynccontextmanager
async def locked(room):
    """Nobody can post into the room for as long as this lasts."""
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            RoomLog.objects.select_for_update().get(room=room)
            held.set()
            release.wait(5)
        connections.close_all()

    holder = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(held.wait, 5)
    try:
        yield
    finally:
        release.set()
        await holder


def frame_of_send(room, body):
    return f'{{"msg_id": "{uuid.uuid4()}", "cmd_type": "message.send", "payload": {{"room": {room.pk}, "body": "{body}"}}}}'


async def test_each_socket_hears_goaway_and_1012(connect, room, alice, bob):
    sockets = [await connect(alice), await connect(bob)]
    told = metrics.goaways._value.get()
    assert await draining.tell_all(0.2) == 2
    assert metrics.goaways._value.get() == told + 2
    for socket in sockets:
        assert (await socket.closing()).code == 1012
        [goaway] = socket.events("goaway")
        assert 0 <= goaway["reconnect_ms"] <= 200 and socket.frames[-1]["cmd_type"] == "goaway"


async def test_what_was_taken_is_answered_and_what_comes_then_is_not_taken(connect, room, alice):
    hers = await connect(alice)
    async with locked(room):
        await hers.send_text(frame_of_send(room, "taken"))
        await asyncio.sleep(0.1)
        drain = asyncio.create_task(draining.tell_all(0))
        await asyncio.sleep(0.1)
        await hers.send_text(frame_of_send(room, "late"))
        await asyncio.sleep(0.1)
        assert not hers.closed and not drain.done()
    assert await drain == 1
    assert (await hers.closing()).code == 1012
    kinds = [frame["cmd_type"] for frame in hers.frames if frame["cmd_type"] in ("ack", "error", "goaway")]
    assert kinds == ["ack", "goaway"]
    assert list(Message.objects.filter(kind="message").values_list("body", flat=True)) == ["taken"]


async def test_one_that_is_just_coming_in_is_told_behind_its_hello(connect, room, alice):
    hers = await connect(alice, hello=False)
    assert await draining.tell_all(0) == 1
    assert (await hers.closing()).code == 1012
    assert [frame["cmd_type"] for frame in hers.frames] == ["hello", "goaway"]


async def test_one_that_was_not_let_in_is_not_told(connect, place):
    nobody = await connect(hello=False)
    assert (await nobody.closing()).code == 4401
    assert await draining.tell_all(0) == 0


async def test_handshakes_are_refused_only_once_sockets_are_told(connect, room, alice):
    draining.begin()
    await connect(alice)
    draining.refuse_sockets()
    answer = await refused_handshake()
    assert (answer["status"], dict(answer["headers"])[b"retry-after"]) == (503, b"1")


class Guest:
    """A socket by its one method, which notes when it was told."""

    def __init__(self, fails=False):
        self.fails, self.told = fails, []

    async def go_away(self, reconnect_ms):
        self.told.append((asyncio.get_running_loop().time(), reconnect_ms))
        if self.fails:
            raise RuntimeError("it is gone")
        return True


@pytest.fixture
def guests():
    made = [Guest() for _ in range(400)]
    for guest in made:
        draining.enter(guest)
    yield made
    for guest in made:
        draining.leave(guest)


async def test_the_moments_are_spread_over_the_window(guests):
    began = asyncio.get_running_loop().time()
    assert await draining.tell_all(1.0) == len(guests)
    moments = [guest.told[0][0] - began for guest in guests]
    # Of 400 about 100 fall into each quarter; beyond 60 to 140 (4.6 deviations) once in 250,000 runs.
    for pauses in (moments, [guest.told[0][1] / 1000 for guest in guests]):
        quarters = [sum(n / 4 <= pause < (n + 1) / 4 for pause in pauses) for n in range(3)]
        assert all(60 <= count <= 140 for count in quarters), quarters
    assert all(0 <= guest.told[0][1] <= 1000 for guest in guests)
    # In no order of their coming, or the oldest tabs would always go first.
    assert moments != sorted(moments)


async def test_one_that_fails_hinders_nobody_and_one_that_left_is_not_told(guests):
    guests[0].fails = True
    draining.leave(guests[1])
    assert await draining.tell_all(0.01) == len(guests) - 2
    assert (len(guests[0].told), len(guests[1].told)) == (1, 0)


async def test_signals_reach_the_server_when_everybody_has_gone(place, settings):
    """The lifespan puts the drain in front of the server's own handlers, and imports all views before the first request."""
    settings.DRAIN_SECONDS = 0.1
    caught: list[int] = []
    before = {
        number: signal.signal(number, lambda n, _frame: caught.append(n)) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        clear_url_caches()
        asked: asyncio.Queue[dict] = asyncio.Queue()
        told: asyncio.Queue[dict] = asyncio.Queue()
        process = asyncio.create_task(lifespan({"type": "lifespan"}, asked.get, told.put))
        await asked.put({"type": "lifespan.startup"})
        assert await told.get() == {"type": "lifespan.startup.complete"}
        assert "url_patterns" in vars(get_resolver())
        guest = Guest()
        draining.enter(guest)
        signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            while not caught:  # noqa: ASYNC110 - a signal handler sets it
                await asyncio.sleep(0.01)
        draining.leave(guest)
        assert (caught, len(guest.told)) == ([signal.SIGTERM], 1)
        await asked.put({"type": "lifespan.shutdown"})
        assert await told.get() == {"type": "lifespan.shutdown.complete"}
        await process
        signal.raise_signal(signal.SIGINT)
        assert caught == [signal.SIGTERM, signal.SIGINT], "the server has its handlers back"
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
