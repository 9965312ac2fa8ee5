"""The fault proxy does to a connection what it is told to, and nothing else."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from tests.faults.links import Proxy
from tests.faults.proxy import COMMIT, COMMITTED

pytestmark = pytest.mark.once


@contextlib.asynccontextmanager
async def proxy() -> AsyncIterator[tuple[Proxy, list[bytes]]]:
    """A proxy before a server that answers every COMMIT as PostgreSQL does, and echoes all else; with what the server received."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65_536):
                received.append(chunk)
                writer.write(COMMITTED if chunk == COMMIT else chunk)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    link = await asyncio.to_thread(Proxy, server.sockets[0].getsockname()[1])
    try:
        yield link, received
    finally:
        link.stop()
        server.close()


async def asked(link: Proxy, what: bytes) -> bytes:
    """What comes back; raises ConnectionResetError or IncompleteReadError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    try:
        writer.write(what)
        return await reader.readexactly(len(COMMITTED) if what == COMMIT else len(what))
    finally:
        writer.close()


async def test_it_passes_everything_on() -> None:
    async with proxy() as (link, _received):
        big = bytes(range(256)) * 4000
        assert await asked(link, big) == big
        assert await asked(link, COMMIT) == COMMITTED


@pytest.mark.parametrize(("what", "arrives"), [("reply", True), ("request", False)])
async def test_it_cuts_one_commit(what, arrives) -> None:
    async with proxy() as (link, received):
        link.order(cut=[what])
        assert await asked(link, b"hello") == b"hello"
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asked(link, COMMIT)
        assert (COMMIT in received) is arrives
        assert link.order()["cut"] == 1
        assert await asked(link, COMMIT) == COMMITTED


async def test_it_forgets_a_cut_that_was_not_made() -> None:
    async with proxy() as (link, _received):
        assert link.order(cut=["reply"])["waiting"] == 1
        assert link.order(forget=True)["waiting"] == 0
        assert await asked(link, COMMIT) == COMMITTED


async def test_it_resets_splits_and_delays() -> None:
    async with proxy() as (link, received):
        link.order(manner={"life": (0.1, 0.2)})
        reader, _writer = await asyncio.open_connection("127.0.0.1", link.port)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(1), 5)
        link.order(manner={"split": True, "delay": (0.1, 0.1)})
        began = time.monotonic()
        assert await asked(link, b"one byte after the other") == b"one byte after the other"
        assert time.monotonic() - began >= 0.2
        assert len(received) > 1


async def test_a_hole_swallows_and_closes_nothing() -> None:
    async with proxy() as (link, _received):
        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        link.order(hole=True)
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
        link.order(hole=False)
        assert await asyncio.wait_for(reader.readexactly(5), 5) == b"hello"
        writer.close()
