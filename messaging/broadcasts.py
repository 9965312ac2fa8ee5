"""What happened to messages, in the past tense, told to the engine alone."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from chatsite.realtime import metrics
from chatsite.realtime.bus import let_out, publish
from chatsite.realtime.events import Change, Personal, Receipt, Typing
from messaging import wire
from messaging.models import Message


def messages_posted(messages: Collection[Message]) -> None:
    publish(*[_change(message, "created", user=message.author_id) for message in messages])
    transaction.on_commit(lambda: metrics.messages.inc(len(messages)))


def message_edited(message: Message, *, by: int) -> None:
    _changed(message, "edited", user=by)


def message_deleted(message: Message, *, by: int) -> None:
    _changed(message, "deleted", user=by)


def reaction_changed(message: Message, *, by: int, emoji: str) -> None:
    _changed(message, "reaction", user=by, emoji=emoji)


def message_pinned(message: Message, *, by: int) -> None:
    """A pin was put on it, or taken off."""
    _changed(message, "pin", user=by)


def preview_arrived(message: Message) -> None:
    """A thumbnail of one of its pictures is there."""
    _changed(message, "preview", user=message.author_id)


def thread_grown(root: Message, *, by: int) -> None:
    _changed(root, "thread", user=by)


def mark_moved(user: int, user_seq: int, room: int, *, kinds: list[str], origin: str) -> None:
    """Somebody's mark in a room is another, and (`kinds`) what hung on it."""
    publish(Personal(user=user, user_seq=user_seq, rooms=[room], kinds=kinds, origin=origin))


def read_on(user: int, room: int, last_read_seq: int) -> None:
    publish(Receipt(room=room, user=user, last_read_seq=last_read_seq))


def typing(user: int, room: int, *, active: bool) -> None:
    """Told at once: it is no commit's, and takes no number."""
    let_out([Typing(room=room, user=user, active=active)])


def everything_read(user: int, user_seq: int, rooms: list[int], *, origin: str) -> None:
    """Somebody's marks stand at the end, in all these rooms, and in the threads that they follow; what they were told of is read."""
    publish(Personal(user=user, user_seq=user_seq, rooms=rooms, kinds=["sidebar", "notifications"], origin=origin))


def threads_changed(user: int, user_seq: int, *, origin: str = "") -> None:
    """Somebody follows a thread or left off, or read on in one."""
    publish(Personal(user=user, user_seq=user_seq, kinds=["sidebar"], origin=origin))


def saved_changed(user: int, user_seq: int, *, origin: str = "") -> None:
    """Somebody keeps a message more, or less."""
    publish(Personal(user=user, user_seq=user_seq, kinds=["saved"], origin=origin))


def reports_changed(versions: dict[int, int]) -> None:
    """More or less reports wait for these people (`{user: user_seq}`) than before."""
    for user, user_seq in versions.items():
        publish(Personal(user=user, user_seq=user_seq, kinds=["sidebar"]))


def drafts_changed(user: int, user_seq: int, *, origin: str = "") -> None:
    """Somebody wrote on in a draft, or it is gone."""
    publish(Personal(user=user, user_seq=user_seq, kinds=["drafts"], origin=origin))


def _changed(message: Message, kind: str, **cause: Any) -> None:
    publish(_change(message, kind, **cause))


def _change(message: Message, kind: str, **cause: Any) -> Change:
    return Change(
        room=message.room_id, event_seq=message.event_seq, message=wire.message(message), cause={"kind": kind, **cause}
    )
