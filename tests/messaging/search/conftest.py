"""The cast with something to search in, at the service, the API and the page."""

import uuid
from collections.abc import Iterable

import pytest

from accounts.models import User
from chatsite.realtime import limits
from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.models import Message
from messaging.search import query as queries
from messaging.search.finding import find
from rooms import services
from rooms.models import Room, Workspace
from tests.cast import ada, alice, bob, browser, charlie, dan, gus, house, mo, program

__all__ = ["ada", "alice", "bob", "browser", "charlie", "dan", "gus", "mo", "program"]


@pytest.fixture(autouse=True)
def full_buckets():
    limits._buckets.clear()


@pytest.fixture
def place(db) -> Workspace:
    """The workspace of the cast."""
    return house()


@pytest.fixture
def room(place, alice, bob) -> Room:
    """A public room of Alice's, with Bob in it."""
    made = commit(services.create_room, alice, place, name="Kitchen")
    commit(services.add_member, alice, made, bob)
    return made


@pytest.fixture
def private(place, alice, bob) -> Room:
    """A private room of Alice's, with Bob in it."""
    made = commit(services.create_room, alice, place, name="Cellar", kind="private")
    commit(services.add_member, alice, made, bob)
    return made


def say(user: User, room: Room, body: str, **more) -> Message:
    posted = commit(messages.post_message, user, room.pk, body=body, msg_id=str(uuid.uuid4()), **more)
    return Message.objects.get(pk=posted.id)


def bodies(user: User, box: str, *, limit: int = 25, **filters) -> list[str]:
    """What `user` finds by `box`."""
    return [row.body for row in find(user, queries.read(box, **filters), limit=limit).messages]


def seen(rows: Iterable[Message]) -> list[int]:
    return [row.pk for row in rows]
