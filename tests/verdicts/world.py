"""The world in which verdicts are tried: four rooms, thirteen people, one of everything that a route can name."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client

from accounts import tokens
from accounts.models import AuditEntry, Session, User
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.files import keeping, tasks
from messaging.models import Attachment, Message, Report
from rooms import services as rooms
from rooms.models import Ban, Invitation, Role, Room, Workspace
from tests.cast import browser, house, person
from tests.messaging.files.made import picture
from tests.verdicts.table import PEOPLE, STATES

LAST_IN = {"guest", "member", "removed", "banned", "room_moderator", "moderator"}
"""Who came into the rooms after the owner."""
ROLES = {
    "guest": Role.GUEST, "guest_outside": Role.GUEST, "moderator": Role.MODERATOR, "admin": Role.ADMIN, "owner": Role.OWNER,
}  # fmt: skip


@dataclass
class World:
    """Everything by its name; `people["nobody"]` is None."""

    house: Workspace
    people: dict[str, User | None]
    tess: User
    nell: User
    rooms: dict[str, Room] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    bans: dict[str, Ban] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    uploads: dict[str, Attachment] = field(default_factory=dict)
    """Of each person, one that no message has claimed."""
    audited: AuditEntry | None = None
    browsers: dict[str, Client] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    others: dict[str, Session] = field(default_factory=dict)
    digest: list[tuple] = field(default_factory=list)


def build() -> World:
    """Make the world. Everything of it lies in the caller's transaction."""
    place = house()
    people = {name: _someone(name, place) for name in PEOPLE}
    world = World(place, people, tess=person("tess", place), nell=person("nell", place))
    owner = people["owner"]
    lobby = commit(rooms.create_room, owner, place, name="Lobby", kind="private")
    for user in (people["guest"], world.nell):
        commit(rooms.add_member, owner, lobby, user)
    for state in STATES:
        _furnish(world, state)
    outcast = person("outcast", place)
    world.bans["house"] = commit(rooms.ban_from_workspace, owner, place, outcast)
    world.invitations["house"] = commit(rooms.create_invitation, owner, place)
    world.audited = AuditEntry.objects.filter(actor=owner).last()
    commit(rooms.archive_room, owner, world.rooms["archived"])
    for name, user in people.items():
        _sign_in(world, name, user)
        if user:
            world.uploads[name] = keeping.accept(user, SimpleUploadedFile("waits.txt", b"tea"))
    world.digest = digest()
    return world


def _someone(name: str, place: Workspace) -> User | None:
    more = {"is_staff": name in ("moderator", "admin", "owner", "superuser"), "is_superuser": name == "superuser"}
    match name:
        case "nobody":
            return None
        case "outsider":
            return person(f"the_{name}", Workspace.objects.create(name="Elsewhere"))
        case "superuser":
            return person(f"the_{name}", **more)
        case _:
            return person(f"the_{name}", place, ROLES.get(name, Role.MEMBER), **more)


def _furnish(world: World, state: str) -> None:
    owner, member = world.people["owner"], world.people["member"]
    room = commit(
        rooms.create_room, owner, world.house, name=state.title(), topic="Tea",
        kind="private" if state == "private" else "public", history="joined" if state == "joined" else "shared",
    )  # fmt: skip
    early = say(owner, room, "from before the others", attachments=[_picture(owner)])
    for name in sorted(LAST_IN):
        commit(rooms.add_member, owner, room, world.people[name])
    commit(rooms.add_member, owner, room, world.tess)
    commit(rooms.change_member_role, owner, room, world.people["room_moderator"], role="moderator")
    later = say(member, room, "what the member says", attachments=[_picture(member)])
    commit(rooms.remove_member, owner, room, world.people["removed"])
    world.rooms[state] = room
    world.bans[state] = commit(rooms.ban_from_room, owner, room, world.people["banned"])
    world.invitations[state] = commit(rooms.create_invitation, owner, world.house, room=room)
    world.messages[state] = early if state == "joined" else later
    world.reports[state] = Report.objects.create(message=world.messages[state], reporter=world.tess, reason="spam")


def _picture(user: User) -> int:
    """A picture of `user` that waits for its message, with its thumbnail."""
    row = keeping.accept(user, SimpleUploadedFile("tea.png", picture()))
    tasks.make_thumbnail.call(row.pk)
    return row.pk


def say(user: User, room: Room, body: str, **more) -> Message:
    posted = commit(messages.post_message, user, room.pk, body=body, msg_id=str(uuid.uuid4()), **more)
    return Message.objects.get(pk=posted.id)


def _sign_in(world: World, name: str, user: User | None) -> None:
    world.browsers[name] = browser(user) if user else Client()
    if user:
        world.access[name] = tokens.issue(user)["access"]
        tokens.issue(user)
        world.others[name] = user.sessions.latest("created_at")


# --- Whether anything was written ----------------------------------------------------------------------------------


@dataclass
class Watch:
    """Sees every statement. Where all of them read, nothing was written; else the digests are compared."""

    may_have_written: bool = False

    def __call__(self, execute, sql, params, many, context):
        if not sql.lstrip("( ").startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.may_have_written = True
        return execute(sql, params, many, context)

    def wrote(self, world: World) -> bool:
        return self.may_have_written and digest() != world.digest


@contextmanager
def tried() -> Iterator[Watch]:
    """What happens within is watched, and did not happen afterwards."""
    limits._buckets.clear()
    watch = Watch()
    with transaction.atomic(), connection.execute_wrapper(watch):
        yield watch
        transaction.set_rollback(True)


UNWATCHED = {"Tries", "UsedTicket"}
"""Counts of attempts, which a refused attempt raises."""


def digest() -> list[tuple]:
    """Of each table: rows, sums of the numbers (heads and `user_seq` among them), lengths of the texts. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_digest_query())
        return cursor.fetchall()


@cache
def _digest_query() -> str:
    ours = [
        model
        for name in ("accounts", "rooms", "messaging", "admin", "account", "mfa")
        for model in apps.get_app_config(name).get_models()
    ]
    return " UNION ALL ".join(_of_table(model) for model in ours if model.__name__ not in UNWATCHED)


def _of_table(model: type[models.Model]) -> str:
    parts = []
    for one in model._meta.concrete_fields:
        column = connection.ops.quote_name(one.column)
        if isinstance(one, models.BooleanField):
            parts.append(f"sum(CASE WHEN {column} THEN 1 ELSE 0 END)")
        elif isinstance(one, models.CharField | models.TextField):
            parts.append(f"sum(length({column}))")
        elif (
            isinstance(one, models.IntegerField | models.AutoField | models.ForeignKey)
            and one.get_internal_type() != "UUIDField"
        ):
            parts.append(f"sum({column})" if _is_number(one) else f"count({column})")
        else:
            parts.append(f"count({column})")
    joined = " || ',' || ".join(f"coalesce({part}, 0)" for part in parts)
    return f"SELECT '{model._meta.db_table}', count(*), {joined} FROM {connection.ops.quote_name(model._meta.db_table)}"


def _is_number(one: models.Field) -> bool:
    while isinstance(one, models.ForeignKey):
        one = one.target_field
    return isinstance(one, models.IntegerField | models.AutoField)
