"""Session data in Redis: SESSION_STORE=redis. With Redis down those who are in stay in, and can sign out; signing in is `unavailable`."""

import logging
from typing import Any

from django.contrib.sessions.backends import cache
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.stores.rows import STORE_IS_DOWN, RowFirst
from chatsite.realtime.errors import Unavailable

log = logging.getLogger(__name__)


class SessionStore(RowFirst, cache.SessionStore):
    """Django's, beside the rows; data that got lost begins anew under the same key as long as the row lives."""

    lost = False

    def load(self) -> dict[str, Any]:
        key = self.session_key
        data = super().load()
        if self.session_key is None and sessions.lives(key):
            # Django takes data that is not there for a session that is not there, and drops the key.
            self._session_key = key
            self.lost = True
        return data

    def create(self) -> None:
        try:
            super().create()
        except STORE_IS_DOWN as error:
            raise Unavailable(_("Signing in is not possible just now. Please try again."), retry_after=5) from error

    def save(self, must_create: bool = False) -> None:
        try:
            if must_create:
                super().save(must_create=True)
            else:
                self._save_again()
        except STORE_IS_DOWN as error:
            if must_create:
                raise  # a session that begins without its data would be none
            log.warning("session data could not be saved", extra={"error": type(error).__name__})
        except UpdateError:
            if not sessions.lives(self.session_key):
                raise

    def _save_again(self) -> None:
        if not self.lost:
            super().save()
            return
        try:
            super().save(must_create=True)
        except CreateError:
            # Another request of the same browser has begun it anew meanwhile.
            super().save()
        self.lost = False
