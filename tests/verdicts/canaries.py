"""Words that some must never get to see, put where they could leak from; and every address at which somebody could look for them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.files import keeping
from messaging.models import Attachment, Message
from rooms import services as rooms
from rooms.services import epoch
from tests.background import run_tasks
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
    """The canaries by name, and what could betray them: messages by the state of their room, and files."""

    canaries: dict[str, Canary]
    messages: dict[str, list[Message]]
    files: list[int]


def word() -> str:
    return f"canary{uuid.uuid4().hex}"


WORDS = (
    "early", "deleted", "former", "dropped", "name", "topic", "body", "title", "answer", "file_name", "content", "draft", "direct",
)  # fmt: skip


def plant(world: World) -> Planted:
    """Hide the words. `early` is written again after the others joined: an edit and a reaction show it to nobody new."""
    owner, member, private = world.people["owner"], world.people["member"], world.rooms["private"]
    words = {name: word() for name in WORDS}
    early = world.messages["joined"]
    commit(messages.edit_message, owner, early.pk, body=words["early"], edited_at=None)
    commit(messages.add_reaction, owner, early.pk, emoji="🎉")
    late = say(owner, world.rooms["joined"], "An answer to what was said before.", reply_to=early.pk)
    gone, lost = _deleted(world, words)
    answer = Message.objects.get(reply_to=gone)
    secret, quoting = _secret(world, words)
    commit(rooms.change_room, owner, private, name=words["name"], topic=words["topic"])
    commit(messages.save_draft, member, private.pk, body=words["draft"])
    between, _is_new = commit(rooms.open_direct, member, [owner.pk])
    whispered = say(member, between, words["direct"])
    run_tasks()
    canaries = {name: Canary(words[name], INSIDE) for name in WORDS} | {
        "early": Canary(words["early"], frozenset({"owner"})),
        "deleted": Canary(words["deleted"], frozenset()),
        "former": Canary(words["former"], frozenset()),
        "dropped": Canary(words["dropped"], frozenset()),
        "draft": Canary(words["draft"], frozenset({"member"})),
        "direct": Canary(words["direct"], frozenset({"member", "owner"})),
        "invitation": Canary(world.invitations["private"].code, frozenset({"room_moderator", "moderator", "owner"})),
        "address": Canary("tess@example.org", frozenset(), MODERATING),
    }
    found = {"joined": [early, late], "public": [gone, answer], "private": [secret, quoting], "direct": [whispered]}
    return Planted(canaries, found, [*Attachment.objects.filter(message=secret).values_list("pk", flat=True), lost])


def _deleted(world: World, words: dict[str, str]) -> tuple[Message, int]:
    """A message of the public room that had another text and a file, and has neither; and the id of that file."""
    owner, member, public = world.people["owner"], world.people["member"], world.rooms["public"]
    file = _uploaded(member, "dropped.txt", words["dropped"])
    gone = say(member, public, words["former"], attachments=[file.pk])
    say(owner, public, "An answer to what is deleted.", reply_to=gone.pk)
    commit(messages.edit_message, member, gone.pk, body=words["deleted"], edited_at=None)
    commit(messages.delete_message, member, gone.pk)
    return gone, file.pk


def _secret(world: World, words: dict[str, str]) -> tuple[Message, Message]:
    """A thread of the private room, with a title and a file. Who was removed had all that one can have of it: it must be out of their sight."""
    owner, member, private = world.people["owner"], world.people["member"], world.rooms["private"]
    former = world.people["removed"]
    commit(rooms.add_member, owner, private, former)
    file = _uploaded(member, f"{words['file_name']}.txt", words["content"])
    body = f"{words['body']} for @{former.username}"
    secret = say(member, private, body, title=words["title"], attachments=[file.pk])
    quoting = say(owner, private, words["answer"], reply_to=secret.pk)
    commit(messages.pin_message, owner, secret.pk)
    for person in (former, member):
        commit(messages.save_message, person, secret.pk)
        commit(messages.change_following, person, secret.pk, following=True)
    commit(messages.save_draft, former, private.pk, body=f"About {words['title']}", thread=secret.pk)
    run_tasks()
    commit(rooms.remove_member, owner, private, former)
    return secret, quoting


def _uploaded(user, name: str, content: str) -> Attachment:
    return keeping.accept(user, SimpleUploadedFile(name, content.encode(), "text/plain"))


# --- Where to look -------------------------------------------------------------------------------------------------


SEARCHES = ("?q=canary", "?q=canary+has:file", "?q=for", "?q=From:me+canary")
QUESTIONS = {
    "search": SEARCHES,
    "api_search": SEARCHES,
    "direct_people": ("?q=the",),
    "api_my_threads": ("?unread=1",),
}
"""What can be asked at addresses that are of no room. The beginning of every word is no word."""


def addresses(world: World, planted: Planted, person: str) -> Iterator[str]:
    """Every page and API address, filled in with what could betray something, and with the questions that can be put to it."""
    for route in routes():
        if route.view.__module__.startswith("allauth.") and route.name != "account_email":
            continue  # in their frame is what is in every page's; one of them shows it
        cell = Cell(world, Line("GET", route.name, "", {}), person, "private")
        if "attachment_id" in route.arguments:
            yield from (route.path.format(attachment_id=file) for file in planted.files)
            continue
        if "room_id" not in route.arguments and "message_id" not in route.arguments:
            path = route.path.format(**arguments(route, cell))
            yield path
            yield from (path + query for query in QUESTIONS.get(route.name, ()))
            continue
        for state, found in planted.messages.items():
            of_state = Cell(world, cell.line, person, state if state in world.rooms else "private")
            yield from _in_room(route, of_state, found)
    yield from (
        "/api/v1/rooms/?discover=1",
        f"/w/{world.house.pk}/discover/?q=canary",
        f"/w/{world.house.pk}/members/?q=tess",
        "/api/v1/users/?q=tess",
        "/search/?q=canary",
        "/api/v1/search/?q=canary&limit=100",
    )


def _in_room(route: Route, cell: Cell, found: list[Message]) -> Iterator[str]:
    for message in found if {"message_id", "seq"} & set(route.arguments) else found[:1]:
        given = arguments(route, cell) | {"message_id": message.pk, "seq": message.seq, "room_id": message.room_id}
        path = route.path.format(**given)
        yield path
        yield from (path + query for query in _queries(route.name, message))


def _queries(name: str, message: Message) -> list[str]:
    number = message.seq
    match name:
        case "room":
            return [f"?reply={message.pk}", f"?before={number + 2}", "?after=0", f"?thread={message.pk}"]
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
