"""Whatever is sent to a form, an address or a command: a clear answer, no trace, and nothing written where it was refused."""

import json
import re
from urllib.parse import urlencode

import pytest

from tests.verdicts import calls, inputs
from tests.verdicts.calls import Cell, Door, arguments, browser_of
from tests.verdicts.routes import Line, lines, routes
from tests.verdicts.test_routes import command_letter
from tests.verdicts.world import tried

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes()}
LINES = [line for line in lines() if not line.variant]
READABLE = [
    line for line in LINES if line.method == "GET" and line.name in ROUTES and not line.name.startswith("admin:")
]


def state_of(line: Line) -> str:
    return "public" if "public" in line.verdicts else ""


def able(line: Line) -> list[str]:
    return [person for person, letter in line.verdicts[state_of(line)].items() if letter == "o"]


TAKING_JSON = [line for line in LINES if f"{line.method} {line.name}" in calls.JSON and able(line)]
TAKING_FORMS = [line for line in LINES if line.method == "POST" and line.name in calls.FORMS]
COMMANDS = [line for line in LINES if line.method == "SOCKET" and line.name != "ping"]
TRACE = re.compile(rb"Traceback|File &quot;|\.py&quot;|/site-packages/")
ANSWERED_AGAIN = ("account_", "mfa_")
"""allauth draws a form that it refused with 200."""


def cell_of(world, line: Line) -> Cell:
    """One who may, with the most rights."""
    may = able(line)
    return Cell(
        world, line, next((person for person in ("owner", "member", *may) if person in may), "owner"), state_of(line)
    )


def wrong(answer, changed: bool, refused: bool, *, again: bool = False) -> str:
    """ "" if the answer is a good one, else why it is not; `changed` is whether anything was written."""
    if answer.status_code >= 500 or TRACE.search(answer.content):
        return f"{answer.status_code} {answer.content[:200]!r}"
    if answer.status_code < 400:
        return "was taken" if refused and (changed or not again) else ""
    if answer.headers["Content-Type"].startswith("application/problem+json") and not _has_sentence(answer.content):
        return f"no sentence: {answer.content[:100]!r}"
    return "something was written" if changed else ""


def _has_sentence(content: bytes) -> bool:
    try:
        document = json.loads(content)
    except ValueError:
        return False
    return bool(document["code"] and document["detail"])


EDITING = {"PATCH api_message", "POST message_edit", "SOCKET message.edit"}
TAKEN_ALL_THE_SAME = {(line, f"body: {what}") for line in EDITING for what in ("blank", "full-width spaces")}
"""Each of the world's messages carries a picture, which needs no words."""


