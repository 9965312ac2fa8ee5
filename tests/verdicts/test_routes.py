"""Every route, method and command against every person: the table says what comes, and what is refused writes nothing."""

import re

import pytest
from django.test.client import ClientHandler

from accounts import sockets
from chatsite.errors import socket_error
from chatsite.realtime.commit import commit
from chatsite.realtime.envelope import Command, payload
from chatsite.realtime.errors import Unauthenticated
from messaging.commands import COMMANDS, Asker
from tests.commands import service_of
from tests.verdicts import calls
from tests.verdicts.calls import Cell, arguments, elsewhere, send
from tests.verdicts.routes import Line, lines, routes
from tests.verdicts.table import PEOPLE
from tests.verdicts.world import tried

pytestmark = pytest.mark.django_db

ROUTES = list(routes())
LINES = lines()
WRITING = {name for name, act in COMMANDS.items() if act.writes}
STRANGERS = {"outsider", "guest_outside", "colleague", "banned"}
"""Of whom it is looked at whether they can tell what is hidden from what is not there: one of each kind."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LETTERS = {
    400: "i",
    401: "s",
    403: "f",
    404: "n",
    405: "method not allowed",
    409: "conflict",
    413: "too large",
    429: "too fast",
}
CODES = {"invalid": "i", "unauthenticated": "s", "forbidden": "f", "not_found": "n"}
SIGN_IN = re.compile(r"^/(accounts|admin)/login/\?next=")
VARIABLE = re.compile(
    rb'"request_id":\s*"\w+"|nonce="[^"]+"|name="csrfmiddlewaretoken" value="\w+"|Request \w+|(?<=<code>)\w{16}(?=</code>)'
)


def letter(answer, route) -> str:
    """What an HTTP answer says, as the table writes it."""
    if answer.status_code in (301, 302):
        if SIGN_IN.match(answer["Location"]):
            return "s"
        if answer["Location"] == "/admin/" and "object_id" in route.arguments:
            return "n"  # the admin's way to say it
    return LETTERS.get(answer.status_code, "o" if answer.status_code < 400 else str(answer.status_code))


def command_letter(cell: Cell, given: dict) -> tuple[str, object]:
    """What a command is answered, as the consumer runs it; and the answer."""
    if cell.user is None:
        with pytest.raises(Unauthenticated):
            sockets.who({"type": "websocket", "path": "/ws/", "query_string": b"", "headers": []})
        return "s", None
    if cell.line.name == "ping":
        return "o", None
    act = COMMANDS[cell.line.name]
    asked = payload(Command("6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11", cell.line.name, given), act.shape)
    try:
        answer = commit(service_of(act), Asker(cell.user, ""), asked, "6f1f0e0a-6b7e-4f5e-9c58-0d3f5a1f3c11")
    except Exception as error:  # noqa: BLE001 - what a socket says to it is looked at, an unexpected one too
        refusal = socket_error(error)
        return CODES.get(refusal["code"], refusal["code"]), refusal
    if isinstance(error := (answer.get("rooms") or [{}])[0].get("error"), Exception):
        return CODES[socket_error(error)["code"]], socket_error(error)
    return "o", answer


def told(answer) -> tuple:
    """An answer without what differs between any two."""
    headers = {
        name: value
        for name, value in answer.items()
        if name not in ("X-Request-ID", "Content-Security-Policy", "Content-Length")
    }
    return answer.status_code, headers, VARIABLE.sub(b"", answer.content)


def is_as(said: str, expected: str) -> bool:
    return said == {"-": "o"}.get(expected, expected) or (expected == "x" and said in "fn")


def try_route(route, cell: Cell, expected: str) -> str:
    """ "" if the cell holds, else what is wrong."""
    given = arguments(route, cell)
    with tried() as watch:
        answer = send(route, cell, given)
        said = letter(answer, route)
        wrote = (expected != "o" or cell.line.method == "GET") and watch.wrote(cell.world)
    if not is_as(said, expected):
        return f"{said} instead of {expected}"
    if wrote:
        return f"{said}, and something was written"
    unknown = elsewhere(route, given)
    if said == "n" and unknown != given and cell.person in STRANGERS:
        with tried():
            other = send(route, cell, unknown)
        if told(other) != told(answer):
            return "the foreign can be told from the unknown"
    return ""


def try_command(cell: Cell, expected: str) -> str:
    given = calls.COMMANDS[cell.line.name](cell)
    with tried() as watch:
        said, answer = command_letter(cell, given)
        wrote = (said != "o" or cell.line.name not in WRITING) and watch.wrote(cell.world)
    if said != expected:
        return f"{said} instead of {expected}"
    if wrote:
        return f"{said}, and something was written"
    if said == "n" and command_letter(cell, _to_nowhere(given))[1] != answer:
        return "the foreign can be told from the unknown"
    return ""


def _to_nowhere(given: dict) -> dict:
    if "rooms" in given:
        return given | {"rooms": [one | {"room": calls.NOWHERE} for one in given["rooms"]]}
    return given | {name: calls.NOWHERE for name in ("room", "message") if name in given}


def both(line: Line):
    """Programs' doors are tried on both databases. The pages and the admin ask the same services and querysets, and are tried on one."""
    is_program = line.method == "SOCKET" or line.name.startswith("api_")
    return pytest.param(line, marks=[] if is_program else [pytest.mark.once], id=str(line))


