"""The short road for a message in one frame: it takes what the parser would take, and leaves everything else to it."""

import pytest
from websockets.frames import Frame, Opcode

from chatsite.realtime.wire import Wire

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture
def wire() -> Wire:
    wire = Wire(max_size=65_536)
    wire.receive_data(HANDSHAKE)
    (request,) = wire.events_received()
    wire.send_response(wire.accept(request))
    return wire


def sent(opcode: Opcode, data: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, data, fin=fin).serialize(mask=mask)


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 4000])
def test_a_whole_message_is_what_the_parser_makes_of_it(wire: Wire, opcode: Opcode, size: int):
    data = sent(opcode, bytes(97 + n % 26 for n in range(size)))
    found = wire.whole_message(data)
    wire.receive_data(data)
    (parsed,) = wire.events_received()
    assert found == parsed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        sent(Opcode.TEXT, b"hello")[:-1],
        sent(Opcode.TEXT, b"hello") + b"\x81",
        sent(Opcode.TEXT, b"hello") * 2,
        sent(Opcode.TEXT, b"hello", fin=False),
        sent(Opcode.TEXT, b"hello", mask=False),
        sent(Opcode.PING, b"hello"),
        sent(Opcode.CLOSE, b"\x03\xe8"),
        b"\xc1" + sent(Opcode.TEXT, b"hello")[1:],
        sent(Opcode.TEXT, b"x" * 70_000),
    ],
)
def test_everything_else_is_the_parsers(wire: Wire, data: bytes):
    assert wire.whole_message(data) is None


def test_what_follows_a_part_of_a_frame_or_of_a_message_is_the_parsers(wire: Wire):
    whole = sent(Opcode.TEXT, b"hello")
    wire.receive_data(sent(Opcode.TEXT, whole)[:2])  # its buffer is empty, and it waits for the mask
    assert wire.whole_message(whole) is None


def test_what_follows_a_fragment_is_the_parsers(wire: Wire):
    wire.receive_data(sent(Opcode.TEXT, b"hel", fin=False))
    assert wire.whole_message(sent(Opcode.TEXT, b"hello")) is None


def test_nothing_is_a_message_before_the_handshake():
    assert Wire().whole_message(sent(Opcode.TEXT, b"hello")) is None
