"""HTTP as Django handles it, but what is large is admitted before a byte of it is read, and waits for its end on our own disk."""

import contextlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from io import BytesIO
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.utils.translation import gettext as _

from accounts import sockets
from chatsite import errors
from chatsite.realtime.commit import reading
from chatsite.realtime.errors import ChatError, RateLimited, StorageFull

AT_ONCE = 6
"""Large bodies of one person that a process takes at a time."""
_under_way: Counter[int] = Counter()
_uploads = re.compile(settings.UPLOAD_PATHS)


class Handler(ASGIHandler):
    """Django's own, with a door before large bodies."""

    async def handle(self, scope: dict, receive: Any, send: Any) -> None:
        try:
            async with admitted(scope):
                await super().handle(scope, receive, send)
        except ChatError as error:
            # Of views and services none comes here: `chatsite.middleware.Refusals` answers those.
            await self._refuse(scope, receive, send, error)

    async def read_body(self, receive: Any) -> IO[bytes]:
        """Django's own, but for where it waits and for a full disk."""
        body = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - the caller's to close
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=settings.FILE_UPLOAD_TEMP_DIR
        )
        more = True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RequestAborted
                await self._write(body, message.get("body", b""))
                more = message.get("more_body", False)
            body.seek(0)
        except OSError as error:
            body.close()
            raise StorageFull(_("There is no room for the file.")) from error
        except BaseException:
            body.close()
            raise
        return body

    async def _write(self, body: tempfile.SpooledTemporaryFile, piece: bytes) -> None:
        if body.tell() + len(piece) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            await sync_to_async(body.write, thread_sensitive=False)(piece)
        else:
            body.write(piece)

    async def _refuse(self, scope: dict, receive: Any, send: Any, error: ChatError) -> None:
        request, answer = self.create_request(scope, BytesIO())
        if request:
            refusal = errors.record(errors.describe(error), error)
            answer = await sync_to_async(errors.answer, thread_sensitive=False)(request, refusal)
        headers = {
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "content-length": str(len(answer.content)),
        }
        told = [(name.lower().encode(), value.encode()) for name, value in (dict(answer.items()) | headers).items()]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
        await send({"type": "http.response.body", "body": answer.content, "more_body": True})
        # What still comes is read away: to close with bytes unread would take the answer from who asked.
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
        await send({"type": "http.response.body"})


@contextlib.asynccontextmanager
async def admitted(scope: dict) -> AsyncIterator[None]:
    """While a request that may bring a large body is handled. Raises Unauthenticated, RateLimited, StorageFull, Unavailable."""
    size = declared(scope)
    if not _uploads.match(scope["path"]) or (size is not None and size <= settings.MAX_REQUEST_BYTES):
        yield
        return
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
