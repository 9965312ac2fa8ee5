"""What happens to the rows: claimed, done, failed, run again. Each function that writes runs inside `commit`, but `claim`, which does it itself."""

import random
import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone

from chatsite.compiled import Compiled
from chatsite.realtime.commit import commit
from chatsite.tasks.models import PendingTask

ATTEMPTS = 8
"""So often a task is tried, over an hour and three quarters, before it is given up."""
LONGEST_PAUSE = 3600
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


def claim() -> PendingTask | None:
    """The next task that is due, leased for TASK_LEASE_SECONDS to the caller alone; None where there is none. Raises Unavailable.

    `attempts` counts this one, and tells this lease from a later one.
    """
    # A look first: an idle runner must not take SQLite's one write lock each time.
    return commit(_lease) if _is_due() else None


_is_due = Compiled(lambda: PendingTask.objects.due().values_list("pk")[:1])
_next = Compiled(
    lambda: PendingTask.objects.due().order_by("-priority", "run_after").select_for_update(skip_locked=True)[:1]
)


def _lease() -> PendingTask | None:
    row = _next.first()
    if row is not None:
        row.attempts += 1
        PendingTask.objects.filter(pk=row.pk).update(attempts=row.attempts, leased_until=_lease_end())
    return row


def renew(rows: Iterable[PendingTask]) -> None:
    """Whoever is at `rows` is still at them."""
    for row in rows:
        PendingTask.objects.filter(pk=row.pk, attempts=row.attempts).update(leased_until=_lease_end())


def finish(row: PendingTask) -> None:
    """It is done: the row goes, or waits for its next time."""
    rows = PendingTask.objects.filter(pk=row.pk)
    if row.every:
        rows.update(run_after=_in(row.every), attempts=0, leased_until=None, last_error="")
    else:
        rows.delete()


def fail(row: PendingTask, error: Exception) -> bool:
    """It failed: again after a pause that grows, or given up (True). One that comes again and again is only given up until its next time."""
    rows = PendingTask.objects.filter(pk=row.pk, attempts=row.attempts)
    said = sentence(error)
    if row.attempts < ATTEMPTS:
        rows.update(run_after=_in(pause(row.attempts)), leased_until=None, last_error=said)
        return False
    if row.every:
        rows.update(run_after=_in(row.every), attempts=0, leased_until=None, last_error=said)
    else:
        rows.update(failed_at=Now(), leased_until=None, last_error=said)
    return True


def run_again(pk: UUID) -> None:
    """Somebody has looked, and gives it all its attempts once more, at once."""
    rows = PendingTask.objects.filter(pk=pk)
    rows.update(failed_at=None, attempts=0, leased_until=None, run_after=Now())


def drop(pk: UUID) -> None:
    """Nobody wants it any more."""
    PendingTask.objects.filter(pk=pk).delete()


def measure() -> tuple[int, float, int]:
    """How many tasks are due and begun by nobody, for how many seconds the first of them has been, and how many were given up."""
    count, oldest = _waiting.first() or (0, None)
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return count, max(0.0, age), PendingTask.objects.filter(failed_at__isnull=False).count()


_waiting = Compiled(
    lambda: (
        PendingTask.objects.due()
        .values("failed_at")  # of which there is one among those
        .annotate(count=Count("pk"), oldest=Min("run_after"))
        .values_list("count", "oldest")
    )
)


def pause(attempts: int) -> float:
    """Seconds until the next attempt: 2, 8, 32 ... an hour, each up to a fifth longer or shorter, so that not all come at once."""
    return min(2 * 4 ** (attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311


def sentence(error: Exception) -> str:
    """What `last_error` keeps: the class and the first line of what it says. The lines below are a database's, and hold rows."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {_CREDENTIALS.sub('//', first)}"[:300]


def _lease_end() -> Combinable:
    return _in(settings.TASK_LEASE_SECONDS)


def _in(seconds: float) -> Combinable:
    return Now() + timedelta(seconds=seconds)