@pytest.mark.parametrize("line", [both(line) for line in LINES])
def test_everybody_gets_the_verdict_of_the_table(world, line: Line):
    wrong = []
    named = [route for route in ROUTES if line.is_of(route.name)] if line.method != "SOCKET" else [None]
    assert named, "This line is of no route."
    for route in named:
        for state, verdicts in line.verdicts.items():
            for person in PEOPLE:
                cell = Cell(world, line, person, state)
                found = try_route(route, cell, verdicts[person]) if route else try_command(cell, verdicts[person])
                if found:
                    wrong.append(f"{route.name if route else line.name} {state} {person}: {found}")
    assert not wrong, "\n".join(wrong)


def test_every_command_has_a_line():
    assert {line.name for line in LINES if line.method == "SOCKET"} == {*COMMANDS, "ping"}


@pytest.mark.once
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.name} {route.path}")
def test_every_route_has_lines_and_no_method_without_one(world, route):
    mine = [line for line in LINES if line.method != "SOCKET" and line.is_of(route.name)]
    assert mine, "This route has no line in the table."
    for method in METHODS:
        if method not in {line.method for line in mine}:
            with tried() as watch:
                cell = Cell(world, Line(method, route.name, "", {}), "owner", "public")
                answer = _plain(route, cell)
                assert answer.status_code in (403, 404, 405) or _is_of_others(route), (method, answer.status_code)
                assert not watch.wrote(world)


def _is_of_others(route) -> bool:
    """Views of Django's admin and of allauth take any method as a GET, or as an empty POST."""
    return route.name.startswith("admin:") or route.view.__module__.startswith("allauth.")


def _plain(route, cell: Cell):
    path, method = route.path.format(**arguments(route, cell)), cell.line.method.lower()
    client = calls.browser_of(cell)
    if route.path.startswith("/api/"):
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {cell.world.access['owner']}"
    return getattr(client, method)(path)


def test_no_form_works_without_its_token(world):
    """Cross-site forms: each page that takes one refuses it without ours, whoever is signed in."""
    for route in ROUTES:
        if not route.path.startswith("/api/") and any(
            line.method == "POST" and line.is_of(route.name) for line in LINES
        ):
            cell = Cell(world, Line("POST", route.name, "", {}), "owner", "public")
            client = calls.browser_of(cell)
            client.handler = ClientHandler(enforce_csrf_checks=True)
            with tried() as watch:
                answer = client.post(route.path.format(**arguments(route, cell)), {})
                assert answer.status_code == 403, route.name
                assert not watch.wrote(world), route.name
