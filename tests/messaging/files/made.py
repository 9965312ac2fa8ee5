"""Files to upload: good ones, and ones that lie."""

import io
import struct
import zlib

from PIL import Image

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
POLYGLOT = b"GIF89a/*\0\0=1;alert(1)//"
"""A GIF by its first bytes, and JavaScript."""
HTML = b"<!doctype html><script>alert(1)</script>"
GPS = 0x8825


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options) -> bytes:
    """A picture of one colour, which lets the page shine through where it can."""
    out = io.BytesIO()
    colour = (255, 0, 0, 128) if mode == "RGBA" else "red" if mode in ("RGB", "P") else 1
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def tagged(orientation: int = 1) -> Image.Exif:
    """What a camera writes beside a picture: where it was taken, and how it was held."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = orientation
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    return exif


def animation(kind: str, frames: int, size: tuple[int, int] = (30, 20), **options) -> bytes:
    """Frames that differ from one another."""
    out = io.BytesIO()
    shades = [Image.new("RGB", size, (n % 256, n * 7 % 256, n * 31 % 256)) for n in range(frames)]
    shades[0].save(out, kind, save_all=True, append_images=shades[1:], duration=50, loop=0, **options)
    return out.getvalue()


def long_gif(frames: int) -> bytes:
    """A GIF of as many frames as one likes, each of a dozen bytes."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def huge_png(width: int, height: int) -> bytes:
    """A PNG that is small as a file and huge as a picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compressobj(9)
    line = b"\0" * (1 + width // 8 + 1)
    data = b"".join(rows.compress(line) for _ in range(min(height, 2000))) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
