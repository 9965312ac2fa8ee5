"""Animations copied without what is not picture: comments, positions, colour profiles, whatever else was in the file.

Drawing hundreds of frames anew would take minutes and hundreds of MB; their blocks are copied one by one instead, and what is
no block of theirs ends the copy. The formats: the GIF89a specification; RFC 9649 for WebP.
"""

import struct
from typing import IO

from django.utils.translation import gettext as _

from chatsite.realtime.errors import TooLarge

MAX_FRAMES = 1000
MAX_PIXELS = 50_000_000
MAX_STEPS = 600_000
"""Blocks and pieces of blocks that are looked at: 100 MB have 400,000 of the usual 255 bytes."""
PIECE = 1 << 20
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
CONTROL, APPLICATION, EXTENSION, FRAME, END = b"\xf9", b"\xff", b"\x21", b"\x2c", b"\x3b"


class Broken(ValueError):
    """The file is not what its first bytes say."""


def copied_gif(source: IO[bytes], target: IO[bytes]) -> int:
    """Copy the GIF in `source` to `target` and return how many frames it has. Raises Broken, or TooLarge above MAX_FRAMES."""
    return _Gif(source, target).copy()


class _Gif:
    def __init__(self, source: IO[bytes], target: IO[bytes]):
        self.source, self.target = source, target
        self.frames = self.steps = self.width = self.height = 0

    def copy(self) -> int:
        head = self._read(13)
        if head[:6] not in (b"GIF87a", b"GIF89a"):
            raise Broken("Expected the head of a GIF.")
        self._require_size(*struct.unpack("<HH", head[6:10]))
        self.target.write(head + self._palette(head[10]))
        while (kind := self.source.read(1)) not in (END, b""):
            if kind == FRAME:
                self._frame()
            elif kind == EXTENSION:
                self._extension()
            else:
                raise Broken("Expected a block of a GIF.")
        if not self.frames:
            raise Broken("Expected a frame of a GIF.")
        self.target.write(END)
        return self.frames

    def _frame(self) -> None:
        self.frames = counted(self.frames)
        place = self._read(9)
        left, top, width, height = struct.unpack("<HHHH", place[:8])
        self._require_size(left + width, top + height)  # a frame may reach beyond the canvas, which then grows
        self.target.write(FRAME + place + self._palette(place[8]) + self._read(1))
        self._blocks(self.target)

    def _require_size(self, width: int, height: int) -> None:
        self.width, self.height = max(self.width, width), max(self.height, height)
        if self.width * self.height > MAX_PIXELS:
            raise too_many_pixels()

    def _extension(self) -> None:
        label = self._read(1)
        first = self._block()
        is_kept = label == CONTROL or (label == APPLICATION and first[1:] in LOOPS)
        if is_kept:
            self.target.write(EXTENSION + label + first)
        if len(first) > 1:
            self._blocks(self.target if is_kept else None)

    def _blocks(self, target: IO[bytes] | None) -> None:
        block = b" "
        while len(block) > 1 or block == b" ":
            block = self._block()
            if target:
                target.write(block)

    def _block(self) -> bytes:
        """A block of data with its length before it; the last is a zero alone."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Broken("Expected fewer blocks in a GIF.")
        size = self._read(1)
        return size + self._read(size[0])

    def _palette(self, flags: int) -> bytes:
        return self._read(3 << ((flags & 7) + 1)) if flags & 0x80 else b""

    def _read(self, size: int) -> bytes:
        return exactly(self.source, size)


KEPT = (b"ANIM", b"ANMF", b"VP8 ", b"VP8L", b"ALPH")
PICTURE_FLAGS = 0b00010010
"""Of VP8X: transparency and animation; the others announce a profile, EXIF and XMP."""


def copied_webp(source: IO[bytes], target: IO[bytes]) -> int:
    """Copy the WebP in `source` to `target` and return how many frames it has. Raises Broken, or TooLarge above MAX_FRAMES."""
    head = exactly(source, 12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise Broken("Expected the head of a WebP.")
    target.write(head)
    frames = steps = 0
    while len(name := source.read(4)) == 4 and steps < MAX_STEPS:
        size = exactly(source, 4)
        steps += 1
        frames = counted(frames) if name == b"ANMF" else frames
        length = struct.unpack("<I", size)[0]
        length += length % 2
        if name == b"VP8X":
            flags = exactly(source, length)
            target.write(name + size + bytes([flags[0] & PICTURE_FLAGS]) + flags[1:])
        elif name in KEPT:
            target.write(name + size)
            _pour(source, target, length)
        else:
            source.seek(length, 1)
    whole = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", whole - 8))
    return frames or 1


def counted(frames: int) -> int:
    """One frame more. Raises TooLarge where that is too many."""
    if frames >= MAX_FRAMES:
        raise TooLarge(_("An animation may have at most %(limit)d frames.") % {"limit": MAX_FRAMES})
    return frames + 1


def too_many_pixels() -> TooLarge:
    """What is said of a picture above MAX_PIXELS."""
    return TooLarge(_("A picture may have at most %(limit)d megapixels.") % {"limit": MAX_PIXELS // 1_000_000})


def exactly(source: IO[bytes], size: int) -> bytes:
    """So many bytes. Raises Broken where there are fewer."""
    read = source.read(size)
    if len(read) < size:
        raise Broken("Expected more of the file.")
    return read


def _pour(source: IO[bytes], target: IO[bytes], length: int) -> None:
    while length:
        piece = exactly(source, min(length, PIECE))
        target.write(piece)
        length -= len(piece)
