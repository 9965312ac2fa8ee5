"""A rolling restart of two processes behind a balancer, with everybody writing: nobody loses anything, and nobody meets an error."""

import asyncio
import collections
import random
import re
import time

import psycopg
import pytest

from tests.faults.leaving import SOCKETS, Balancer, Ended, Visitor, Writer, settle
from tests.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.timeout(300)]

SECONDS, WAIT = 5.0, 2.0
WRITERS, VISITORS, ROUNDS = 60, 3, 2


async def restart(server: Server, balancer: Balancer) -> float:
    """Stop the process as a deployment does, start the next, and return once it is known to be ready; how long stopping took."""
    began = time.monotonic()
    server.process.terminate()
    assert await asyncio.to_thread(server.process.wait, WAIT + SECONDS + 20) == 0
    took = time.monotonic() - began
    await asyncio.to_thread(server.start)
    async with asyncio.timeout(10):
        while server not in balancer.ready:  # noqa: ASYNC110 - a thread looks
            await asyncio.sleep(0.05)
    return took


async def deploy(servers: list[Server]) -> tuple[list[Writer], list[Visitor], list[float]]:
    """ROUNDS rolling restarts under load; who was there, and how long each stop took."""
    token, room = await asyncio.to_thread(settle, servers[0])
    with Balancer(servers) as balancer:
        writers = [Writer(balancer, token, room) for _ in range(WRITERS)]
        lives = [asyncio.create_task(writer.live()) for writer in writers]
        visitors = [Visitor(balancer, token, room) for _ in range(VISITORS)]
        try:
            for visitor in visitors:
                visitor.start()
            await asyncio.sleep(2)
            stops = [await restart(server, balancer) for _ in range(ROUNDS) for server in servers]
            for writer in writers:
                writer.writing = False
            async with asyncio.timeout(60):
                await asyncio.gather(*lives)
        finally:
            for task in lives:
                task.cancel()
            for visitor in visitors:
                visitor.over.set()
                visitor.join()
    return writers, visitors, stops


async def test_a_rolling_restart_loses_nothing_and_shows_nobody_an_error(running_server) -> None:
    drain = {"DRAIN_WAIT": str(WAIT), "DRAIN_SECONDS": str(SECONDS)}
    first = running_server("postgresql", redis=True, env=SOCKETS | drain)
    servers = [first, running_server(beside=first)]
    writers, visitors, stops = await deploy(servers)

    ended = [one for writer in writers for one in writer.ended if one.code != 1000]
    told = [one for one in ended if one.code == 1012 and one.reconnect_ms is not None]
    statuses = collections.Counter(status for visitor in visitors for status in visitor.statuses)
    refused = collections.Counter(status for writer in writers for status in writer.refused)
    acked = {msg_id: acks for writer in writers for msg_id, acks in writer.sent.items()}
    print(
        f"{len(ended)} sockets were ended, {len(told)} of them told; stops took {[round(stop, 1) for stop in stops]} s"
    )
    print(
        f"HTTP {dict(statuses)}, failed {sum(len(visitor.failures) for visitor in visitors)}; sockets refused {dict(refused)}"
    )
    print(
        f"{len(acked)} messages, {sum(acks[0]['duplicate'] for acks in acked.values())} of them found by their second try"
    )

    assert len(ended) >= WRITERS and len(told) >= 0.99 * len(ended), collections.Counter(one.code for one in ended)
    assert all(0 <= one.reconnect_ms <= SECONDS * 1000 for one in told)
    assert sum(visitor.kept.count(False) for visitor in visitors) and statuses[201] > 100
    assert not {status for status in statuses if status != 201} and not any(visitor.failures for visitor in visitors)
    assert refused.keys() <= {503}
    spread_is_even(writers, told, [int(n) for server in servers for n in re.findall(r'"told": (\d+)', server.said())])
    nothing_is_lost(first, acked)
    assert not unanswered(writers)


def unanswered(writers: list[Writer]) -> list[str]:
    """What was committed, and whose answer the drain dropped: a second try found it, though the first met no error."""
    return [
        msg_id
        for writer in writers
        for msg_id, acks in writer.sent.items()
        if acks[0]["duplicate"] and msg_id not in writer.late
    ]


def spread_is_even(writers: list[Writer], told: list[Ended], drains: list[int]) -> None:
    """In no second more than three times as many come again as N sockets in D seconds make, where the biggest drain tells N."""
    came = sorted(when for writer in writers for when in writer.came[1:])
    biggest = max(sum(first <= at < first + 1 for at in came) for first in came)
    print(f"at most {biggest} sockets came again in a second; the drains told {drains}")
    assert len(drains) == 2 * ROUNDS and sum(drains) == len(told)
    assert biggest <= 3 * max(drains) / SECONDS


def nothing_is_lost(server: Server, acked: dict[str, list[dict]]) -> None:
    """Each message was acked in the end, and has one row, in the place that its ack names."""
    with psycopg.connect(server.env["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT msg_id, id, seq FROM messaging_message WHERE body LIKE 'message %'"
        ).fetchall()
    assert len(rows) == len(acked) and all(acked.values())
    assert {(msg_id, pk, seq) for msg_id, pk, seq in rows} == {
        (msg_id, acks[0]["id"], acks[0]["seq"]) for msg_id, acks in acked.items()
    }


async def test_a_socket_in_the_midst_of_sending_is_told_behind_its_ack(running_server) -> None:
    """Without a pause there is always something under way: it is acked, or sent again; and most is acked."""
    server = running_server(env=SOCKETS | {"DRAIN_SECONDS": "2"})
    token, room = await asyncio.to_thread(settle, server)
    writers = [Writer(Balancer([server]), token, room, pause=0) for _ in range(10)]
    lives = [asyncio.create_task(writer.live()) for writer in writers]
    await asyncio.sleep(random.uniform(1, 1.5))
    server.process.terminate()
    assert await asyncio.to_thread(server.process.wait, 20) == 0
    for writer in writers:
        writer.writing = False
    await asyncio.to_thread(server.start)
    async with asyncio.timeout(60):
        await asyncio.gather(*lives)
    first = [writer.ended[0] for writer in writers]
    assert {(one.code, one.reconnect_ms is not None) for one in first} == {(1012, True)}
    print(f"{sum(len(writer.sent) for writer in writers)} messages")
    assert not unanswered(writers)
