"""Files and messages: claimed once, by their uploader alone; shown in the row; gone with it."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Conflict, TooLarge
from messaging import services as messages
from messaging import wire
from messaging.files import tasks
from messaging.models import Attachment, Message
from rooms import services as rooms
from tests.background import run_tasks, waiting
from tests.messaging.files.conftest import files_in, kept, sent
from tests.messaging.files.made import picture


def post(user, room, ids, *, body="look", msg_id=None):
    return commit(messages.post_message, user, room.pk, body=body, msg_id=msg_id or str(uuid.uuid4()), attachments=ids)


def test_a_message_names_its_files_in_order(alice, room):
    rows = [kept(alice, b"x", f"{n}.txt") for n in range(3)]
    message = sent(alice, room, *reversed(rows))
    shown = wire.message(Message.objects.wire().get(pk=message.pk))["attachments"]
    assert [one["name"] for one in shown] == ["2.txt", "1.txt", "0.txt"]
    assert set(Attachment.objects.values_list("message", flat=True)) == {message.pk}
    assert shown[0] == {
        "id": rows[2].pk, "name": "2.txt", "size": 1, "content_type": "application/octet-stream", "url": f"/files/{rows[2].pk}/",
        "thumbnail_url": None, "width": None, "height": None,
    }  # fmt: skip


def test_words_may_be_left_out_beside_a_file_alone(alice, room):
    message = sent(alice, room, kept(alice), body="")
    assert message.body == "" and len(message.attachments) == 1
    edited = commit(messages.edit_message, alice, message.pk, body="said later", edited_at=None)
    commit(messages.edit_message, alice, message.pk, body=" ", edited_at=wire.moment(edited.edited_at))
    with pytest.raises(ValidationError):
        post(alice, room, [], body="")
    plain = sent(alice, room)
    with pytest.raises(ValidationError):
        commit(messages.edit_message, alice, plain.pk, body=" ", edited_at=None)
    with pytest.raises(TooLarge):
        post(alice, room, [kept(alice).pk], body="x" * 10_001)


def test_nobody_claims_a_foreign_a_claimed_or_an_unknown_file(alice, bob, room):
    row, foreign = kept(alice), kept(bob)
    sent(alice, room, row)
    for ids in ([row.pk], [foreign.pk], [10**9], [kept(alice).pk, foreign.pk]):
        with pytest.raises(ObjectDoesNotExist):
            post(alice, room, ids)
    assert Message.objects.filter(kind="message").count() == 1
    foreign.refresh_from_db()
    assert foreign.message_id is None


def test_a_file_stands_once_in_a_message_and_ten_in_all(alice, room):
    row = kept(alice)
    for ids, sentence in (([row.pk] * 2, "twice"), ([row.pk, *range(1, 11)], "at most 10")):
        with pytest.raises(ValidationError, match=sentence):
            post(alice, room, ids)
    assert post(alice, room, [row.pk]).seq


def test_of_two_messages_in_one_batch_one_claims(alice, room):
    row = kept(alice)
    posts = [messages.Post(alice, room.pk, "a", str(uuid.uuid4()), attachments=[row.pk]) for _ in range(2)]
    outcomes = commit(messages.post_messages, posts)
    assert isinstance(outcomes[0], messages.Posted) and isinstance(outcomes[1], ObjectDoesNotExist)


def test_the_same_message_again_is_the_same_with_the_same_files_alone(alice, room):
    rows, msg_id = [kept(alice), kept(alice)], str(uuid.uuid4())
    ids = [row.pk for row in rows]
    first = post(alice, room, ids, msg_id=msg_id)
    again = post(alice, room, ids, msg_id=msg_id)
    assert (again.id, again.duplicate) == (first.id, True)
    for other in (ids[::-1], ids[:1], []):
        with pytest.raises(Conflict):
            post(alice, room, other, msg_id=msg_id)


def test_a_refused_message_leaves_its_file_waiting(alice, bob, room):
    row = kept(bob)
    commit(rooms.archive_room, alice, room)
    with pytest.raises(Exception, match="archived"):
        post(bob, room, [row.pk])
    row.refresh_from_db()
    assert row.message_id is None


# --- Thumbnails ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_thumbnail_that_arrives_is_a_change_of_its_message(alice, room, heard):
    row = kept(alice)
    message = sent(alice, room, row)
    assert message.attachments[0]["thumbnail"] is False
    heard.clear()
    assert "messaging.files.tasks.make_thumbnail" in run_tasks()
    row.refresh_from_db()
    (change,) = heard
    assert change.cause == {"kind": "preview", "user": alice.pk}
    assert change.event_seq == message.event_seq + 1 == change.message["event_seq"]
    assert change.message["attachments"][0]["thumbnail_url"] == f"/files/{row.pk}/thumbnail/"
    assert rooms_head(room) == change.event_seq


def rooms_head(room) -> int:
    from rooms.models import RoomLog

    return RoomLog.objects.get(pk=room.pk).head


def test_a_thumbnail_that_was_made_before_is_there_at_once(alice, room):
    row = kept(alice)
    run_tasks()
    head = rooms_head(room)
    message = sent(alice, room, row)
    assert message.attachments[0]["thumbnail"] is True
    assert rooms_head(room) == head + 1


def test_a_thumbnail_is_made_once(alice, room, folder_of_files):
    row = kept(alice)
    sent(alice, room, row)
    for _ in range(2):
        tasks.make_thumbnail.call(row.pk)
    assert len(files_in(folder_of_files)) == 2
    assert not commit(messages.add_thumbnail, row.pk, "thumbnails/ab/other")


def test_of_what_is_deleted_meanwhile_no_thumbnail_stays(alice, room, folder_of_files, monkeypatch):
    row = kept(alice)
    message = sent(alice, room, row)
    made = tasks.pictures.thumbnail

    def while_it_is_deleted(file):
        commit(messages.delete_message, alice, message.pk)
        return made(file)

    monkeypatch.setattr(tasks.pictures, "thumbnail", while_it_is_deleted)
    tasks.make_thumbnail.call(row.pk)
    run_tasks()
    assert not files_in(folder_of_files)
    message.refresh_from_db()
    assert message.attachments == []


def test_of_anything_else_no_thumbnail_is_ordered(alice):
    kept(alice, b"x", "a.txt")
    assert "messaging.files.tasks.make_thumbnail" not in waiting()


# --- When it goes --------------------------------------------------------------------------------------------------


def test_a_deleted_message_has_no_files(alice, room, folder_of_files):
    message = sent(alice, room, kept(alice), kept(alice, b"x", "a.txt"))
    run_tasks()
    assert len(files_in(folder_of_files)) == 3
    commit(messages.delete_message, alice, message.pk)
    message.refresh_from_db()
    assert (message.attachments, Attachment.objects.count()) == ([], 0)
    run_tasks()
    assert not files_in(folder_of_files)


def test_a_file_that_does_not_go_is_tried_again(alice, room, folder_of_files, monkeypatch):
    from messaging.files.disk import Disk

    message = sent(alice, room, kept(alice, b"x"))
    commit(messages.delete_message, alice, message.pk)
    with monkeypatch.context() as broken:
        broken.setattr(Disk, "delete", lambda *_: (_ for _ in ()).throw(PermissionError("not now")))
        with pytest.raises(PermissionError):
            run_tasks()
    assert files_in(folder_of_files)
    run_tasks(late=True)
    assert not files_in(folder_of_files)


def test_what_waits_for_a_day_goes(alice, room, folder_of_files):
    old, young, claimed = kept(alice), kept(alice), kept(alice)
    sent(alice, room, claimed)
    run_tasks()
    Attachment.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(hours=25))
    tasks.remove_unclaimed.call()
    assert set(Attachment.objects.values_list("pk", flat=True)) == {young.pk, claimed.pk}
    run_tasks()
    assert len(files_in(folder_of_files)) == 4
    with pytest.raises(ObjectDoesNotExist):
        post(alice, room, [old.pk])


def test_files_that_no_row_knows_go(alice, folder_of_files, settings, tmp_path):
    import os

    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    row = kept(alice)
    run_tasks()
    row.refresh_from_db()
    stray = folder_of_files / "files" / "ab" / "stray"
    stray.parent.mkdir(exist_ok=True)
    young = stray.with_name("young")
    left_over = tmp_path / "tmpx.upload.png"
    for path in (stray, young, left_over):
        path.write_bytes(b"x")
    for path in (stray, left_over, *files_in(folder_of_files)):
        if path != young:
            os.utime(path, (1, 1))
    tasks.remove_strays.call()
    assert {str(path.relative_to(folder_of_files)) for path in files_in(folder_of_files)} == {
        row.file, row.thumbnail, "files/ab/young",
    }  # fmt: skip
    assert not left_over.exists()


def test_a_post_without_files_asks_nothing_of_them(alice, room, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        sent(alice, room)
    assert not [one for one in captured.captured_queries if "messaging_attachment" in one["sql"]]


def test_a_quote_of_a_file_alone_says_its_name(alice, room):
    from messaging import pages

    message = sent(alice, room, kept(alice, picture(), "view.png"), body="")
    assert pages.excerpt(wire.message(Message.objects.wire().get(pk=message.pk)))["words"] == "view.png"
