"""Session data in the database: SESSION_STORE=db."""

from django.contrib.sessions.backends import db

from accounts.stores.rows import RowFirst
from chatsite.realtime.commit import commit


class SessionStore(RowFirst, db.SessionStore):
    """Django's, beside the rows."""

    def save(self, must_create: bool = False) -> None:
        # Through commit for SQLite's sake: a save waits its turn there, where Django would report an interrupted session.
        commit(super().save, must_create)
