"""Frames and messages as the peer sends them (RFC 6455), without the network: `prepared.py` puts it on one."""

from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Buffer
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol


class Wire(ServerProtocol):
    """The library's parser, which fails a close frame between the fragments of a message (RFC 6455, section 5.4; Autobahn 7.1.5)."""

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class Message:
    """A message that may come in fragments: their number takes no memory, and text is checked as it comes."""

    __slots__ = ("_data", "_decoder", "_is_text")

    def __init__(self, *, is_text: bool):
        self._is_text = is_text
        self._data: bytearray | None = None
        self._decoder: IncrementalDecoder | None = None

    def add(self, fragment: Buffer, *, final: bool) -> dict[str, Any] | None:
        """The whole as ASGI's `websocket.receive` has it, once it is there. Raises UnicodeDecodeError where text is not UTF-8."""
        if self._data is None:
            if final:
                return self._content(fragment)
            self._data = bytearray()
            self._decoder = getincrementaldecoder("utf-8")() if self._is_text else None
        if self._decoder:
            self._decoder.decode(fragment, final)
        self._data += fragment
        if not final:
            return None
        whole, self._data = self._data, None
        return self._content(whole)

    def _content(self, data: Buffer) -> dict[str, Any]:
        return {"text": str(data, "utf-8")} if self._is_text else {"bytes": bytes(data)}
