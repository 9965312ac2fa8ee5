"""What both session stores share: the row of `accounts.Session` decides who is signed in, and it comes first."""

import logging

from django.contrib.sessions.backends.base import SessionBase
from redis.exceptions import RedisError

from accounts import services
from chatsite.realtime.commit import commit

log = logging.getLogger(__name__)

STORE_IS_DOWN = (RedisError, OSError)


class RowFirst(SessionBase):
    """Before a Django store in the order of bases: whatever ends or renames a session does so to its row first."""

    def flush(self) -> None:
        """End the session: its row, then its data. The row is what counts, so data that cannot be reached may stay."""
        if self.session_key:
            commit(services.sign_out_key, self.session_key)
        try:
            super().flush()
        except STORE_IS_DOWN as error:
            self._session_key = None
            log.warning("session data could not be removed", extra={"error": type(error).__name__})

    def cycle_key(self) -> None:
        """Another key for the same data and the same row."""
        old = self.session_key
        super().cycle_key()
        if old and self.session_key:
            commit(services.move_session, old, self.session_key)