@pytest.mark.parametrize("line", TAKING_JSON, ids=str)
def test_the_api_refuses_it(world, line):
    route, cell, found = ROUTES[line.name], cell_of(world, line), []
    body = calls.JSON[f"{line.method} {line.name}"]
    with tried():
        body = body(cell) if callable(body) else body
    access = world.access.get(cell.person)
    client = Door(headers={"Authorization": f"Bearer {access}"} if access else {})
    for what, text, refused in inputs.json_bodies(body):
        refused = refused and (str(line), what) not in TAKEN_ALL_THE_SAME
        with tried() as watch:
            path = route.path.format(**arguments(route, cell))
            answer = client.generic(line.method, path, text, content_type="application/json")
            if why := wrong(answer, watch.wrote(world), refused):
                found.append(f"{what}: {why}")
    with tried():
        answer = client.generic(line.method, path, "name=a", content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 415
    assert not found, "\n".join(found)


@pytest.mark.parametrize("line", TAKING_FORMS, ids=str)
def test_forms_refuse_it(world, line):
    route, cell, found = ROUTES[line.name], cell_of(world, line), []
    fields = calls.FORMS[line.name]
    fields = fields(cell) if callable(fields) else fields
    path, client = route.path.format(**arguments(route, cell)), browser_of(cell)
    again = line.name.startswith(ANSWERED_AGAIN)
    for what, data, refused in inputs.forms(fields):
        refused = refused and (str(line), what) not in TAKEN_ALL_THE_SAME
        with tried() as watch:
            if why := wrong(client.post(path, data), watch.wrote(world), refused, again=again):
                found.append(f"{what}: {why}")
    for what, text in (
        ("1 MB", urlencode(fields | {"more": "x" * 1_000_000})),
        ("half of a pair", "%ED%A0%80=%ED%A0%80&a=%"),
        ("no form", "\0{"),
    ):
        with tried() as watch:
            answer = client.post(path, text, content_type="application/x-www-form-urlencoded")
            if why := wrong(answer, watch.wrote(world), what == "1 MB", again=again):
                found.append(f"{what}: {why}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("line", COMMANDS, ids=str)
def test_commands_refuse_it(world, line):
    cell, found = cell_of(world, line), []
    for what, given, refused in inputs.objects(calls.COMMANDS[line.name](cell)):
        refused = refused and (str(line), what) not in TAKEN_ALL_THE_SAME
        if any(word in what for word in ("NUL", "half of a pair")):
            continue  # the envelope's business: tests/engine/test_frames.py
        with tried() as watch:
            said = command_said(cell, given)
            if said == "internal" or (said == "o" and refused):
                found.append(f"{what}: {said}")
            elif said != "o" and watch.wrote(world):
                found.append(f"{what}: {said}, and something was written")
    assert not found, "\n".join(found)


def command_said(cell: Cell, given: dict) -> str:
    from chatsite.realtime.envelope import Malformed

    try:
        return command_letter(cell, given)[0]
    except Malformed:
        return "i"


@pytest.mark.parametrize("line", READABLE, ids=str)
def test_addresses_bear_it(world, line):
    """Bad questions, and bad arguments in the path."""
    route, cell, found = ROUTES[line.name], cell_of(world, line), []
    given = {name: str(value) for name, value in arguments(route, cell).items()}
    # allauth's pages and the probes ask for nothing but `next`.
    asking = (
        inputs.QUERIES
        if route.view.__module__.startswith(("rooms.", "messaging.", "accounts."))
        else inputs.QUERIES[-5:]
    )
    queries = [query for query in asking if line.name != "docs" or query != inputs.MANY]
    bad = [route.path.format(**given) + query for query in queries]
    bad += [route.path.format(**given | {name: value}) for name in given for value in inputs.PATHS]
    access = world.access.get(cell.person)
    client = Door(headers={"Authorization": f"Bearer {access}"}) if route.path.startswith("/api/") else browser_of(cell)
    for path in bad:
        with tried() as watch:
            answer = client.generic("GET", path)
            if answer.streaming or (why := wrong(answer, watch.wrote(world), False)):
                found.append(f"{path[:120]}: {why}")
    assert not found, "\n".join(found)


def test_other_methods_bear_bad_arguments(world):
    """The arguments of addresses that only take something."""
    found = []
    for line in LINES:
        if (
            line.method in ("POST", "PUT", "PATCH", "DELETE")
            and line.name in ROUTES
            and not line.name.startswith("admin:")
        ):
            route, cell = ROUTES[line.name], cell_of(world, line)
            given = {name: str(value) for name, value in arguments(route, cell).items()}
            for name in given:
                for value in ("%00", "1" + "0" * 30, "0", "x" * 5000):
                    with tried() as watch:
                        why = wrong(calls.send(route, cell, given | {name: value}), watch.wrote(world), False)
                        found += [f"{line} {name}={value[:40]}: {why}"] * bool(why)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer \x7f", "Bearer a.b.c", "Bearer " + "x" * 9000, "Basic YTpi", "Bearer é"]
)
def test_bad_tokens_are_no_tokens(world, header):
    with tried():
        answer = Door(headers={"Authorization": header}).get("/api/v1/users/me/")
        assert answer.status_code == 401
        assert json.loads(answer.content)["code"] == "unauthenticated"


@pytest.mark.parametrize("value", ["", "a\0b", "x" * 4000, "../../etc"])
def test_bad_cookies_are_nobodys(world, value):
    client = Door()
    client.cookies["sessionid"] = value
    with tried():
        assert client.get("/profile/").status_code == 302
        assert client.get("/api/v1/users/me/").status_code == 401


@pytest.mark.parametrize("body", inputs.LINKS)
def test_no_link_runs_anything(world, body):
    """What was written may be shown as text; it is no link, no attribute and no element that does anything."""
    with tried():
        cell = cell_of(world, next(line for line in LINES if str(line) == "POST api_room_messages"))
        room = cell.room.pk
        program = Door(headers={"Authorization": f"Bearer {world.access[cell.person]}"})
        made = program.post(f"/api/v1/rooms/{room}/messages/", {"body": body}, content_type="application/json")
        assert made.status_code == 201
        row = program.get(f"/api/v1/messages/{json.loads(made.content)['id']}/")
        page = browser_of(cell).get(f"/rooms/{room}/").content.decode()
        for html in (json.loads(row.content)["html"], page):
            assert not re.search(
                r"""<[a-z]+[^>]*\s(href|src|action)\s*=\s*["']?\s*(javascript|data:text|vbscript)""",
                html,
                re.IGNORECASE,
            )
            assert not re.search(r"<[a-z]+[^>]*\s(onerror|onmouseover)\s*=", html)
            assert "<script>alert" not in html
