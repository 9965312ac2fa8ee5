"""Files on the page of a room: sent by a plain form, drawn by the one template of messages."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.models import Attachment, Message
from tests.background import run_tasks
from tests.cast import browser
from tests.messaging.files.conftest import files_in, kept, sent
from tests.messaging.files.made import animation, picture


def form(body: str = "", *files: tuple[str, bytes], **more) -> dict:
    return {
        "body": body,
        "msg_id": str(uuid.uuid4()),
        "files": [SimpleUploadedFile(name, content) for name, content in files],
        **more,
    }


def test_a_form_sends_words_and_files_without_a_script(alice, room):
    answer = browser(alice).post(f"/rooms/{room.pk}/messages/", form("look", ("a.png", picture()), ("b.txt", b"b")))
    assert answer.status_code == 302
    message = Message.objects.get(kind="message")
    assert [one["name"] for one in message.attachments] == ["a.png", "b.txt"]


def test_a_form_may_hold_files_alone_and_not_nothing(alice, room):
    client = browser(alice)
    assert client.post(f"/rooms/{room.pk}/messages/", form("", ("a.txt", b"a"))).status_code == 302
    refused = client.post(f"/rooms/{room.pk}/messages/", form(" "))
    assert refused.status_code == 400
    assert "A message cannot be empty." in refused.content.decode()


def test_the_form_a_second_time_is_the_same_message(alice, room, folder_of_files):
    client, msg_id = browser(alice), str(uuid.uuid4())
    for _ in range(2):
        answer = client.post(f"/rooms/{room.pk}/messages/", form("look", ("a.txt", b"a"), msg_id=msg_id))
        assert answer.status_code == 302
    assert Message.objects.filter(kind="message").count() == len(files_in(folder_of_files)) == 1


def test_what_is_refused_keeps_the_words_and_no_file(alice, charlie, room, folder_of_files):
    client = browser(alice)
    for files in ([("a.txt", b"a"), ("empty.txt", b"")], [(f"{n}.txt", b"a") for n in range(11)]):
        answer = client.post(f"/rooms/{room.pk}/messages/", form("my words", *files))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "my words" in page and ("This file is empty." in page or "at most 10 files" in page)
    assert browser(charlie).post(f"/rooms/{room.pk}/messages/", form("", ("a.txt", b"a"))).status_code == 404
    run_tasks()
    assert not Attachment.objects.exists()
    assert not files_in(folder_of_files)


def test_a_picture_is_drawn_with_its_size_and_a_file_with_its_name(bob, alice, room):
    wide = kept(alice, picture(size=(1200, 400)), 'wide "one".png')
    sent(alice, room, wide, kept(alice, b"x" * 2048, "<b>.txt"), kept(alice, animation("GIF", 2), "a.gif"))
    client = browser(bob)
    before = client.get(f"/rooms/{room.pk}/").content.decode()
    assert '<svg width="360" height="120" viewBox="0 0 360 120"' in before and "/thumbnail/" not in before
    run_tasks()
    page = client.get(f"/rooms/{room.pk}/").content.decode()
    assert f'<img src="/files/{wide.pk}/thumbnail/" alt="wide &quot;one&quot;.png" width="360" height="120"' in page
    assert '<bdi class="name">&lt;b&gt;.txt</bdi>' in page and "2.0\xa0KB" in page
    assert '<span class="mark" aria-hidden="true">GIF</span>' in page


def test_a_deleted_message_shows_none(bob, alice, room):
    from chatsite.realtime.commit import commit
    from messaging import services

    message = sent(alice, room, kept(alice))
    commit(services.delete_message, alice, message.pk)
    assert "/files/" not in browser(bob).get(f"/rooms/{room.pk}/").content.decode()
