"""The cast at the pages: as browsers without scripts."""

import uuid

import pytest
from django.test import Client

from accounts.models import User
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message
from rooms import services
from rooms.models import Room
from tests.cast import ada, alice, bob, browser, charlie, dan, gus, house, mo

__all__ = ["ada", "alice", "bob", "browser", "charlie", "dan", "gus", "mo"]


@pytest.fixture(autouse=True)
def place(db):
    """The workspace of the cast."""
    return house()


@pytest.fixture
def room(place, alice, bob) -> Room:
    """A public room of Alice's, with Bob in it."""
    made = commit(services.create_room, alice, place, name="Kitchen", topic="What is for dinner")
    commit(services.add_member, alice, made, bob)
    return made


@pytest.fixture
def private(place, bob) -> Room:
    """A private room of Bob's."""
    return commit(services.create_room, bob, place, name="Cellar", kind="private")


def said(room: Room, author: User, body: str, *, reply_to: Message | None = None) -> Message:
    """A message of `author`."""
    posted = commit(
        messages.post_message,
        author,
        room.pk,
        body=body,
        msg_id=str(uuid.uuid4()),
        reply_to=reply_to.pk if reply_to else None,
    )
    return Message.objects.get(pk=posted.id)


def text_of(client: Client, path: str, status: int = 200) -> str:
    """The page at `path`."""
    response = client.get(path)
    assert response.status_code == status, response.status_code
    return response.content.decode()
