"""Bodies of requests: what is large is admitted before a byte of it is read, and waits for its end on our own disk."""

import contextlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from typing import IO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.utils.translation import gettext as _

from accounts import sockets
from chatsite.realtime.commit import reading
from chatsite.realtime.errors import RateLimited, StorageFull

AT_ONCE = 6
"""Large bodies of one person that a process takes at a time."""
_under_way: Counter[int] = Counter()
_uploads = re.compile(settings.UPLOAD_PATHS)
_file = re.compile(rb'filename\*?="?[^";]')


async def read(receive: Callable[[], Awaitable[dict]]) -> IO[bytes]:
    """The body, read to its end: in memory, or on the disk where it is longer than FILE_UPLOAD_MAX_MEMORY_SIZE.

    Raises RequestAborted where the peer hung up, StorageFull.
    """
    piece, more = await _next(receive)
    if not more:  # as nearly always
        return BytesIO(piece)
    body = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - the caller's to close
        max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=settings.FILE_UPLOAD_TEMP_DIR
    )
    try:
        await _write(body, piece)
        while more:
            piece, more = await _next(receive)
            await _write(body, piece)
        body.seek(0)
    except OSError as error:
        _discard(body)
        raise StorageFull(_("There is no room for the file.")) from error
    except BaseException:
        _discard(body)
        raise
    return body


def _discard(body: tempfile.SpooledTemporaryFile) -> None:
    """Close it, and with it the file goes. Closing writes what is left in the buffer, for which a full disk has no room either."""
    with contextlib.suppress(OSError):
        body.close()


async def _next(receive: Callable[[], Awaitable[dict]]) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise RequestAborted
    return message.get("body", b""), message.get("more_body", False)


async def _write(body: tempfile.SpooledTemporaryFile, piece: bytes) -> None:
    if body.tell() + len(piece) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        await sync_to_async(body.write, thread_sensitive=False)(piece)
    else:
        body.write(piece)


def brings_file(body: IO[bytes]) -> bool:
    """Is there a file in it? The form of a message has a place for one, which is empty most of the time."""
    return not isinstance(body, BytesIO) or bool(_file.search(body.getbuffer()))


def is_large(scope: dict) -> bool:
    """May the request bring a body so large that it has to be admitted first?"""
    if not _uploads.match(scope["path"]):
        return False
    size = declared(scope)
    return size is None or size > settings.MAX_REQUEST_BYTES


@contextlib.asynccontextmanager
async def admitted(scope: dict) -> AsyncIterator[None]:
    """While a request with a large body is handled. Raises Unauthenticated, RateLimited, StorageFull, Unavailable."""
    size = declared(scope)
    user = (await reading(sockets.who, scope)).user_id
    require_room(settings.UPLOAD_MAX_BYTES if size is None else size)
    if _under_way[user] >= AT_ONCE:
        raise RateLimited(_("You are uploading too much at once. Please wait a moment."), retry_after=5)
    _under_way[user] += 1
    try:
        yield
    finally:
        _under_way[user] -= 1
        if not _under_way[user]:
            del _under_way[user]


def declared(scope: dict) -> int | None:
    """How many bytes the body has by its head; None where that does not say, and there is one."""
    heads = dict(scope["headers"])
    if b"content-length" in heads:
        return int(heads[b"content-length"])
    return None if b"transfer-encoding" in heads else 0


def require_room(size: int) -> None:
    """Raises StorageFull where a body of `size` bytes would leave less than UPLOAD_RESERVE_BYTES: on that disk the database may lie."""
    # Twice: as it came, and as the file in it.
    if shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR).free < 2 * size + settings.UPLOAD_RESERVE_BYTES:
        raise StorageFull(_("There is no room for the file."))
