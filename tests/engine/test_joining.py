"""Joined writes: a quiet socket is served at once, a busy one a few times a second less often, in order, every frame by itself."""

import asyncio

import msgspec
import pytest
from websockets.frames import Frame as PeersFrame
from websockets.frames import Opcode

from chatsite.realtime.connection import PIECE, Connection
from chatsite.realtime.joining import Joiner
from chatsite.realtime.outgoing import BINARY, TEXT, Frame, contents, image_of


class Wire:
    """The network's edge: keeps each write, and takes them while `is_writable`."""

    def __init__(self):
        self.is_writable, self.writes = True, []
        self.on_writable = lambda: None

    def write(self, images):
        self.writes.append(images)

    def stop(self):
        self.on_writable = lambda: None

    def read(self) -> list[list[str]]:
        """The commands of the frames in each write."""
        return [[msgspec.json.decode(one["text"])["cmd_type"] for one in contents(images)] for images in self.writes]


class Peer:
    def __init__(self, encoding="chat.v1.json"):
        self.wire, self.closed = Wire(), []
        self.connection = Connection(
            user_id=1, sid="", encoding=encoding, language="en", line=self.wire, joiner=Joiner(), close=self.close
        )  # fmt: skip

    async def close(self, code, _reason):
        self.closed.append((code, len(self.wire.writes)))

    def push(self, *names, size=0):
        for name in names:
            self.connection.push(Frame("", name, {"words": "x" * size}))

    async def writes(self, count):
        async with asyncio.timeout(5):
            while len(self.wire.writes) < count:  # noqa: ASYNC110 - the network tells nobody
                await asyncio.sleep(0.001)
        return self.wire.read()


@pytest.fixture
async def peer():
    return Peer()


async def test_a_quiet_socket_is_served_at_once_and_a_busy_one_in_one_write(peer):
    peer.push("one", "two", "three")
    assert peer.wire.read() == [["one"]]
    assert await peer.writes(2) == [["one"], ["two", "three"]]
    peer.push("four", "five")
    assert await peer.writes(3) == [["one"], ["two", "three"], ["four", "five"]]


async def test_it_is_quiet_again_after_a_while(peer):
    peer.push("one")
    async with asyncio.timeout(5):
        while peer.connection._is_busy:  # noqa: ASYNC110 - the joiner tells nobody
            await asyncio.sleep(0.001)
    peer.push("two")
    assert peer.wire.read() == [["one"], ["two"]]


async def test_an_answer_takes_along_what_waits_before_it(peer):
    peer.push("one", "two")
    await peer.connection.answer(Frame("a", "ack", {}))
    assert peer.wire.read() == [["one"], ["two", "ack"]]


async def test_a_peer_that_does_not_read_is_written_to_when_it_does(peer):
    peer.wire.is_writable = False
    peer.push("one", "two")
    answer = peer.connection.queue_answer(Frame("a", "ack", {}))
    await asyncio.sleep(0.05)
    assert not peer.wire.writes and not answer.done()
    peer.wire.is_writable = True
    peer.wire.on_writable()
    assert answer.done() and peer.wire.read() == [["one", "two", "ack"]]
    assert not peer.connection.waiting_bytes


async def test_not_all_that_waits_goes_at_once(peer):
    peer.wire.is_writable = False
    peer.push(*"abcdef", size=PIECE // 4)
    peer.wire.is_writable = True
    peer.wire.on_writable()
    assert peer.wire.read() == [["a", "b", "c", "d"], ["e", "f"]]


async def test_what_waits_is_written_before_the_end(peer):
    peer.push("one", "two")
    peer.connection.close(1012, "bye")
    peer.push("late")
    async with asyncio.timeout(5):
        while not peer.closed:  # noqa: ASYNC110 - the network tells nobody
            await asyncio.sleep(0.001)
    assert peer.wire.read() == [["one"], ["two"]] and peer.closed == [(1012, 2)]


async def test_what_has_no_word_in_protocol_buffers_closes_the_sockets_of_that_encoding_alone(peer):
    phone = Peer("chat.v1.proto")
    frame = Frame("", "typing", {"room": 1, "user": 2, "active": True, "mood": "good"})
    for one in (phone, peer):
        one.connection.push(frame)
    async with asyncio.timeout(5):
        while not phone.closed:  # noqa: ASYNC110 - the network tells nobody
            await asyncio.sleep(0.001)
    assert phone.closed == [(1011, 0)] and peer.wire.read() == [["typing"]]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_the_frame_is_what_the_library_makes(size):
    content = b"x" * size
    for first, opcode, kind in ((TEXT, Opcode.TEXT, "text"), (BINARY, Opcode.BINARY, "bytes")):
        image = image_of(first, content)
        assert image == PeersFrame(opcode, content).serialize(mask=False)
        told = content.decode() if kind == "text" else content
        assert contents(image + image) == [{kind: told}] * 2
