"""Measures what the base of the WebSocket protocol costs: the same echo on one uvicorn worker behind each candidate.

    .venv/bin/python benchmarks/websocket_base.py [NAME ...]

The generator writes frames made beforehand and counts the bytes of the answers, so nearly all of the time is the server's.
"""

import base64
import contextlib
import os
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BASES = {
    "wsproto": "uvicorn.protocols.websockets.wsproto_impl:WSProtocol",
    "sans-I/O": "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol",
    "chatsite": "chatsite.realtime.prepared:Protocol",
}
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGESIZE")
FRAMES = 100_000
IDLE = 2_000


async def application(scope, receive, send) -> None:
    """Echoes; answers the text `out N` with N events instead, and one that begins with `in` not at all."""
    if scope["type"] == "lifespan":
        return
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
            continue
        text = message["text"]
        if text.startswith("out "):
            event = {"type": "websocket.send", "text": "x" * 120}
            for _number in range(int(text[4:])):
                await send(event)
        elif not text.startswith("in "):
            await send({"type": "websocket.send", "text": text})


def serve(base: str, door: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        application,
        ws=BASES[base],
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="error",
        lifespan="off",
    )
    uvicorn.Server(config).run(sockets=[door])


@contextlib.contextmanager
def server(base: str) -> Iterator[tuple[int, int]]:
    """The process id and port of an echo behind `base`."""
    root = Path(__file__).resolve().parent.parent
    env = os.environ | {"PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "chatsite.settings", "CHAT_ENV": "test"}
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as door, tempfile.TemporaryDirectory() as data:
        port = door.getsockname()[1]
        command = [sys.executable, __file__, "--serve", base, str(door.fileno())]
        process = subprocess.Popen(command, pass_fds=[door.fileno()], env=env | {"CHATSITE_DATA": data})
        door.close()
        try:
            connect(port).close()
            yield process.pid, port
        finally:
            process.terminate()
            process.wait()


def connect(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    line.sendall(
        f"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = line.recv(4096)
    if not head.endswith(b"\r\n\r\n"):
        raise OSError(head)
    return line


def frame(text: bytes) -> bytes:
    """One masked text frame of a client."""
    mask = os.urandom(4)
    size = struct.pack("!B", 0x80 | len(text)) if len(text) < 126 else struct.pack("!BH", 0x80 | 126, len(text))
    whole = int.from_bytes(mask * (len(text) // 4 + 1), "big") >> 8 * (4 - len(text) % 4)
    return b"\x81" + size + mask + (int.from_bytes(text, "big") ^ whole).to_bytes(len(text), "big")


def spent(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def exchange(lines: list[socket.socket], batch: bytes, answer: int, rounds: int) -> None:
    """Each round writes `batch` to every socket and reads `answer` bytes from each."""
    for _round in range(rounds):
        for line in lines:
            line.sendall(batch)
        for line in lines:
            left = answer
            while left:
                left -= len(line.recv(left))


def measure(base: str) -> dict[str, float]:
    found = {}
    with server(base) as (pid, port):
        lines = [connect(port) for _number in range(50)]
        say = b'{"msg_id": "6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11", "cmd_type": "ping", "payload": {"room": 7, "b": "0123456789"}}'
        trials = {
            "echo, one frame a read": (frame(say), 2 + len(say), FRAMES // 50),
            "echo, 50 frames a read": (frame(say) * 50, 50 * (2 + len(say)), FRAMES // 2500),
            "in, 50 frames a read": (frame(b"in " + say[3:]) * 49 + frame(say), 2 + len(say), FRAMES // 2500),
            "out": (frame(b"out 2000"), 2000 * 122, FRAMES // 100_000),
            "in, 8 KiB": (frame(b"in " + b"x" * 8189) * 9 + frame(say), 2 + len(say), FRAMES // 500 // 10),
        }
        for name, (batch, answer, rounds) in trials.items():
            exchange(lines, batch, answer, max(1, rounds // 10))
            began, cpu = time.perf_counter(), spent(pid)
            exchange(lines, batch, answer, rounds)
            count = FRAMES if "KiB" not in name else FRAMES // 10
            found[name + ": a second"] = count / (time.perf_counter() - began)
            found[name + ": CPU us"] = (spent(pid) - cpu) / count * 1e6
        for line in lines:
            line.close()
    with server(base) as (pid, port):
        for line in [connect(port) for _number in range(100)]:
            line.close()
        time.sleep(0.5)
        before = resident(pid)
        idle = [connect(port) for _number in range(IDLE)]
        exchange(idle, frame(say), 2 + len(say), 1)
        time.sleep(0.5)
        found["idle: KiB"] = (resident(pid) - before) / IDLE / 1024
        for line in idle:
            line.close()
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    results = {base: measure(base) for base in sys.argv[1:] or BASES}
    for name in next(iter(results.values())):
        print(f"| {name} | " + " | ".join(f"{found[name]:,.1f}" for found in results.values()) + " |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], socket.socket(fileno=int(sys.argv[3])))
    else:
        main()
