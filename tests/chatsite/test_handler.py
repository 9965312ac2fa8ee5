"""HTTP in one hop: the whole stack on one of few threads, and what must not hold one of them."""

import asyncio
import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.core import signals
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation

from chatsite import bodies, http_threads
from chatsite.handler import SMALL, Handler, threads_for

View = Callable[[HttpRequest], Any]


def handler(view: View) -> Handler:
    """The handler with `view` in the place of the whole stack."""
    made = Handler.__new__(Handler)
    made._middleware_chain = view  # type: ignore[attr-defined]
    return made


class Line:
    """One request of a client, and what came back."""

    def __init__(self, view: View, path: str = "/", *, method: str = "GET", body: bytes = b""):
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [],
            "scheme": "http",
        }
        self.sent: list[dict] = []
        self.gone, self.reads = asyncio.Event(), asyncio.Event()
        self.reads.set()
        self._body: list[dict] = [{"type": "http.request", "body": body}]
        self._handler = handler(view)

    async def receive(self) -> dict:
        if self._body:
            return self._body.pop()
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        await self.reads.wait()
        self.sent.append(message)

    async def ask(self) -> "Line":
        await self._handler(self.scope, self.receive, self.send)
        return self

    @property
    def content(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.sent)


def stream(size: int) -> StreamingHttpResponse:
    pieces = (b"x" * 65_536 for _piece in range(size // 65_536))
    return StreamingHttpResponse(pieces, headers={"Content-Length": str(size)})


async def test_a_request_is_on_one_of_our_threads_from_its_first_signal_to_its_last():
    seen: list[str] = []

    def note(**_signal: Any) -> None:
        seen.append(threading.current_thread().name)

    def view(_request: HttpRequest) -> HttpResponse:
        note()
        return HttpResponse("hello")

    for signal in (signals.request_started, signals.request_finished):
        signal.connect(note)
    try:
        line = await Line(view).ask()
    finally:
        for signal in (signals.request_started, signals.request_finished):
            signal.disconnect(note)
    assert line.content == b"hello"
    assert len(seen) == 3 and len(set(seen)) == 1 and seen[0].startswith("http_")


async def test_threads_are_few_and_kept():
    seen: set[int] = set()

    def view(_request: HttpRequest) -> HttpResponse:
        seen.add(threading.get_ident())
        return HttpResponse()

    for _round in range(3):
        await asyncio.gather(*(Line(view).ask() for _request in range(20)))
    assert len(seen) <= http_threads.pages.most


async def test_who_posts_waits_where_no_page_does():
    seen: dict[str, int] = {}
    together = threading.Barrier(http_threads.posting.most)

    def view(request: HttpRequest) -> HttpResponse:
        together.wait(5)
        name = threading.current_thread().name.rpartition("_")[0]
        seen[name] = seen.get(name, 0) + 1
        return HttpResponse()

    paths = ["/api/v1/rooms/7/messages/", "/rooms/7/messages/"] * (http_threads.posting.most // 2)
    await asyncio.gather(*(Line(view, path, method="POST").ask() for path in paths))
    assert seen == {"http-posting": http_threads.posting.most}
    assert threads_for({"path": "/rooms/7/read/", "method": "POST"}, io.BytesIO()) is http_threads.pages


async def test_rooms_are_read_where_nothing_else_is_done():
    for path in ("/rooms/7/", "/rooms/7/12/", "/rooms/7/messages/", "/api/v1/rooms/7/", "/api/v1/rooms/7/messages/"):
        assert threads_for({"path": path, "method": "GET"}, io.BytesIO()) is http_threads.rooms
    for path in ("/rooms/7/members/", "/api/v1/rooms/", "/search/"):
        assert threads_for({"path": path, "method": "GET"}, io.BytesIO()) is http_threads.pages
    assert threads_for({"path": "/api/v1/rooms/7/", "method": "PATCH"}, io.BytesIO()) is http_threads.pages


async def test_nothing_of_one_request_is_left_for_the_next():
    def leaves(_request: HttpRequest) -> HttpResponse:
        translation.activate("zh-hans")
        structlog.contextvars.bind_contextvars(request_id="17")
        return HttpResponse()

    def finds(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{translation.get_language()} {structlog.contextvars.get_contextvars()}")

    for _request in range(2 * http_threads.pages.most):
        await Line(leaves).ask()
        assert (await Line(finds).ask()).content == b"en {}"


async def test_a_long_answer_is_read_while_it_is_sent_and_its_threads_are_no_pages():
    on: set[str] = set()

    def pieces():
        for _piece in range(8):
            on.add(threading.current_thread().name)
            yield b"x" * 65_536

    line = await Line(lambda _request: StreamingHttpResponse(pieces())).ask()
    assert len(line.content) == 8 * 65_536
    assert len(on) == 1 and not on.pop().startswith("http")


async def test_slow_readers_hold_up_no_page():
    slow = [Line(lambda _request: stream(64 * SMALL)) for _reader in range(2 * http_threads.pages.most)]
    for line in slow:
        line.reads.clear()
    reading = [asyncio.create_task(line.ask()) for line in slow]
    assert (await asyncio.wait_for(Line(lambda _request: HttpResponse("page")).ask(), 10)).content == b"page"
    for line in slow:
        line.reads.set()
    await asyncio.gather(*reading)
    assert all(len(line.content) == 64 * SMALL for line in slow)


async def test_who_hangs_up_is_sent_no_more_and_the_file_is_closed():
    file = io.BytesIO(b"x" * 64 * SMALL)
    line = Line(lambda _request: FileResponse(file))
    original = line.send

    async def send(message: dict) -> None:
        await original(message)
        if len(line.sent) == 3:
            line.gone.set()
            await asyncio.sleep(0.01)

    line.send = send  # type: ignore[method-assign]
    await line.ask()
    assert len(line.content) < 64 * SMALL
    assert file.closed


async def test_a_small_file_is_one_answer():
    line = await Line(lambda _request: FileResponse(io.BytesIO(b"x" * 1000))).ask()
    assert len(line.sent) == 2 and line.content == b"x" * 1000


@pytest.mark.parametrize("status", [200, 304])
async def test_head_and_not_modified_read_no_file(status):
    def pieces():
        raise AssertionError("nobody asked for the content")
        yield b""

    method = "HEAD" if status == 200 else "GET"
    line = Line(lambda _request: StreamingHttpResponse(pieces(), status=status), method=method)
    assert (await line.ask()).content == b""


async def test_a_request_whose_peer_has_gone_is_not_begun(monkeypatch):
    monkeypatch.setattr(http_threads, "PATIENCE", 0.01)
    free, begun = threading.Event(), []

    def busy(_request: HttpRequest) -> HttpResponse:
        free.wait(20)
        return HttpResponse()

    def abandoned(_request: HttpRequest) -> HttpResponse:
        begun.append(1)
        return HttpResponse()

    others = [asyncio.create_task(Line(busy).ask()) for _thread in range(http_threads.pages.most)]
    await asyncio.sleep(0)
    line = Line(abandoned)
    line.gone.set()
    await asyncio.wait_for(line.ask(), 10)
    free.set()
    await asyncio.gather(*others)
    assert not line.sent and not begun


async def test_what_waits_for_a_file_is_no_page():
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n\r\n--x--'
    kinds = {
        ("/rooms/1/", b""): http_threads.rooms,
        ("/rooms/1/messages/", form % b""): http_threads.posting,
        ("/rooms/1/messages/", form % b"a.png"): http_threads.waiting,
        ("/files/1/", b""): http_threads.waiting,
        ("/health", b""): http_threads.probes,
    }
    for (path, body), lane in kinds.items():
        scope = {"path": path, "method": "POST" if body else "GET"}
        assert threads_for(scope, await bodies.read(Line(lambda _r: None, body=body).receive)) is lane
