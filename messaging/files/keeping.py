"""An upload on its way: from what came, through what it is, into the storage."""

import contextlib
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.realtime.commit import commit
from chatsite.realtime.errors import TooLarge, Unavailable
from messaging import services
from messaging.files import kinds, names, pictures
from messaging.models import Attachment

log = logging.getLogger(__name__)

FILES, THUMBNAILS = "files", "thumbnails"
"""The folders of the storage."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the storage as `file`, and that no row knows yet."""

    file: str
    name: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None


def accept(uploader: User, upload: UploadedFile) -> Attachment:
    """Keep `upload` for a message to come: the row of its file. On a refusal nothing of it stays.

    Raises ValidationError for an empty file and a broken picture, TooLarge, StorageFull, Unavailable, Conflict for too many that wait.
    """
    _require_some(upload)
    services.require_room_for(uploader, upload.size or 0)  # before the work; asked again where the row is made
    let_connection_go()
    kept = _kept(upload)
    try:
        return commit(services.add_attachment, uploader, **_columns(kept))
    except Unavailable:
        raise  # the row may be there all the same; else the file is a stray
    except BaseException:
        drop([kept.file])
        raise


def _require_some(upload: UploadedFile) -> None:
    if not upload.size:
        raise ValidationError({"file": [_("This file is empty.")]})
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(_("A file may have at most %(limit)s.") % {"limit": megabytes(settings.UPLOAD_MAX_BYTES)})


def _kept(upload: UploadedFile) -> Kept:
    name = names.clean_name(upload.name or "")
    kind = kinds.kind_of(upload.file)  # type: ignore[arg-type]
    if kind not in kinds.PICTURES:
        return Kept(save(upload, FILES), name, upload.size or 0, kind)
    drawn = pictures.drawn(upload.file, kind)  # type: ignore[arg-type]
    with drawn.file as file:
        size = file.seek(0, 2)
        file.seek(0)
        name = names.fitting(name, pictures.EXTENSIONS[drawn.content_type], pictures.KNOWN_EXTENSIONS)
        return Kept(save(File(file, name="picture"), FILES), name, size, drawn.content_type, drawn.width, drawn.height)


def _columns(kept: Kept) -> dict[str, Any]:
    return {column: getattr(kept, column) for column in Kept.__slots__}


def save(content: File, folder: str) -> str:
    """Put `content` into the storage under a random name, which is returned. Raises StorageFull, Unavailable; then nothing is there."""
    name = secrets.token_hex(16)
    return storages["attachments"].save(f"{folder}/{name[:2]}/{name}", content)


def drop(files: list[str]) -> None:
    """Take files out of the storage at once; one that does not go is left to `remove_strays`."""
    for name in files:
        try:
            storages["attachments"].delete(name)
        except Exception:
            log.exception("a file could not be removed", extra={"file": name})


@contextlib.contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The file `name` of the storage, on this machine's disk where it can be sought in. Raises FileNotFoundError, Unavailable."""
    with pictures.sheet() as copy:
        for piece in storages["attachments"].pieces(name):
            copy.write(piece)
        copy.seek(0)
        yield copy


def let_connection_go() -> None:
    """Give the thread's connection to others: what follows takes long and asks the database nothing."""
    if not connection.in_atomic_block:
        connection.close()


def megabytes(size: int) -> str:
    """`size` in MB, for a sentence."""
    return f"{size / (1 << 20):.1f} MB".replace(".0 ", " ")
