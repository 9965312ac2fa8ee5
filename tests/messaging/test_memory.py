"""What a process remembers of messages is what the database has, however it changed, and is shown to nobody who may not read it."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as accounts
from chatsite.realtime.commit import commit, run
from messaging import memory, reads, wire
from messaging import services as messages
from messaging.models import Message
from rooms import services
from rooms.models import Room
from tests.cast import alice, bob, charlie, house

__all__ = ["alice", "bob", "charlie"]


@pytest.fixture(autouse=True)
def place(db):
    return house()


@pytest.fixture
def room(place, alice, bob):
    made = commit(services.create_room, alice, place, name="Kitchen", kind="private")
    commit(services.add_member, alice, made, bob)
    return made


def say(author, room, body: str = "hello", **more):
    return commit(messages.post_message, author, room.pk, body=body, msg_id=str(uuid.uuid4()), **more)


def as_it_is(room) -> list[dict]:
    return wire.messages(Message.objects.wire().filter(room=room).order_by("seq"))


def test_each_change_of_a_message_and_of_its_author_is_seen(room, alice, bob):
    first = say(alice, room, "who cooks?")

    def changes():
        yield lambda: commit(messages.edit_message, alice, first.id, body="who cooks tonight?", edited_at=None)
        yield lambda: commit(messages.add_reaction, bob, first.id, emoji="👍")
        yield lambda: say(bob, room, "me", reply_to=first.id)
        yield lambda: commit(messages.pin_message, alice, first.id)
        yield lambda: commit(accounts.change_profile, alice, display_name="Alice of the kitchen")
        yield lambda: commit(accounts.change_profile, alice, avatar="a.webp")
        yield lambda: commit(messages.delete_message, alice, first.id)

    assert reads.history(bob, room.pk)["messages"] == as_it_is(room)
    for change in changes():
        change()
        assert reads.history(bob, room.pk)["messages"] == as_it_is(room)


def test_a_page_that_is_known_costs_no_row(room, alice, bob):
    for n in range(5):
        say(alice, room, f"number {n}")
    reads.page(bob, room.pk)
    with CaptureQueriesContext(connection) as captured:
        assert len(reads.page(bob, room.pk).known) > 5
    assert not any('"messaging_message"."html"' in one["sql"] for one in captured.captured_queries)


def test_what_is_remembered_is_nobodys_right(room, alice, bob, charlie):
    said = say(alice, room, "in confidence")
    assert reads.page(bob, room.pk).known
    with pytest.raises(Room.DoesNotExist):
        reads.page(charlie, room.pk)
    commit(services.remove_member, alice, room, bob)
    with pytest.raises(Room.DoesNotExist):
        reads.page(bob, room.pk, around=said.seq)


def test_what_a_transaction_reads_of_its_own_writing_is_not_remembered(room, alice):
    class Undone(Exception):
        pass

    def service():
        posted = messages.post_message(alice, room.pk, body="never said", msg_id=str(uuid.uuid4()))
        reads.page(alice, room.pk)
        raise Undone(posted.id, posted.seq)

    with pytest.raises(Undone) as undone:
        run(service)
    pk, seq = undone.value.args
    known = [*memory.memory._young.values(), *memory.memory._old.values()]
    assert not any(one.message["id"] == pk and one.message["seq"] == seq for one in known)


def test_another_epoch_is_another_log(room, alice):
    said = say(alice, room, "before the restore")
    reads.page(alice, room.pk)
    Message.objects.filter(pk=said.id).update(body="after it", html="<p>after it</p>")  # as a restore might have it
    commit(services.new_epoch)
    assert reads.history(alice, room.pk)["messages"] == as_it_is(room)


def test_memory_is_bounded(room, alice, monkeypatch):
    monkeypatch.setattr(memory, "GENERATION", 3000)
    for n in range(30):
        say(alice, room, f"number {n} " + "x" * 500)
        reads.page(alice, room.pk)
    assert len(memory.memory._young) + len(memory.memory._old) < 20 * 2
    assert reads.history(alice, room.pk)["messages"] == as_it_is(room)[-50:]
