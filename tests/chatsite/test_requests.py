"""Requests as they come over the wire: what is too slow or too large for them is refused, and what is abandoned leaves no trace."""

import socket
import struct
from collections.abc import Iterator

import pytest

from tests.server import Server

pytestmark = [pytest.mark.once, pytest.mark.thorough]

PING = b"GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LAST = PING.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
POST = b"POST /api/v1/users/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
SOCKET = b"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
KEY = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
WAIT = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("requests") / "data", {"REQUEST_SECONDS": "1"})
    try:
        yield server.start()
    finally:
        server.kill9()
    assert '"exception"' not in server.said() and "Traceback" not in server.said()


def answers(server: Server, *parts: bytes) -> list[int]:
    """The statuses of all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), WAIT) as line:
        for part in parts:
            line.sendall(part)
        said = b""
        while more := line.recv(65_536):
            said += more
    return [int(part.split()[0]) for part in said.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (b"", []),
        (PING[:-2], [408]),
        (PING + PING[:10], [200, 408]),
        (POST + b"Content-Length: 10\r\n\r\n{", [408]),
        (POST + b"Content-Length: 99999999\r\n\r\n{", [413]),
        (b"\x16\x03\x01 no HTTP\r\n\r\n", [400]),
        (b"GET /ping HTTP/1.1\r\nX: " + b"a" * 40_000, [431]),
        (b"GET /ping HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 200 + b"\r\n", [431]),
        (b"GET /" + b"a" * 40_000, [431]),
        (PING * 4 + LAST, [200] * 5),
        (SOCKET + b"\r\n", [400]),
        (SOCKET + KEY + b"X: " + b"a" * 10_000 + b"\r\n\r\n", [431]),
        (SOCKET + KEY + b"X: a\r\n" * 90 + b"\r\n", [101]),
        (SOCKET + KEY + b"Content-Length: 10\r\n\r\n{", [400]),
    ],
    ids=[
        "silence", "half a head", "half a second head", "half a body", "a body of 100 MB", "no HTTP", "a long header", "many headers",
        "a long address", "five at once", "a handshake without a key", "a handshake with a long header", "a handshake with many headers", "a handshake with half a body",
    ],
)  # fmt: skip
def test_what_comes_is_answered_and_the_connection_closed(server: Server, sent: bytes, statuses: list[int]) -> None:
    assert answers(server, sent) == statuses


def test_more_requests_at_once_than_anybody_needs_are_cut_off(server: Server) -> None:
    assert len(answers(server, PING * 100)) < 20


def test_requests_that_are_abandoned_leave_no_trace(server: Server) -> None:
    for count in (1, 3, 5, 50) * 5:
        with socket.create_connection(("127.0.0.1", server.port), WAIT) as line:
            line.sendall(PING * count)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert answers(server, LAST) == [200]
