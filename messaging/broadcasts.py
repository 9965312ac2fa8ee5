"""What happened to messages, in the past tense, told to the engine alone."""

from typing import Any

from django.db import transaction

from chatsite.realtime import metrics
from chatsite.realtime.bus import publish
from chatsite.realtime.events import Change, Personal, Receipt
from messaging import wire
from messaging.models import Message


def message_posted(message: Message) -> None:
    _changed(message, "created", user=message.author_id)
    transaction.on_commit(metrics.messages.inc)


def message_edited(message: Message, *, by: int) -> None:
    _changed(message, "edited", user=by)


def message_deleted(message: Message, *, by: int) -> None:
    _changed(message, "deleted", user=by)


def reaction_changed(message: Message, *, by: int, emoji: str) -> None:
    _changed(message, "reaction", user=by, emoji=emoji)


def thread_grown(root: Message, *, by: int) -> None:
    _changed(root, "thread", user=by)


def mark_moved(user: int, user_seq: int, room: int, *, origin: str) -> None:
    publish(Personal(user=user, user_seq=user_seq, rooms=[room], origin=origin))


def read_on(user: int, room: int, last_read_seq: int) -> None:
    publish(Receipt(room=room, user=user, last_read_seq=last_read_seq))


def _changed(message: Message, kind: str, **cause: Any) -> None:
    publish(
        Change(
            room=message.room_id,
            event_seq=message.event_seq,
            message=wire.message(message),
            cause={"kind": kind, **cause},
        )
    )
