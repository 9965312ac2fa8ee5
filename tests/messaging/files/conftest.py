"""Alice owns a private room in which Bob is a member; Charlie has no business here. Files lie in a folder of the test's own."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chatsite.realtime.commit import commit
from messaging import services as messages
from messaging.files import keeping
from messaging.models import Attachment, Message
from rooms import services as rooms
from rooms.models import Room
from tests.cast import alice, bob, charlie, gus, heard, house, program
from tests.messaging.files.made import picture
from tests.services import Missing, needed

__all__ = ["alice", "bob", "charlie", "gus", "heard", "program"]


@pytest.fixture(autouse=True)
def place(db):
    return house()


@pytest.fixture(autouse=True)
def folder_of_files(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def room(place, alice, bob) -> Room:
    room = commit(rooms.create_room, alice, place, name="Tea", kind="private")
    commit(rooms.add_member, alice, room, bob)
    return room


def upload(client: Client, content: bytes, name: str = "tea.png", content_type: str = "image/png"):
    """The answer to a program that uploads a file."""
    return client.post("/api/v1/uploads/", {"file": SimpleUploadedFile(name, content, content_type)})


def kept(user, content: bytes | None = None, name: str = "tea.png") -> Attachment:
    """A file of `user` that waits for its message."""
    return keeping.accept(user, SimpleUploadedFile(name, picture() if content is None else content))


def sent(user, room: Room, *rows: Attachment, body: str = "look") -> Message:
    """A message with files."""
    ids = [row.pk for row in rows]
    posted = commit(messages.post_message, user, room.pk, body=body, msg_id=str(uuid.uuid4()), attachments=ids)
    return Message.objects.get(pk=posted.id)


def read(answer) -> bytes:
    """All bytes of an answer."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def stored(row: Attachment) -> bytes:
    return b"".join(storages["attachments"].pieces(row.file))


def files_in(folder: Path) -> list[Path]:
    """Every file that lies in the storage."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def small_disk(folder_of_files) -> Iterator[Path]:
    """The storage on a disk of 128 KiB."""
    folder_of_files.mkdir(parents=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder_of_files)], capture_output=True, text=True
    )
    if made.returncode:
        with needed():
            raise Missing(f"No disk can be mounted here: {made.stderr}")
    yield folder_of_files
    subprocess.run(["umount", str(folder_of_files)], check=True)
