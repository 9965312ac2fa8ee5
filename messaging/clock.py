"""The moment of what is written: the database's, so that processes whose clocks differ still agree on what came first."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def expression() -> str:
    """What a hand-written statement selects to learn the moment; NULL on SQLite, whose one process has the only clock."""
    return "clock_timestamp()" if connection.vendor == "postgresql" else "NULL"


def now() -> datetime:
    """The database's moment, not its transaction's: inside a lock it is later than what the lock's last holder wrote."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
