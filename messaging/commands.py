"""The table from socket command to service (`protocol.md`, section 5): shape of the payload, limit, room, act, ack."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from accounts import services as accounts
from accounts.models import User
from chatsite.realtime.connection import Connection
from chatsite.realtime.gathering import Gatherer
from chatsite.realtime.hub import hub
from messaging import reads, resume, services, watching
from messaging.posts import posts
from messaging.services.texts import require_uuid
from rooms.snapshot import rooms_of

MAX_ID = 2**63 - 1
Id = Annotated[int, Meta(ge=1, le=MAX_ID)]
Seq = Annotated[int, Meta(ge=0, le=MAX_ID)]
Bound = Annotated[int, Meta(ge=-MAX_ID, le=MAX_ID)]
Text = Annotated[str, Meta(max_length=65_536)]
NO_ROOM = 0


class Nothing(Struct, forbid_unknown_fields=True):
    pass


class Send(Struct, forbid_unknown_fields=True):
    room: Id
    body: Text
    reply_to: Id | None = None
    attachments: list[Id] | None = None
    title: Text | None = None


class Edit(Struct, forbid_unknown_fields=True):
    message: Id
    body: Text
    edited_at: Text | None
    title: Text | UnsetType | None = UNSET


class OfMessage(Struct, forbid_unknown_fields=True):
    message: Id


class React(Struct, forbid_unknown_fields=True):
    message: Id
    emoji: Text


class From(Struct, forbid_unknown_fields=True):
    room: Id
    after: Seq


class Sync(Struct, forbid_unknown_fields=True):
    epoch: Text
    rooms: Annotated[list[From], Meta(max_length=1000)]


class History(Struct, forbid_unknown_fields=True):
    room: Id
    before: Bound | None = None
    after: Bound | None = None
    around: Bound | None = None
    thread: Id | None = None
    roots: bool | None = None
    limit: Bound = reads.DEFAULT_LIMIT


class OfRoom(Struct, forbid_unknown_fields=True):
    room: Id


class Type(Struct, forbid_unknown_fields=True):
    room: Id
    active: bool


class Status(Struct, forbid_unknown_fields=True):
    status: Literal["online", "away", "dnd"]


class Mark(Struct, forbid_unknown_fields=True):
    room: Id
    seq: Bound


@dataclass(slots=True, frozen=True)
class Asker:
    """Who asks, on which connection."""

    user: User
    connection_id: str


@dataclass(slots=True, frozen=True)
class Act:
    """One row of the table. `run` gets the asker, the payload and the frame's msg_id, on a database thread, and returns the ack's payload."""

    shape: type[Struct]
    run: Callable[[Asker, Any, str], Any]
    gatherer: Gatherer | None = None
    """With whom it goes together with what others ask at the same moment: `run` only says what is to be done, on the event loop."""
    writes: bool = False
    limit: Literal["sends", "reads", "commands"] = "commands"
    settle: Callable[[Connection, Any, dict], None] | None = None
    """What the hub does about it, on the event loop, right before the ack: given the socket, the payload and the ack's payload."""
    is_acked: bool = True
    """Whether it is answered also when nothing is wrong."""


def send(who: Asker, asked: Send, msg_id: str) -> services.Post:
    return services.Post(
        who.user,
        asked.room,
        asked.body,
        require_uuid(msg_id),
        asked.reply_to,
        asked.title or "",
        asked.attachments or (),
    )


def edit(who: Asker, asked: Edit, _msg_id: str) -> dict:
    title = services.KEEP if asked.title is UNSET else asked.title
    return services.edit_message(
        who.user, asked.message, body=asked.body, edited_at=asked.edited_at, title=title
    ).wire()


def delete(who: Asker, asked: OfMessage, _msg_id: str) -> dict:
    return {"event_seq": services.delete_message(who.user, asked.message)}


def pin(who: Asker, asked: OfMessage, _msg_id: str) -> dict:
    return {"event_seq": services.pin_message(who.user, asked.message)}


def unpin(who: Asker, asked: OfMessage, _msg_id: str) -> dict:
    return {"event_seq": services.unpin_message(who.user, asked.message)}


def add_reaction(who: Asker, asked: React, _msg_id: str) -> dict:
    return {"event_seq": services.add_reaction(who.user, asked.message, emoji=asked.emoji)}


def remove_reaction(who: Asker, asked: React, _msg_id: str) -> dict:
    return {"event_seq": services.remove_reaction(who.user, asked.message, emoji=asked.emoji)}


def sync(who: Asker, asked: Sync, _msg_id: str) -> dict:
    return resume.fit(resume.sync(who.user, asked.epoch, [(one.room, one.after) for one in asked.rooms]))


def history(who: Asker, asked: History, _msg_id: str) -> dict:
    bounds = {name: value for name, value in msgspec.structs.asdict(asked).items() if name != "room"}
    return reads.history(who.user, asked.room, **bounds)


def rooms(who: Asker, _asked: Nothing, _msg_id: str) -> dict:
    snapshot = rooms_of(who.user.pk)
    return {"user_seq": snapshot.user_seq, "rooms": snapshot.rooms}


def note_stated(connection: Connection, _asked: Nothing, answer: dict) -> None:
    connection.stated.update(room["id"] for room in answer["rooms"])


def read(who: Asker, asked: Mark, _msg_id: str) -> dict:
    return services.mark_read(who.user, asked.room, asked.seq, origin=who.connection_id).wire()


def unread(who: Asker, asked: Mark, _msg_id: str) -> dict:
    return services.mark_unread(who.user, asked.room, asked.seq, origin=who.connection_id).wire()


def show_typing(who: Asker, asked: Type, _msg_id: str) -> dict:
    watching.show_typing(who.user, asked.room, active=asked.active)
    return {}


def look_at(who: Asker, asked: OfRoom, _msg_id: str) -> dict:
    return {"room": watching.look_at(who.user, asked.room)}


def begin_watching(connection: Connection, _asked: OfRoom, answer: dict) -> None:
    if answer["room"]["role"] is None:
        hub().watching.begin(connection, answer["room"])


def end_watching(connection: Connection, asked: OfRoom, _answer: dict) -> None:
    hub().watching.end(connection, asked.room)


def choose_status(who: Asker, asked: Status, _msg_id: str) -> dict:
    accounts.change_notifying(who.user, do_not_disturb=asked.status == "dnd")
    return {}


def show_status(connection: Connection, asked: Status, _answer: dict) -> None:
    hub().presence.set_away(connection, is_away=asked.status == "away")


COMMANDS = {
    "message.send": Act(Send, send, posts, writes=True, limit="sends"),
    "message.edit": Act(Edit, edit, writes=True),
    "message.delete": Act(OfMessage, delete, writes=True),
    "message.pin": Act(OfMessage, pin, writes=True),
    "message.unpin": Act(OfMessage, unpin, writes=True),
    "reaction.add": Act(React, add_reaction, writes=True),
    "reaction.remove": Act(React, remove_reaction, writes=True),
    "sync": Act(Sync, sync, limit="reads"),
    "history": Act(History, history, limit="reads"),
    "rooms": Act(Nothing, rooms, settle=note_stated),
    "read": Act(Mark, read, writes=True),
    "unread": Act(Mark, unread, writes=True),
    "typing": Act(Type, show_typing, is_acked=False),
    "presence": Act(Status, choose_status, writes=True, settle=show_status),
    "watch": Act(OfRoom, look_at, settle=begin_watching),
    "unwatch": Act(OfRoom, look_at, settle=end_watching),
}
