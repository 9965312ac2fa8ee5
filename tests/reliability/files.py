"""Files: made up, uploaded, fetched."""

import random
import struct
import zlib

from tests.reliability import rest
from tests.reliability.grapevine import Kept
from tests.reliability.record import short_hash
from tests.reliability.rest import Problem, Session, Unreachable

SIDE = 4
"""Pixels of a picture's side."""
type Made = tuple[str, bytes, str]
"""Name, content and type of a file."""
BOUNDARY = "a-line-that-is-in-no-file"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def made_up(chance: random.Random) -> Made:
    """A small file like no other; one in four is a picture."""
    if chance.random() < 0.25:
        return picture(chance)
    mark = f"{chance.getrandbits(64):x}"
    return f"notes {mark}.txt", (f"{mark}\n" * chance.randrange(1, 50)).encode(), "text/plain"


def picture(chance: random.Random) -> Made:
    """A PNG of random dots."""
    rows = b"".join(b"\0" + chance.randbytes(3 * SIDE) for _row in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return f"view {chance.getrandbits(64):x}.png", content, "image/png"


async def uploaded(session: Session, base: str, made: Made) -> Kept | None:
    """A new file at the server; None where it did not get there. Raises Problem where it is refused.

    What is kept of a picture is not what was sent (it is drawn anew), so its hash is not known.
    """
    name, content, content_type = made
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    head = f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: {content_type}\r\n\r\n"
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    try:
        status, answer = await rest.spoken(base, "POST", "/api/v1/uploads/", body, KIND, session.access)
        told = rest.read("POST uploads/", base, status, answer)
    except Unreachable:
        return None
    except Problem as problem:
        if problem.status in {401, *rest.RETRIED}:
            return None
        raise
    return Kept(told["id"], told["url"], short_hash(content) if content_type == "text/plain" else "")


async def fetched(session: Session, base: str, url: str) -> tuple[int, bytes]:
    """Status and content of what is at an attachment's `url`. Raises Unreachable."""
    path = url.removeprefix(base) if url.startswith(base) else url
    if path.startswith(("http://", "https://")):
        path = "/" + path.split("/", 3)[3]
    return await rest.spoken(base, "GET", path, b"", "", session.access)
