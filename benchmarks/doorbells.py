"""Measures how many doorbells one Redis rings: where it, and not the processes beside it, would be the limit.

    .venv/bin/python benchmarks/doorbells.py

A private Redis; `redis-benchmark` (Debian's `redis-tools`) publishes the doorbell of one posted message, as many at once as a busy process
has in its pipeline, and as many processes as are asked for hear each. They only read away what comes: what decoding and delivering take is
measured elsewhere (`bin/bench B7`), and would hide Redis' own share here.
"""

import argparse
import contextlib
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bench.processes import use  # noqa: E402
from tests.services import Redis  # noqa: E402

GROUP = "room.17"
PIPELINED, PUBLISHERS = 20, 4


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4, 8, 16], help="that hear each doorbell")
    parser.add_argument("--doorbells", type=int, default=400_000)
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="bells-") as folder:
        redis = Redis(Path(folder)).start()
        try:
            channel, doorbell = made(redis.url)
            print(
                f"a doorbell has {len(doorbell)} bytes; {asked.doorbells:,} of them by {PUBLISHERS} publishers, {PIPELINED} at a time"
            )
            print(
                f"{'processes':>9} {'rung/s':>10} {'heard/s':>10} {'Redis, cores':>13} {'Redis, us each':>15} {'one core rings/s':>17}"
            )
            for processes in asked.processes:
                with hearing(redis.port, channel, processes):
                    seconds, cpu = ring(redis, channel, doorbell, asked.doorbells)
                rate, each = asked.doorbells / seconds, cpu / asked.doorbells * 1e6
                print(
                    f"{processes:>9} {rate:>10,.0f} {rate * processes:>10,.0f} {cpu / seconds:>13.2f} {each:>15.1f} {1e6 / each:>17,.0f}"
                )
        finally:
            redis.stop()


def made(url: str) -> tuple[str, bytes]:
    """The name of a room's channel, and the doorbell of a message that was posted in it, as the layer sends it."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "CHAT_ENV": "development"}
    import django
    from django.utils import timezone

    django.setup()
    from accounts.models import User
    from chatsite.realtime import events
    from chatsite.realtime.layer import DoorbellLayer
    from messaging import wire
    from messaging.models import Message

    said = "The build is green again, thank you all for the patience!"
    message = Message(
        pk=123_456, room_id=17, seq=4711, event_seq=4890, kind="message", author=User(pk=23, username="alice"),
        body=said, html=f"<p>{said}</p>", mentions={"users": [], "all": False}, created_at=timezone.now(), msg_id="5" * 36,
    )  # fmt: skip
    change = events.Change(17, 4890, wire.message(message), {"kind": "created", "user": 23})
    layer = DoorbellLayer(hosts=[{"address": url}], prefix="bench")
    told = {"type": "doorbell", "events": [events.encode(change)], "sender": "0" * 16}
    return layer._group_channel(GROUP), layer.serialize(told)


@contextlib.contextmanager
def hearing(port: int, channel: str, processes: int) -> Iterator[None]:
    """So many subscribers, whose bytes one thread reads away."""
    over = threading.Event()
    doors = [socket.create_connection(("127.0.0.1", port)) for _process in range(processes)]
    for door in doors:
        door.sendall(f"SUBSCRIBE {channel}\r\n".encode())
        door.recv(4096)  # the confirmation
    reader = threading.Thread(target=read_away, args=[doors, over])
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()
        for door in doors:
            door.close()


def read_away(doors: list[socket.socket], over: threading.Event) -> None:
    buffer = bytearray(1 << 20)
    with selectors.DefaultSelector() as selector:
        for door in doors:
            selector.register(door, selectors.EVENT_READ)
        while not over.is_set():
            for key, _events in selector.select(0.2):
                key.fileobj.recv_into(buffer)  # type: ignore[union-attr]


def ring(redis: Redis, channel: str, doorbell: bytes, count: int) -> tuple[float, float]:
    """Seconds on the clock, and of Redis' CPU."""
    words = [
        "redis-benchmark",
        "-p",
        redis.port,
        "-n",
        count,
        "-c",
        PUBLISHERS,
        "-P",
        PIPELINED,
        "-q",
        "-x",
        "PUBLISH",
        channel,
    ]
    before, began = use(redis.pid or 0), time.monotonic()
    subprocess.run([str(word) for word in words], input=doorbell, check=True, capture_output=True)
    return time.monotonic() - began, use(redis.pid or 0).cpu - before.cpu


if __name__ == "__main__":
    main()
