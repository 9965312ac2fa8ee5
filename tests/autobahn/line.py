"""A WebSocket by hand on a TCP connection: what no client library would send, and whatever comes back."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
WAIT = 10.0
"""Seconds that a test waits for what should come at once."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with which closing sends RST and drops what was not sent."""


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    masked: bool = True,
    announced: int | None = None,
) -> bytes:
    """A client's frame. `rsv` are the three reserved bits; `announced` is a length to claim instead of the payload's."""
    size = len(payload) if announced is None else announced
    head = bytes([fin << 7 | rsv << 4 | opcode])
    flag = masked << 7
    if size < 126:
        head += bytes([flag | size])
    elif size < 65_536:
        head += struct.pack("!BH", flag | 126, size)
    else:
        head += struct.pack("!BQ", flag | 127, size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    keys = (mask * (len(payload) // 4 + 1))[: len(payload)]
    masked_payload = int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")
    return head + mask + masked_payload.to_bytes(len(payload), "big")


def closing(code: int, reason: bytes = b"") -> bytes:
    """The payload of a close frame."""
    return struct.pack("!H", code) + reason


@dataclass
class Ending:
    """How a connection ended: the close frame's code (None without one) and reason, and the seconds until it came, or the line was cut."""

    code: int | None
    reason: str
    seconds: float


@dataclass
class Line:
    """One connection. `frames` are all that came over it so far, as (opcode, payload)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    head: str = ""

    @classmethod
    async def dial(cls, base: str, *, receive_buffer: int | None = None) -> Self:
        """Connect to `http://HOST:PORT`. With a `receive_buffer` of few bytes the peer soon notices that nobody reads."""
        address = urlsplit(base)
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(raw, (address.hostname, address.port))
        except BaseException:
            raw.close()
            raise
        return cls(*await asyncio.open_connection(sock=raw, limit=receive_buffer or 65_536))

    async def upgrade(self, token: str = "", path: str = "/ws/", *headers: str) -> int:
        """The handshake; its status. 101 makes it a WebSocket."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", *headers]
        lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        await self.write("\r\n".join([*lines, "", ""]).encode())
        return await self.status()

    async def status(self) -> int:
        """The status of an HTTP answer; the whole of it stands in `head`."""
        async with asyncio.timeout(WAIT):
            self.head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        return int(self.head.split()[1])

    async def write(self, *parts: bytes, pause: float = 0.0) -> bool:
        """Write the parts as they are, resting `pause` seconds behind each; False where the peer is gone."""
        try:
            for part in parts:
                self.writer.write(part)
                await self.writer.drain()
                if pause:
                    await asyncio.sleep(pause)
        except (OSError, RuntimeError):
            return False
        return True

    async def send(self, opcode: int, payload: bytes = b"", **more: Any) -> bool:
        return await self.write(frame(opcode, payload, **more))

    async def ask(self, cmd_type: str, msg_id: str, **payload: Any) -> bool:
        """Send a command; its answer is among the frames that come."""
        return await self.send(TEXT, json.dumps({"msg_id": msg_id, "cmd_type": cmd_type, "payload": payload}).encode())

    async def next(self) -> tuple[int, bytes]:
        """The next frame. Raises EOFError or OSError where the connection ends first."""
        head = await self.reader.readexactly(2)
        size = head[1] & 0x7F
        if size > 125:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        self.frames.append((head[0] & 0x0F, await self.reader.readexactly(size)))
        return self.frames[-1]

    async def heard(self, cmd_type: str, msg_id: str | None = None, seconds: float = WAIT) -> dict[str, Any]:
        """The next frame of the protocol of that type, and with that `msg_id` where one is given."""
        async with asyncio.timeout(seconds):
            while True:
                opcode, content = await self.next()
                said = json.loads(content) if opcode == TEXT else {}
                if said.get("cmd_type") == cmd_type and msg_id in (None, said["msg_id"]):
                    return said

    async def ending(self, seconds: float = WAIT) -> Ending:
        """Read until the peer closes. Raises TimeoutError where it does not in `seconds`."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                while True:
                    opcode, content = await self.next()
                    if opcode == CLOSE:
                        code = int.from_bytes(content[:2], "big") if content else None
                        return Ending(code, content[2:].decode(), time.monotonic() - began)
        except TimeoutError:
            raise
        except (EOFError, OSError):
            return Ending(None, "", time.monotonic() - began)

    async def is_cut(self, seconds: float = WAIT) -> bool:
        """Whether the peer ends the connection itself in `seconds`; what still comes is read away."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                with contextlib.suppress(OSError):
                    while await self.reader.read(65_536):
                        pass
                return True
        return False

    @property
    def said(self) -> list[dict[str, Any]]:
        """The frames of the protocol that came so far."""
        return [json.loads(content) for opcode, content in self.frames if opcode == TEXT]

    async def hang_up(self) -> None:
        """End the connection at once, by RST."""
        with contextlib.suppress(OSError):
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.writer.transport.abort()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.hang_up()
