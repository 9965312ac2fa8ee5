"""Words that some must never get to see, put where they could leak from; and every address at which somebody could look for them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message
from rooms import services as rooms
from rooms.services import epoch
from tests.verdicts.calls import Cell, Door, arguments, browser_of
from tests.verdicts.routes import Line, Route, routes
from tests.verdicts.world import World, say

INSIDE = frozenset({"guest", "member", "room_moderator", "moderator", "owner"})
MODERATING = frozenset({"moderator", "admin", "owner", "superuser"})


@dataclass(frozen=True)
class Canary:
    """A word, and who may see it; those `in_admin` see it there alone."""

    word: str
    entitled: frozenset[str]
    in_admin: frozenset[str] = frozenset()

    def is_for(self, person: str, path: str) -> bool:
        return person in self.entitled or (person in self.in_admin and path.startswith("/admin/"))


@dataclass
class Planted:
    """The canaries by name, and the messages that could betray them."""

    canaries: dict[str, Canary]
    messages: dict[str, list[Message]]


def word() -> str:
    return f"canary{uuid.uuid4().hex}"


def plant(world: World) -> Planted:
    """Hide the words. `early` is written again after the others joined: an edit and a reaction show it to nobody new."""
    owner, member, private = world.people["owner"], world.people["member"], world.rooms["private"]
    words = {name: word() for name in ("early", "deleted", "former", "name", "topic", "body", "title", "attached")}
    early = world.messages["joined"]
    commit(messages.edit_message, owner, early.pk, body=words["early"], edited_at=None)
    commit(messages.add_reaction, owner, early.pk, emoji="🎉")
    late = say(owner, world.rooms["joined"], "An answer to what was said before.", reply_to=early.pk)
    gone = say(member, world.rooms["public"], words["former"])
    answer = say(owner, world.rooms["public"], "An answer to what is deleted.", reply_to=gone.pk)
    commit(messages.edit_message, member, gone.pk, body=words["deleted"], edited_at=None)
    commit(messages.delete_message, member, gone.pk)
    secret = say(member, private, words["body"], title=words["title"])
    quoting = say(owner, private, "An answer.", reply_to=secret.pk)
    commit(rooms.change_room, owner, private, name=words["name"], topic=words["topic"])
    entitled = {
        "early": Canary(words["early"], frozenset({"owner"})),
        "deleted": Canary(words["deleted"], frozenset()),
        "former": Canary(words["former"], frozenset()),
        "name": Canary(words["name"], INSIDE, frozenset({"superuser"})),
        "topic": Canary(words["topic"], INSIDE, frozenset({"superuser"})),
        "body": Canary(words["body"], INSIDE),
        "title": Canary(words["title"], INSIDE),
        "invitation": Canary(world.invitations["private"].code, frozenset({"room_moderator", "moderator", "owner"})),
        "address": Canary("tess@example.org", frozenset(), MODERATING),
    }
    return Planted(entitled, {"joined": [early, late], "public": [gone, answer], "private": [secret, quoting]})


# --- Where to look -------------------------------------------------------------------------------------------------


def addresses(world: World, planted: Planted, person: str) -> Iterator[str]:
    """Every page and API address, filled in with what could betray something, and with the questions that can be put to it."""
    for route in routes():
        if route.view.__module__.startswith("allauth.") and route.name != "account_email":
            continue  # in their frame is what is in every page's; one of them shows it
        cell = Cell(world, Line("GET", route.name, "", {}), person, "private")
        if "room_id" not in route.arguments and "message_id" not in route.arguments:
            yield route.path.format(**arguments(route, cell))
            continue
        for state, found in planted.messages.items():
            yield from _in_room(route, Cell(world, cell.line, person, state), found)
    yield from (
        "/api/v1/rooms/?discover=1",
        f"/w/{world.house.pk}/discover/?q=canary",
        f"/w/{world.house.pk}/members/?q=tess",
        "/api/v1/users/?q=tess",
    )


def _in_room(route: Route, cell: Cell, found: list[Message]) -> Iterator[str]:
    for message in found if {"message_id", "seq"} & set(route.arguments) else found[:1]:
        given = arguments(route, cell) | {"message_id": message.pk, "seq": message.seq}
        path = route.path.format(**given)
        yield path
        yield from (path + query for query in _queries(route.name, message))


def _queries(name: str, message: Message) -> list[str]:
    number = message.seq
    match name:
        case "room":
            return [f"?reply={message.pk}", f"?before={number + 2}", "?after=0"]
        case "messages":
            return ["?after=0", f"?before={number + 2}", f"?around={number}"]
        case "api_room_messages":
            return [
                "?after=0",
                f"?before={number + 2}",
                f"?around={number}",
                f"?thread={message.pk}",
                f"?thread={message.pk + 1}",
            ]
        case "api_room_changes":
            return [f"?epoch={epoch()}&after={after}" for after in (0, message.event_seq - 1, message.event_seq)]
    return []


def looked(world: World, person: str, path: str) -> bytes:
    """All bytes of the answers at `path`: page, API, the API's page for people, and what OPTIONS says."""
    if not path.startswith("/api/"):
        return _all_of(browser_of(Cell(world, Line("GET", "", "", {}), person, "")).get(path))
    access = world.access.get(person)
    program = Door(headers={"Authorization": f"Bearer {access}"} if access else {})
    answers = [program.get(path)]
    if ("/rooms/" in path or "/messages/" in path) and "?" not in path:
        answers.append(program.options(path))
        answers.append(program.get(path, headers={"Accept": "text/html"}))
    return b"".join(map(_all_of, answers))


def _all_of(answer) -> bytes:
    assert answer.status_code < 500, answer.content
    return repr(list(answer.items())).encode() + (b"" if answer.streaming else answer.content)
