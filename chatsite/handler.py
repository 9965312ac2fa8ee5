"""HTTP in one hop: the event loop reads a request, one thread takes it through the whole synchronous stack, the loop writes the answer."""

import asyncio
import functools
import re
from contextlib import aclosing
from io import BytesIO
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

from chatsite import bodies, errors, http_threads
from chatsite.operations import PROBES
from chatsite.realtime.errors import ChatError

SMALL = 256 * 1024
"""Bytes of a file up to which it is read at once, with the rest of the answer."""
WAITING = ("/files/", "/avatars/")
"""Addresses behind which a disk or a bucket is asked."""
READ = re.compile(r"/rooms/[0-9]+/(([0-9]+|messages)/)?|/api/v1/rooms/[0-9]+/(messages/)?")
"""Addresses at which a room is read: a few statements, whatever is in it."""
POSTED_TO = re.compile(r"(/api/v1)?/rooms/[0-9]+/messages/")
"""Addresses at which a message is posted, by a page or the API."""


class Handler(ASGIHandler):
    """Django's own, but synchronous inside, and with a door before large bodies."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        try:
            if bodies.is_large(scope):
                async with bodies.admitted(scope):
                    await self.handle(scope, receive, send)
            else:
                await self.handle(scope, receive, send)
        except ChatError as error:
            # Of views and services none comes here: `chatsite.middleware.Refusals` answers those.
            await self._refuse(scope, receive, send, error)

    async def handle(self, scope: dict, receive: Any, send: Any) -> None:
        """From the first byte of the body to the last of the answer."""
        try:
            body = await bodies.read(receive)
            respond = functools.partial(self._respond, scope, body)
            response, content = await threads_for(scope, body).run(respond, receive)
        except RequestAborted:
            return  # nobody is there any more
        if content is None:
            await self._stream(response, receive, send)
            return
        await send({"type": "http.response.start", "status": response.status_code, "headers": head_of(response)})
        await send({"type": "http.response.body", "body": content})

    def _respond(self, scope: dict, body: IO[bytes]) -> tuple[HttpResponseBase, bytes | None]:
        """The answer and its content, None where that is to be streamed. All of the request that needs a thread, database included."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, response = self.create_request(scope, body)
        if request:
            response = self.get_response(request)
        else:
            body.close()
        response._handler_class = self.__class__
        content = None
        try:
            content = content_of(request, response)
        finally:
            if content is None:
                # It has a thread of its own for what is left: this one's connection must not wait for a slow reader.
                close_old_connections()
            else:
                response.close()
        return response, content

    async def _stream(self, response: StreamingHttpResponse, receive: Any, send: Any) -> None:
        """Send an answer piece by piece, with a thread of its own, until it ends or its reader has gone."""
        async with ThreadSensitiveContext():
            try:
                async with asyncio.TaskGroup() as group:
                    leaving = group.create_task(self.listen_for_disconnect(receive))
                    await self._send_pieces(response, send)
                    leaving.cancel()
            except* RequestAborted:
                pass
            finally:
                await sync_to_async(response.close)()

    async def _send_pieces(self, response: StreamingHttpResponse, send: Any) -> None:
        await send({"type": "http.response.start", "status": response.status_code, "headers": head_of(response)})
        async with aclosing(pieces_of(response)) as pieces:
            async for piece in pieces:
                for chunk, _last in self.chunk_bytes(piece):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})

    async def _refuse(self, scope: dict, receive: Any, send: Any, error: ChatError) -> None:
        request, answer = self.create_request(scope, BytesIO())
        if request:
            refusal = errors.record(errors.describe(error), error)
            answer = await http_threads.waiting.run(functools.partial(errors.answer, request, refusal))
        answer["Cache-Control"] = "no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Length"] = str(len(answer.content))
        await send({"type": "http.response.start", "status": answer.status_code, "headers": head_of(answer)})
        await send({"type": "http.response.body", "body": answer.content, "more_body": True})
        # What still comes is read away: to close with bytes unread would take the answer from who asked.
        more = True
        while more:
            message = await receive()
            more = message["type"] == "http.request" and message.get("more_body", False)
        await send({"type": "http.response.body"})


def threads_for(scope: dict, body: IO[bytes]) -> http_threads.Threads:
    """The threads on which a request neither waits for slower ones nor makes quicker ones wait."""
    path = scope["path"]
    if path in PROBES:
        return http_threads.probes
    if path.startswith(WAITING) or bodies.brings_file(body):
        return http_threads.waiting
    if scope["method"] == "POST" and POSTED_TO.fullmatch(path):
        return http_threads.posting
    if scope["method"] in ("GET", "HEAD") and READ.fullmatch(path):
        return http_threads.rooms
    return http_threads.pages


def content_of(request: HttpRequest | None, response: HttpResponseBase) -> bytes | None:
    """All bytes of the answer; None where they are too many, or their number is not known."""
    if not isinstance(response, StreamingHttpResponse):
        return response.content  # type: ignore[attr-defined]
    if response.status_code == 304 or (request and request.method == "HEAD"):
        return b""
    if response.is_async or int(response.headers.get("Content-Length", SMALL + 1)) > SMALL:
        return None
    return b"".join(response.streaming_content)


async def pieces_of(response: StreamingHttpResponse) -> Any:
    """The content, one piece in memory at a time: Django would gather all of a synchronous iterator before the first byte goes out."""
    if response.is_async:
        async for piece in response.streaming_content:
            yield piece
        return
    pieces = iter(response.streaming_content)
    while (piece := await sync_to_async(next)(pieces, None)) is not None:
        yield piece


def head_of(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    """The headers as ASGI has them, cookies among them."""
    told = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    told += [(b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
    return told
