"""Counting in the database: tries at signing in, and tickets that were used."""

from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Tries, UsedTicket
from chatsite.realtime.errors import Unauthenticated

COUNT = """
    INSERT INTO accounts_tries (key, n, until) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        n = CASE WHEN accounts_tries.until <= %s THEN 1 ELSE accounts_tries.n + 1 END,
        until = CASE WHEN accounts_tries.until <= %s THEN excluded.until ELSE accounts_tries.until END
    RETURNING n
"""


def count_tries(windows: dict[str, timedelta]) -> dict[str, int]:
    """Count one try under each key, and return how many there are now; a key's window begins with its first try.

    One statement a key, so that tries at the same moment, in any process, are counted one after the other.
    """
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    counted = {}
    with connection.cursor() as cursor:
        for key in sorted(windows):
            cursor.execute(COUNT, [key, adapt(now + windows[key]), adapt(now), adapt(now)])
            counted[key] = cursor.fetchone()[0]
    return counted


def give_back_tries(keys: list[str]) -> None:
    """Take one try off each of `keys`: it was no failure."""
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("UPDATE accounts_tries SET n = n - 1 WHERE key = %s AND n > 0", [key])


def seconds_until_free(key: str) -> int:
    """Whole seconds, from 1, until the window of `key` ends."""
    row = Tries.objects.filter(pk=key).first()
    return max(1, int((row.until - timezone.now()).total_seconds()) + 1) if row else 1


def use_ticket(jti: str, *, life: timedelta) -> None:
    """Note that the ticket was used. Raises Unauthenticated the second time, in any process."""
    now = timezone.now()
    UsedTicket.objects.filter(expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            UsedTicket.objects.create(jti=jti, expires_at=now + life)
    except IntegrityError:
        raise Unauthenticated from None
