"""Keys that are made once and kept in the data folder, readable by its owner alone."""

import os
import secrets
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
        # O_EXCL: of two processes that start at once one writes and the other reads.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(f"The data folder {folder} cannot be written: {error.strerror}.") from None
    return path.read_text().strip()
