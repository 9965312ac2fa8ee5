"""The cast in two rooms, and what each of them is told once the background work is done."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Session, User
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message, Notification
from messaging.notices import digest
from rooms import services
from rooms.models import Room
from tests.background import run_tasks
from tests.cast import ada, alice, bob, browser, charlie, dan, gus, heard, house, mo, person, program

__all__ = ["ada", "alice", "bob", "browser", "charlie", "dan", "gus", "heard", "mo", "person", "program"]


@pytest.fixture(autouse=True)
def place(db):
    """The workspace of the cast."""
    return house()


@pytest.fixture
def room(place, alice, bob, dan) -> Room:
    """A public room of Alice's, with Bob and Dan in it."""
    return made(alice, place, bob, dan, name="Kitchen")


@pytest.fixture
def cellar(place, alice, bob) -> Room:
    """A private room of Alice's with Bob in it, whose history begins with joining."""
    return made(alice, place, bob, name="Cellar", kind="private", history="joined")


def made(owner: User, place, *others: User, **more) -> Room:
    room = commit(services.create_room, owner, place, **more)
    for user in others:
        commit(services.add_member, owner, room, user)
    return room


def direct(actor: User, *others: User) -> Room:
    return commit(services.open_direct, actor, [user.pk for user in others])[0]


def said(author: User, room: Room, body: str = "hello", *, reply_to: Message | None = None) -> Message:
    """A message, whose notifications still wait."""
    more = {"reply_to": reply_to.pk} if reply_to else {}
    posted = commit(messages.post_message, author, room.pk, body=body, msg_id=str(uuid.uuid4()), **more)
    return Message.objects.get(pk=posted.id)


def told(message: Message) -> dict[str, str]:
    """Who is told of the message once what waits is done, and as what."""
    run_tasks()
    rows = Notification.objects.filter(message=message).select_related("user")
    return {row.user.username: str(row.kind) for row in rows}


def chooses(user: User, **more) -> None:
    """What `user` says in their settings."""
    from accounts import services as accounts

    commit(accounts.change_notifying, user, **more)
    user.refresh_from_db()


def level(user: User, room: Room, notify: str | None) -> None:
    """What `user` says of the room."""
    commit(services.set_notify, user, room, notify=notify)


def reads(user: User, room: Room, seq: int) -> None:
    commit(messages.mark_read, user, room.pk, seq)


@pytest.fixture
def mail_server(settings):
    """Mails can be sent."""
    settings.MAIL_URL = "smtp://localhost"
    settings.SITE_URL = "https://chat.example"


def time_passes(minutes: float = 20) -> None:
    """Everything that was, was so much earlier; nobody has been here since."""
    gone = timedelta(minutes=minutes)
    for row in Notification.objects.all():
        row.created_at -= gone
        row.mailed_at = row.mailed_at and row.mailed_at - gone
        row.save()
    for one in Session.objects.all():
        one.last_seen_at -= gone
        one.save()


def mailed() -> list:
    """The mails that are sent when everything that waits is done."""
    mail.outbox.clear()
    digest.begin()
    run_tasks()
    return list(mail.outbox)
