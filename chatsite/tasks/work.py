"""Making one call: what a task's row says is done, and the row is told how it ended."""

import logging

import structlog
from django.tasks import Task
from django.utils.module_loading import import_string

from chatsite.realtime.commit import commit
from chatsite.tasks import metrics, schedule, table
from chatsite.tasks.models import PendingTask

log = logging.getLogger(__name__)


class Killed(Exception):
    """Whoever was at it was killed, the last of so many times."""


def perform(row: PendingTask) -> None:
    """Make the call of a claimed `row`. What it raises is the row's business; raises Unavailable where the row cannot be told."""
    if row.every and not schedule.is_said(row.path):
        commit(table.drop, row.pk)
        return
    with structlog.contextvars.bound_contextvars(task=row.path, task_id=str(row.pk)):
        try:
            call(row)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row is told
            _failed(row, error)
        else:
            commit(table.finish, row)
            metrics.done.inc()


def call(row: PendingTask) -> None:
    """Make the call. Raises whatever it raises; ImportError where this version of the program has no such task."""
    if row.attempts > table.ATTEMPTS:
        raise Killed(f"Whoever was at it was killed {table.ATTEMPTS} times.")
    task = import_string(row.path)
    if not isinstance(task, Task):
        raise ImportError(f"{row.path} is not a task.")
    task.call(*row.args, **row.kwargs)


def _failed(row: PendingTask, error: Exception) -> None:
    if commit(table.fail, row, error):
        metrics.failures.inc()
        log.error("task given up", exc_info=error, extra={"attempts": row.attempts})
    else:
        metrics.retries.inc()
        log.warning("task failed", extra={"attempts": row.attempts, "error": type(error).__name__})
