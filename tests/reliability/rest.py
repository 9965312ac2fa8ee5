"""REST, by a small HTTP client on asyncio streams, and the tokens of one session."""

import asyncio
import base64
import contextlib
import json
import ssl
import time
import urllib.parse
from typing import Any

ANSWER_SECONDS = 10.0
RETRIED = {429, 500, 502, 503, 504}
SOON_SECONDS = 20.0
"""An access token that ends so soon is renewed before it is used for a socket."""


class Problem(Exception):
    """An answer that is no success: `status`, the `code` of the problem document, and `retry_after` in seconds where it says so."""

    def __init__(self, what: str, status: int, body: Any) -> None:
        body = body if isinstance(body, dict) else {}
        super().__init__(f"{what} is answered with {status} {body}")
        self.status = status
        self.code = str(body.get("code", ""))
        self.retry_after: float | None = body.get("retry_after")


class Unreachable(Exception):
    """No whole answer came."""


async def call(
    base: str, method: str, path: str, body: Any = None, *, token: str = "", seconds: float = ANSWER_SECONDS
) -> Any:
    """The JSON that answers, None where there is none. Raises Problem, Unreachable.

    `path` is below `/api/v1/`, or an address as lists give in `next`, of which host and scheme are not used.
    """
    content = b"" if body is None else json.dumps(body).encode()
    what, kind = f"{method} {path}", "application/json" if content else ""
    status, answered = await spoken(base, method, _target(base, path), content, kind, token, seconds)
    return read(what, base, status, answered)


def read(what: str, base: str, status: int, content: bytes) -> Any:
    """The JSON that an answer holds. Raises Problem, Unreachable."""
    try:
        answer = json.loads(content) if content else None
    except ValueError:
        answer = None
        if status < 300:
            raise Unreachable(f"{what} at {base}: an answer that is no JSON") from None
    if not 200 <= status < 300:
        raise Problem(what, status, answer)
    return answer


def _target(base: str, path: str) -> str:
    if path.startswith(("http://", "https://")):
        asked = urllib.parse.urlsplit(path)
        return f"{asked.path}?{asked.query}"
    return f"{urllib.parse.urlsplit(base).path}/api/v1/{path}"


async def spoken(
    base: str, method: str, target: str, content: bytes, kind: str, token: str, seconds: float = ANSWER_SECONDS
) -> tuple[int, bytes]:
    """Status and content of the answer to `content`, which is of the `kind` of Content-Type. Raises Unreachable."""
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(base, method, target, content, kind, token)
    except (OSError, TimeoutError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
        raise Unreachable(f"{method} {target} at {base}: {error!r}") from error


async def _exchange(base: str, method: str, target: str, content: bytes, kind: str, token: str) -> tuple[int, bytes]:
    address = urllib.parse.urlsplit(base)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {address.netloc}", "Accept: application/json", "Connection: close"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Length: {len(content)}"] if content or method not in ("GET", "DELETE") else []
    is_secure = address.scheme == "https"
    port = address.port or (443 if is_secure else 80)
    reader, writer = await asyncio.open_connection(
        address.hostname, port, ssl=ssl.create_default_context() if is_secure else None
    )
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()
        return await _answer(reader)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and content of an HTTP/1.1 answer. Raises EOFError (IncompleteReadError), ValueError."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    if headers.get("transfer-encoding", "").lower() == "chunked":
        content = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            content += (await reader.readexactly(size + 2))[:-2]
        return status, content
    if "content-length" in headers:
        return status, await reader.readexactly(int(headers["content-length"]))
    return status, b"" if status == 204 else await reader.read()


class Session:
    """One sign-in of one person: an access token that is renewed when it is over, by signing in again where the session ended.

    `bases` are tried in turn where one cannot be reached.
    """

    def __init__(self, bases: list[str], name: str, password: str = "", access: str = "", refresh: str = "") -> None:
        self.bases, self.name, self.password = bases, name, password
        self.access, self.refresh = access, refresh
        self.sign_ins = 0
        """How often a sign-in of its own took the place of the one before, which lives on for who opened a socket by it."""
        self._renewing = asyncio.Lock()

    async def sign_in(self, base: str | None = None) -> None:
        """Raises Problem, Unreachable."""
        asked = {"username": self.name, "password": self.password}
        tokens = await call(base or self.bases[0], "POST", "auth/token/", asked)
        self.access, self.refresh = tokens["access"], tokens["refresh"]
        self.sign_ins += 1

    async def renew(self, base: str | None = None) -> None:
        """A new access token: by the refresh token, else by signing in. Raises Problem (401: neither works), Unreachable."""
        worn = self.access
        async with self._renewing:
            if self.access != worn:
                return  # somebody else did it meanwhile
            try:
                if self.refresh:
                    asked = {"refresh": self.refresh}
                    tokens = await call(base or self.bases[0], "POST", "auth/token/refresh/", asked)
                    self.access, self.refresh = tokens["access"], tokens["refresh"]
                    return
            except Problem as problem:
                if problem.status != 401 or not self.password:
                    raise
            await self.sign_in(base)

    async def sign_out(self, base: str | None = None) -> None:
        """Ends the session: told to the server until it says that it is over. The tokens are kept, to knock with. Raises as `patiently`."""
        try:
            await self.patiently("POST", "auth/logout/", base=base, renew=False)
        except Problem as problem:
            if problem.status != 401:  # the answer to an earlier try was lost
                raise

    @property
    def ends_soon(self) -> bool:
        """Whether the access token is over within 20 s, by its `exp`."""
        with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
            claims = self.access.split(".")[1]
            return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"] < (
                time.time() + SOON_SECONDS
            )
        return False

    async def call(
        self, method: str, path: str, body: Any = None, *, base: str | None = None, renew: bool = True
    ) -> Any:
        """As `call`, signed in. Raises Problem, Unreachable."""
        base = base or self.bases[0]
        try:
            return await call(base, method, path, body, token=self.access)
        except Problem as problem:
            if problem.status != 401 or not renew:
                raise
        await self.renew(base)
        return await call(base, method, path, body, token=self.access)

    async def patiently(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        base: str | None = None,
        renew: bool = True,
        seconds: float = 60.0,
    ) -> Any:
        """As `call`, again and again at one base after the other until there is a definite answer. Raises Problem; Unreachable after `seconds`."""
        end, tried = time.monotonic() + seconds, 0
        bases = [base, *self.bases] if base else self.bases
        while True:
            pause = 0.2
            try:
                return await self.call(method, path, body, base=bases[tried % len(bases)], renew=renew)
            except Problem as problem:
                if problem.status not in RETRIED or time.monotonic() > end:
                    raise
                pause = problem.retry_after or pause
            except Unreachable:
                if time.monotonic() > end:
                    raise
            tried += 1
            await asyncio.sleep(pause)

    async def pages(self, path: str) -> list[Any]:
        """All results of a list that comes in pages of `next`. Raises as `patiently`."""
        found: list[Any] = []
        next_page: str | None = path
        while next_page:
            answer = await self.patiently("GET", next_page)
            found += answer["results"]
            next_page = answer.get("next")
        return found
