"""Committing beside a running server: whoever is in the way just now is waited for."""

import time
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable

TRIES = 20
PAUSE = 0.5
"""Seconds."""


def committed(service: Callable, *args: Any, **kwargs: Any) -> Any:
    """As `commit`, tried again while the database is busy or somebody took a name or number at the same moment.

    Raises what the last try raised.
    """
    for _try in range(TRIES - 1):
        try:
            return commit(service, *args, **kwargs)
        except (Unavailable, IntegrityError):
            time.sleep(PAUSE)
    return commit(service, *args, **kwargs)
