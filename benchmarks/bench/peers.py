"""The servers beside which the product is measured: each as its own documentation advises, by its fast path, storing nothing."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bench import go
from benchmarks.bench.house import Crowd, House, Served
from benchmarks.bench.processes import on
from tests.services import ROOT, Missing, free_port, wait_until

PEERS = ROOT / "benchmarks/peers"
GORILLA, GIN, CENTRIFUGE = (
    "github.com/gorilla/websocket",
    "github.com/gin-gonic/gin",
    "github.com/centrifugal/centrifuge",
)
CHANNELS = "benchmarks.peers.channels_tutorial:application"


def node(script: str, package: str) -> Callable[[int], list[str]]:
    def command(port: int) -> list[str]:
        program = shutil.which("node")
        if not program:
            raise Missing("Node is not on this machine (Debian: nodejs; bin/bench --install).")
        if not (PEERS / "node_modules" / package).exists():
            raise Missing(f"the npm package {package} is not in benchmarks/peers/node_modules (bin/bench --install).")
        return [program, str(PEERS / script), str(port)]

    return command


def compiled(name: str, *libraries: str) -> Callable[[int], list[str]]:
    return lambda port: [go.built(name, *libraries), str(port)]


def python(*words: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-P", "-m", *(word.format(port=port) for word in words)]


@dataclass(frozen=True)
class Peer:
    """A peer; `command` gives its command line for a port, or raises Missing. `most` sockets are what it is asked to bear."""

    name: str
    command: Callable[[int], list[str]]
    dialect: str = "plain"
    path: str = "/ws/chat/{room}/"
    env: dict[str, str] = field(default_factory=dict)
    uses_redis: bool = False
    is_slow: bool = False


UVICORN = ("uvicorn", CHANNELS, "--port", "{port}", "--log-level", "error", "--lifespan", "off")
ALL = [
    Peer("gin + gorilla/websocket", compiled("gin", GIN, GORILLA)),
    Peer("Centrifuge", compiled("centrifuge", CENTRIFUGE), "centrifuge", "/connection/websocket"),
    Peer("npm ws", node("ws.js", "ws")),
    Peer(
        "npm socket.io",
        node("socketio.js", "socket.io"),
        "socketio",
        "/socket.io/?EIO=4&transport=websocket&room={room}",
    ),
    Peer("Channels, uvicorn, in memory", python(*UVICORN), is_slow=True),
    Peer("Channels, uvicorn, Redis", python(*UVICORN), uses_redis=True, is_slow=True),
    Peer(
        "Channels, Daphne, Redis",
        python("daphne", "-p", "{port}", "-v", "0", CHANNELS),
        uses_redis=True,
        is_slow=True,
    ),
]
BARE = Peer("a bare loop of send", compiled("bare"))
JOINED = Peer("the same, writes joined", lambda port: [*compiled("bare")(port), "joined"])


def installed(house: House) -> tuple[list[Peer], list[str]]:
    """The peers that are on this machine, and why the others are not."""
    found, missing = [], []
    for peer in ALL:
        try:
            peer.command(0)
        except (Missing, RuntimeError) as error:
            missing.append(f"{peer.name}: {error}")
        else:
            found.append(peer)
    return found, missing


@contextlib.contextmanager
def running(house: House, peer: Peer, crowd: Crowd, cores: set[int] | None) -> Iterator[Served]:
    """The peer on a port of 127.0.0.1."""
    port = free_port()
    env = os.environ | {"PYTHONPATH": str(ROOT)} | peer.env
    families = {}
    if peer.uses_redis:
        house.redis.start()
        env["TUTORIAL_REDIS_PORT"] = str(house.redis.port)
        families["redis"] = house.redis.pid or 0
    log = house.folder / f"peer-{port}.log"
    with on(cores), log.open("wb") as file:
        process = subprocess.Popen(peer.command(port), cwd=house.folder, env=env, stdout=file, stderr=file)
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, 20, f"{peer.name} listens")
        if process.poll() is not None:
            raise RuntimeError(f"{peer.name} ended with {process.returncode}: {Path(log).read_text()[-2000:]}")
        yield Served(port, house.crowd_file(crowd), {"server": process.pid} | families)
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
