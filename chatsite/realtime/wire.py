"""Frames and messages as the peer sends them (RFC 6455), without the network: `prepared.py` puts it on one."""

from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Buffer
from typing import Any

from websockets.frames import Frame, Opcode, apply_mask  # type: ignore[attr-defined]  # the compiled one, where there is one
from websockets.protocol import State
from websockets.server import ServerProtocol

WHOLE = (0x81, 0x82)
"""First octets of texts and binary messages that are one frame."""
MASKED, EXTENDED = 0x80, 0xFE
"""Second octets: a masked frame, whose length is added; one with its length in the two octets that follow."""


class Wire(ServerProtocol):
    """The library's parser, which fails a close frame between the fragments of a message (RFC 6455, section 5.4; Autobahn 7.1.5)."""

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)

    def whole_message(self, data: bytes) -> Frame | None:
        """The message that `data` is by itself, in one short frame, as nearly all come; else None, and the parser must see it.

        The parser, which takes any part of any frame, costs ten times as much.
        """
        size = len(data)
        if size < 6 or data[0] not in WHOLE or self.state is not State.OPEN or self.current_size is not None:
            return None
        at = 2 if data[1] < EXTENDED else 4
        length = data[1] - MASKED if at == 2 else int.from_bytes(data[2:4])
        if not MASKED <= data[1] <= EXTENDED or size != at + 4 + length or not self._is_between_frames:
            return None
        return Frame(Opcode(data[0] & 15), apply_mask(data[at + 4 :], data[at : at + 4]))

    @property
    def _is_between_frames(self) -> bool:
        at: Any = self.parser
        while (within := at.gi_yieldfrom) is not None:
            at = within
        return at.__name__ == "at_eof"


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
