"""Background work in tests: nothing runs by itself, so a test says when."""

from django.db.models.functions import Now

from chatsite.realtime.commit import commit
from chatsite.tasks import table, work
from chatsite.tasks.models import PendingTask


def run_tasks(*, late: bool = False) -> list[str]:
    """Run what is due, and what comes of it, until nothing is; the paths of what ran, in order. With `late` also what waits for its time.

    A task that fails raises here, and its row is told.
    """
    ran = []
    if late:
        PendingTask.objects.filter(every=None, failed_at=None).update(run_after=Now())
    while row := table.claim():
        ran.append(row.path)
        try:
            work.call(row)
        except Exception as error:
            commit(table.fail, row, error)
            raise
        commit(table.finish, row)
    return ran


def waiting() -> list[str]:
    """The paths of the tasks that wait, in the order in which they were asked for."""
    rows = PendingTask.objects.filter(failed_at=None, every=None).order_by("created_at")
    return [row.path for row in rows]
