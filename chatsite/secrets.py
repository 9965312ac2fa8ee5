"""Keys that are made once and kept in the data folder, readable by its owner alone."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret(folder: Path, name: str, *, allowed: bool) -> str:
    """The secret called `name` in `folder`, made at the first call.

    Raises ImproperlyConfigured where a made one is not `allowed`, or the folder cannot be written.
    """
    if not allowed:
        raise ImproperlyConfigured(f"{name.upper()} is not set; production needs one of its own.")
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
    except OSError as error:
        raise ImproperlyConfigured(f"The data folder {folder} cannot be written: {error.strerror}.") from None
    return path.read_text().strip()


def _make(path: Path) -> None:
    """Of processes that start at once one makes it; none sees it before it is written, nor is half of one left by a crash."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}."
    ) as file:  # readable by its owner alone
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
