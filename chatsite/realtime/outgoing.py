"""Frames on their way out. Each is made once, as the finished bytes that go over the wire, for all who are sent it."""

import asyncio
import logging
import struct
from dataclasses import dataclass
from typing import Any

from chatsite.realtime import envelope, proto
from chatsite.realtime.envelope import PROTO

log = logging.getLogger(__name__)

TEXT, BINARY = 0x81, 0x82
"""First octets of frames that are whole messages."""


class Frame:
    """One envelope, and its images: the bytes of a WebSocket frame that holds it, by encoding."""

    __slots__ = ("_binary", "_text", "cmd_type", "msg_id", "payload")

    def __init__(self, msg_id: str, cmd_type: str, payload: dict):
        self.msg_id, self.cmd_type, self.payload = msg_id, cmd_type, payload
        self._text = self._binary = b""

    def image(self, encoding: str) -> bytes:
        """The frame for a socket of this encoding. Those of JSON and of fragments differ in their payload alone.

        Empty where the schema has no word for it: others must not suffer from that.
        """
        if encoding == PROTO:
            self._binary = self._binary or self._in_binary()
            return self._binary
        self._text = self._text or image_of(TEXT, envelope.encode(self.msg_id, self.cmd_type, self.payload))
        return self._text

    def _in_binary(self) -> bytes:
        try:
            return image_of(BINARY, proto.encode(self.msg_id, self.cmd_type, self.payload))
        except (KeyError, TypeError, ValueError):
            log.exception("a frame cannot be told in Protocol Buffers", extra={"cmd_type": self.cmd_type})
            return b""


@dataclass(slots=True)
class Answer:
    """What waits because it was asked for: it does not make the socket slow. `written` is done when it is on its way."""

    image: bytes
    written: asyncio.Future[None]


def changes_frame(room: int, after: int, to: int, messages: list[dict], cause: dict | None = None) -> Frame:
    """A `changes` event."""
    payload = {"room": room, "from": after, "to": to, "messages": messages}
    if cause:
        payload["cause"] = cause
    return Frame("", "changes", payload)


def image_of(first: int, content: bytes) -> bytes:
    """The frame that holds `content` (RFC 6455, section 5.2). A server's frames are not masked, so that one serves everyone."""
    size = len(content)
    if size < 126:
        return bytes((first, size)) + content
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + content
    return struct.pack("!BBQ", first, 127, size) + content


def contents(images: bytes) -> list[dict[str, Any]]:
    """The texts and bytes of the frames in `images`, as ASGI's `websocket.send` has them."""
    found, at = [], 0
    while at < len(images):
        is_text, size, at = images[at] == TEXT, images[at + 1], at + 2
        if size > 125:
            wide = 2 if size == 126 else 8
            size, at = int.from_bytes(images[at : at + wide]), at + wide
        content, at = images[at : at + size], at + size
        found.append({"text": content.decode()} if is_text else {"bytes": content})
    return found
