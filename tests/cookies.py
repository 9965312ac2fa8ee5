"""A browser as far as the cookie goes: it signs in and out by the pages' forms, and opens a socket as a page does."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

from websockets.asyncio.client import ClientConnection, connect

from tests.server import Server
from tests.stranger.page import WAIT


class Browser:
    """Signed in by one cookie, which each of `servers` is shown (they differ by their port, which a cookie does not know)."""

    def __init__(self, servers: list[Server]):
        self.servers = servers
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def sign_in(self, name: str, password: str) -> None:
        self._submit("/accounts/login/", login=name, password=password)
        assert self.is_in() == [True] * len(self.servers)

    def sign_out(self) -> None:
        self._submit("/accounts/logout/")

    def is_in(self) -> list[bool]:
        """Whether the profile opens, at each server: who is not in lands on the page to sign in."""
        return [self._get(server.url + "/profile/")[0].endswith("/profile/") for server in self.servers]

    async def socket(self, server: Server) -> ClientConnection:
        """A socket by the cookie, beyond its `hello`."""
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        socket = await connect(
            "ws" + server.url.removeprefix("http") + "/ws/",
            additional_headers={"Cookie": cookie},
            origin=server.env["SITE_URL"],
            proxy=None,
            max_queue=None,  # else one that nobody reads does not see its closing
        )
        await socket.recv()
        return socket

    def _get(self, url: str) -> tuple[str, str]:
        with self.opener.open(url, timeout=WAIT) as answer:
            return answer.geturl().partition("?")[0], answer.read().decode()

    def _submit(self, path: str, **fields: str) -> None:
        url = self.servers[0].url + path
        _url, html = self._get(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html).group(1)
        data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        with self.opener.open(url, data, timeout=WAIT) as answer:
            answer.read()
