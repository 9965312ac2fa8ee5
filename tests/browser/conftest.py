"""A running Chatsite with Alice, who owns it, and Bob; and browsers for both."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from tests.cookies import Browser as CookieBrowser
from tests.prepared import copy_data
from tests.server import Server

PASSWORD = "a garden in november"
CAST = f"""
from accounts.services import people
from chatsite.realtime.commit import commit
from rooms import services
from accounts.models import User
from rooms.models import Room, Workspace
alice, workspace, room = User.objects.get(), Workspace.objects.get(), Room.objects.get()
bob = people.new_person(username="bob", password="{PASSWORD}", display_name="Bob Stone")
commit(people.add_person, bob)
commit(services.add_to_workspace, alice, workspace, user=bob)
commit(services.add_member, alice, room, user=bob)
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


class Place:
    """The server, and what is done to it behind the browsers' backs. Whose `cookies` are known is signed in already."""

    def __init__(self, server: Server, cookies: dict[str, list[dict]] | None = None) -> None:
        self.server, self.url, self.cookies = server, server.url, cookies or {}

    def populate(self) -> None:
        """Alice sets it up, and takes Bob in."""
        self.server.manage(
            "set_up",
            "--workspace",
            "Harbour",
            "--owner",
            "alice",
            "--email",
            "alice@example.org",
            stdin=PASSWORD + "\n",
        )
        self.run(CAST)

    def run(self, code: str) -> str:
        return self.server.manage("shell", "--no-imports", "-c", code)

    def act(self, call: str) -> None:
        """Calls a service of rooms, with `alice`, `bob` and `room` at hand: "remove_member, alice, room, user=bob"."""
        self.run(
            "from accounts.models import User\nfrom chatsite.realtime.commit import commit\nfrom rooms import services\n"
            "from rooms.models import Room\nroom = Room.objects.get()\n"
            'alice, bob = User.objects.get(username="alice"), User.objects.get(username="bob")\n'
            f"commit(services.{call})"
        )


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[dict]]]:
    """A data folder with Alice and Bob in it, both signed in, and their cookies; made once: each test begins with a copy."""
    server = Server(tmp_path_factory.mktemp("populated") / "data", {})
    copy_data(server.data, tables=True)
    Place(server).populate()
    server.start()
    cookies = {name: signed_in(server, name) for name in ("alice", "bob")}
    server.stop()
    return server.data, cookies


def signed_in(server: Server, name: str) -> list[dict]:
    """The cookies of somebody who signed in, as Playwright takes them."""
    browser = CookieBrowser([server])
    browser.sign_in(name, PASSWORD)
    return [{"name": one.name, "value": one.value, "domain": one.domain, "path": one.path} for one in browser.cookies]


@pytest.fixture
def place(running_server: Callable[..., Server], populated: tuple[Path, dict[str, list[dict]]]) -> Place:
    data, cookies = populated
    return Place(running_server(like=data), cookies)


class Person:
    """Somebody at a browser, in the room "general"."""

    def __init__(self, context: BrowserContext, place: Place, name: str, *, anew: bool = False) -> None:
        self.context, self.place, self.name = context, place, name
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: "Content Security Policy" in said.text and self.errors.append(said.text))
        if name in place.cookies and not anew:
            context.add_cookies(place.cookies[name])
        else:
            self.sign_in()
        self.page.goto(f"{place.url}/rooms/1/")

    def sign_in(self) -> None:
        self.page.goto(f"{self.place.url}/accounts/login/")
        self.page.fill("[name=login]", self.name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "login" not in url)

    def write(self, *lines: str) -> None:
        for words in lines:
            self.page.fill(".composer textarea", words)
            self.page.press(".composer textarea", "Enter")

    @property
    def read(self) -> list[str]:
        """What the messages say, in their order."""
        return self.page.locator("article.message[data-seq] .text").all_inner_texts()

    def sees(self, *lines: str, seconds: float = 20) -> None:
        """Waits until the last messages are these, each once, and nothing waits to be sent."""
        try:
            self._wait_for(lines, seconds)
        except TooLate as error:
            said = self.place.server.said()[-4000:]
            raise AssertionError(f"{self.name} reads {self.read}, not {list(lines)}. The server:\n{said}") from error
        expect(self.page.locator(".pending")).to_have_count(0)

    def _wait_for(self, lines: tuple[str, ...], seconds: float) -> None:
        self.page.wait_for_function(
            """wanted => {
                const read = [...document.querySelectorAll("article.message[data-seq] .text")].map(text => text.innerText.trim())
                return JSON.stringify(read.slice(-wanted.length)) === JSON.stringify(wanted)
            }""",
            arg=list(lines),
            timeout=seconds * 1000,
        )


@pytest.fixture
def person(chromium: Browser, place: Place) -> Iterator[Callable[..., Person]]:
    """Opens a browser for somebody of the cast, who is signed in, or signs in `anew`; options are those of Playwright's `new_context`."""
    everybody: list[Person] = []

    def open_browser(name: str, *, anew: bool = False, **options) -> Person:
        someone = Person(chromium.new_context(**options), place, name, anew=anew)
        everybody.append(someone)
        return someone

    yield open_browser
    for someone in everybody:
        someone.context.close()
    assert [error for someone in everybody for error in someone.errors] == []
