"""What a process does from SIGTERM to its end, one step at a time (`docs/operating.md`)."""

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import struct
import time
import uuid
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.faults.leaving import SOCKETS, Balancer, Writer, call, settle
from tests.server import Server
from tests.services import wait_until

HANDSHAKE = (
    "GET /ws/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {}\r\n\r\n"
)

pytestmark = [pytest.mark.once, pytest.mark.thorough]


@contextlib.contextmanager
def kept(server: Server) -> Iterator[http.client.HTTPConnection]:
    """A connection that was used once, and stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with contextlib.closing(connection):
        assert not ask(connection).will_close
        yield connection


def ask(connection: http.client.HTTPConnection, path: str = "/ping") -> http.client.HTTPResponse:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return answer


async def ends_of(server: Server, act, count: int = 1) -> list[Writer]:
    """`count` sockets that are connected, then `act()`; returns when all were closed by the server."""
    token, room = await asyncio.to_thread(settle, server)
    writers = [Writer(Balancer([server]), token, room) for _ in range(count)]
    sockets = [await writer._connect(server) for writer in writers]
    for one in sockets:
        await one.recv()
    await act(writers[0])
    await asyncio.gather(*(one._read(ws, server, asyncio.Queue()) for one, ws in zip(writers, sockets, strict=True)))
    return writers


async def test_unready_at_once_then_closed_to_sockets_and_open_to_http_until_all_have_gone(running_server) -> None:
    server = running_server(env=SOCKETS | {"DRAIN_WAIT": "2", "DRAIN_SECONDS": "3"})

    async def stop(writer: Writer) -> None:
        with kept(server) as connection, kept(server):  # the second asks for nothing any more, and holds nothing up
            server.process.terminate()
            await asyncio.to_thread(wait_until, lambda: server.status("/ready") == 503, 1.5, "/ready answers 503")
            late = await writer._connect(server)  # for DRAIN_WAIT all goes on
            await late.close()
            await asyncio.to_thread(wait_until, lambda: "drain began" in server.said(), 1, "the log says so")
            assert ask(connection).will_close
            await asyncio.sleep(2)
            with pytest.raises(InvalidStatus) as refusal:
                await writer._connect(server)
            assert refusal.value.response.status_code == 503
            assert refusal.value.response.headers["Retry-After"] == "1"
            assert server.status("/ping") == 200

    writers = await ends_of(server, stop, count=20)
    assert {(writer.ended[0].code, writer.ended[0].reconnect_ms is not None) for writer in writers} == {(1012, True)}
    assert all(0 <= writer.ended[0].reconnect_ms <= 3000 for writer in writers)
    assert await asyncio.to_thread(server.process.wait, 15) == 0
    assert '"told": 20' in server.said()


def test_a_request_that_is_under_way_is_answered(running_server) -> None:
    server = running_server(env={"DRAIN_SECONDS": "0"})
    settle(server)
    request = (
        b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(request + b"{")
        time.sleep(0.3)  # it is read, and waits for the rest
        server.process.terminate()
        wait_until(lambda: "drain ended" in server.said() and server.status("/ping") is None, 5, "the port is closed")
        connection.sendall(b"}")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400") and b"connection: close" in answer.lower()
    assert server.process.wait(15) == 0


def test_one_who_went_without_reading_holds_nothing_up(running_server) -> None:
    """The socket's own frame was being answered when its connection broke; nothing of it may be left."""
    server = running_server(env=SOCKETS | {"DRAIN_SECONDS": "0"})
    token, room = settle(server)
    for _ in range(40):
        call(server, "POST", f"rooms/{room}/messages/", {"body": "x" * 9000}, token)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # ends with a reset
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(HANDSHAKE.format(token).encode())
        wait_until(lambda: '"connected"' in server.said(), 5, "the socket is open")
        for _ in range(20):
            connection.sendall(masked("history", {"room": room, "limit": 100}))
        time.sleep(2)  # they are answered, as far as there is room
        connection.sendall(masked("ping", {}))
        time.sleep(0.5)
    wait_until(lambda: '"disconnected"' in server.said(), 5, "the socket is gone")
    began = time.monotonic()
    assert server.stop(seconds=20) == 0
    assert time.monotonic() - began < 8, "it waited for a task that does not end"
    assert not server.traces() and "timeout graceful shutdown exceeded" not in server.said()


def masked(cmd_type: str, payload: dict) -> bytes:
    """A command as a client's frame of less than 126 bytes."""
    text = json.dumps({"msg_id": uuid.uuid4().hex, "cmd_type": cmd_type, "payload": payload}).encode()
    assert len(text) < 126
    return b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text


@pytest.mark.parametrize("wait", ["0", "100"])
def test_ctrl_c_with_nobody_connected_ends_it_at_once(running_server, wait: str) -> None:
    server = running_server(env={"DRAIN_WAIT": wait, "DRAIN_SECONDS": "100"})
    os.kill(server.pid, signal.SIGINT)
    assert server.process.wait(15) == 0


def test_sigterm_with_nobody_connected_waits_for_the_balancer_only(running_server) -> None:
    server = running_server(env={"DRAIN_WAIT": "1", "DRAIN_SECONDS": "100"})
    began = time.monotonic()
    assert server.stop(seconds=20) == 0
    assert time.monotonic() - began > 1


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once(running_server, first, second) -> None:
    server = running_server(env=SOCKETS | {"DRAIN_WAIT": "100", "DRAIN_SECONDS": "100"})

    async def twice(_writer: Writer) -> None:
        os.kill(server.pid, first)
        await asyncio.to_thread(wait_until, lambda: "drain began" in server.said(), 5, "the drain begins")
        os.kill(server.pid, second)

    writers = await ends_of(server, twice, count=3)
    assert [writer.ended[0].code for writer in writers] == [1012] * 3
    assert await asyncio.to_thread(server.process.wait, 15) == 0
    assert "Traceback" not in server.said() and '"exception"' not in server.said()


async def test_workers_drain_although_the_signal_reaches_them_twice(running_server) -> None:
    """systemd signals each process of a service, and then the supervisor passes it on."""
    server = running_server("postgresql", redis=True, workers=2, env=SOCKETS | {"DRAIN_SECONDS": "3"})

    async def stop(_writer: Writer) -> None:
        wait_until(lambda: len(server.workers()) == 2, 20, "two workers run")
        os.killpg(server.pid, signal.SIGTERM)

    writers = await ends_of(server, stop, count=20)
    assert {(writer.ended[0].code, writer.ended[0].reconnect_ms is not None) for writer in writers} == {(1012, True)}
    assert await asyncio.to_thread(server.process.wait, 15) == 0
    assert server.said().count("drain ended") == 2
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), 1)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_to_the_supervisor_ends_all_workers_at_once(running_server, how) -> None:
    server = running_server(
        "postgresql", redis=True, workers=2, env=SOCKETS | {"DRAIN_WAIT": "100", "DRAIN_SECONDS": "100"}
    )

    async def twice(_writer: Writer) -> None:
        os.kill(server.pid, how)
        await asyncio.to_thread(wait_until, lambda: server.said().count("drain began") == 2, 10, "both drain")
        os.kill(server.pid, how)

    await ends_of(server, twice, count=4)
    assert await asyncio.to_thread(server.process.wait, 15) == 0
