"""Files in a bucket: the same behaviour, against a server that speaks S3 over a socket of this machine (moto's, from a wheel)."""

import contextlib
import importlib.util
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.files.storage import storages

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.files import serving, tasks
from messaging.models import Attachment
from tests.background import run_tasks
from tests.messaging.api.doors import refused
from tests.messaging.files.conftest import kept, program, read, sent, stored, upload
from tests.messaging.files.made import picture
from tests.services import Missing, free_port, needed, wait_until

NAME = "chatsite-files"


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of the server."""
    with needed():
        for package in ("moto", "flask", "storages", "boto3"):
            if importlib.util.find_spec(package) is None:
                raise Missing(f"{package} is not installed.")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port), 60, "the S3 server answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(10)


def use(settings, address: str) -> None:
    settings.STORAGES = settings.STORAGES | {
        "attachments": {
            "BACKEND": "messaging.files.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": NAME, "endpoint_url": address, "region_name": "us-east-1", "access_key": "key",
                "secret_key": "secret", "addressing_style": "path", "default_acl": None, "file_overwrite": True,
            },
        }
    }  # fmt: skip


@pytest.fixture
def bucket(settings, s3):
    """An empty bucket, used for files."""
    use(settings, s3)
    bucket = storages["attachments"].bucket
    bucket.create()
    yield bucket
    bucket.objects.delete()
    bucket.delete()


def names(bucket) -> set[str]:
    return {one.key for one in bucket.objects.all()}


def test_a_file_goes_through_and_is_nobodys_by_the_bucket(alice, bob, room, bucket):
    told = upload(program(alice), b"<b>hello</b>" * 1000, "a.html", "text/html").json()
    row = Attachment.objects.get()
    assert names(bucket) == {row.file}
    assert bucket.Object(row.file).content_type == "application/octet-stream"
    sent(alice, room, row)
    answer = program(bob).get(told["url"])
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''a.html"
    assert read(answer) == b"<b>hello</b>" * 1000


def test_a_part_and_a_large_file_come_piece_by_piece(alice, bucket, monkeypatch):
    monkeypatch.setattr(serving, "SMALL", 10)
    content = bytes(range(256)) * 40_000  # 10 MB: in several parts to the bucket
    row = kept(alice, content, "a.bin")
    answer = program(alice).get(f"/files/{row.pk}/")
    assert answer.streaming and read(answer) == content
    part = program(alice).get(f"/files/{row.pk}/", headers={"Range": "bytes=1000000-1000099"})
    assert (part.status_code, read(part)) == (206, content[1_000_000:1_000_100])


def test_a_picture_gets_its_thumbnail_and_goes_with_its_message(alice, bob, room, bucket):
    row = kept(alice, picture("JPEG", (900, 300)), "a.jpg")
    message = sent(alice, room, row)
    run_tasks()
    row.refresh_from_db()
    assert names(bucket) == {row.file, row.thumbnail}
    assert read(program(bob).get(f"/files/{row.pk}/thumbnail/"))[8:12] == b"WEBP"
    assert stored(row)[:2] == b"\xff\xd8"
    commit(messages.delete_message, alice, message.pk)
    run_tasks()
    assert names(bucket) == set()
    tasks.remove_files.call([row.file])  # once more: what is gone is no error


def test_what_the_bucket_lost_is_not_found(alice, bucket):
    row = kept(alice, b"x")
    bucket.Object(row.file).delete()
    assert program(alice).get(f"/files/{row.pk}/").status_code == 404


def test_files_that_no_row_knows_go(alice, bucket, monkeypatch):
    from datetime import timedelta

    row = kept(alice, b"x")
    bucket.put_object(Key="files/ab/stray", Body=b"x")
    tasks.remove_strays.call()
    assert "files/ab/stray" in names(bucket)  # not for a day
    monkeypatch.setattr(tasks, "PATIENCE", timedelta(days=-1))
    tasks.remove_strays.call()
    assert names(bucket) == {row.file}


def test_a_bucket_that_is_away_is_said_and_nothing_is_written(alice, settings):
    pytest.importorskip("storages")
    use(settings, f"http://127.0.0.1:{free_port()}")
    problem = refused(upload(program(alice), b"x"), 503, "unavailable")
    assert problem["retry_after"] and "storage" in problem["detail"]
    assert not Attachment.objects.exists()


def test_a_bucket_that_is_not_there_is_said(alice, settings, s3):
    use(settings, s3)
    refused(upload(program(alice), b"x"), 503, "unavailable")
    assert not Attachment.objects.exists()
