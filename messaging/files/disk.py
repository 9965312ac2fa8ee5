"""Files in a folder of the data folder: the storage of an installation on one machine."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from chatsite.realtime.errors import StorageFull

PIECE = 256 * 1024
"""Bytes that are read at once."""


class Disk(FileSystemStorage):
    """Django's, but a file that could not be written whole is not there, and one that is has reached the disk."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        try:
            saved = super()._save(name, content)
            _flush(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise StorageFull(_("There is no room for the file.")) from error
        return saved

    def pieces(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of the file from `start` on, `length` of them at most, to be read one by one. Raises FileNotFoundError."""
        file = Path(self.path(name)).open("rb")  # noqa: SIM115 - now, so that one who asks learns that it is gone
        file.seek(start)
        return _read(file, length)

    def names(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Every file below `folder`, and when it was written."""
        root = Path(self.location)
        for path in (root / folder).glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                yield str(path.relative_to(root)), self.get_modified_time(str(path.relative_to(root)))


def _read(file: IO[bytes], length: int | None) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE if length is None else min(PIECE, length)):
            length = length if length is None else length - len(piece)
            yield piece


def _flush(path: Path) -> None:
    """Through the system's memory to the disk: the file, and that it is in its folder."""
    for one in (path, path.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
