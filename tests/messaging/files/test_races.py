"""Two at the same moment: a file goes with one message, a quota holds, and a thumbnail finds its message or goes."""

import contextlib
import uuid

import pytest

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import TooLarge
from messaging import services as messages
from messaging import wire
from messaging.files import tasks
from messaging.models import Attachment, Message
from rooms import services as rooms
from tests.background import run_tasks
from tests.messaging.files.conftest import files_in, kept, sent
from tests.rooms.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def post(user, room, *rows):
    return commit(
        messages.post_message,
        user,
        room.pk,
        body="look",
        msg_id=str(uuid.uuid4()),
        attachments=[row.pk for row in rows],
    )


def test_of_many_messages_in_many_rooms_one_gets_the_file(place, alice):
    places = [commit(rooms.create_room, alice, place, name=f"Room {n}") for n in range(4)]
    for _ in range(3):
        row, other = kept(alice, b"x"), kept(alice, b"y")
        pairs = [(row, other), (other, row), (row, other), (other, row)]
        done = at_once(
            *[lambda room=room, pair=pair: post(alice, room, *pair) for room, pair in zip(places, pairs, strict=True)]
        )
        assert sum(done) == 1
        row.refresh_from_db()
        named = [one["id"] for one in Message.objects.get(pk=row.message_id).attachments]
        assert set(named) == {row.pk, other.pk}


def test_a_file_is_sent_or_thrown_away(alice, room, folder_of_files):
    for _ in range(4):
        row = kept(alice, b"x")
        is_sent, is_gone = at_once(
            lambda row=row: post(alice, room, row), lambda row=row: commit(messages.discard_attachment, alice, row.pk)
        )
        assert is_sent + is_gone == 1
    run_tasks()
    assert len(files_in(folder_of_files)) == Attachment.objects.count()


def test_a_thumbnail_arrives_while_its_picture_is_sent_or_deleted(alice, room, folder_of_files):
    for _ in range(4):
        row = kept(alice)
        at_once(lambda row=row: tasks.make_thumbnail.call(row.pk), lambda row=row: post(alice, room, row))
        row.refresh_from_db()
        shown = wire.message(Message.objects.wire().get(pk=row.message_id))["attachments"][0]["thumbnail_url"]
        assert bool(shown) == bool(row.thumbnail)
    for _ in range(4):
        row = kept(alice)
        message = sent(alice, room, row)
        at_once(
            lambda row=row: tasks.make_thumbnail.call(row.pk),
            lambda message=message: commit(messages.delete_message, alice, message.pk),
        )
        message.refresh_from_db()
        assert message.attachments == []
    run_tasks()
    known = [name for row in Attachment.objects.all() for name in (row.file, row.thumbnail) if name]
    assert len(files_in(folder_of_files)) == len(known)


def test_a_quota_holds_for_uploads_at_once(alice, settings):
    settings.UPLOAD_QUOTA_BYTES = 2500

    def upload() -> None:
        with contextlib.suppress(TooLarge):
            kept(alice, b"x" * 1000)

    at_once(*[upload for _ in range(5)])
    assert Attachment.objects.count() == 2
