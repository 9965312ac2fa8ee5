"""The backend of `django.tasks`: `.enqueue(...)` inserts a row, in the caller's transaction."""

from typing import Any

from django.db import transaction
from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.exceptions import InvalidTask

MAX_PATH = 200


class TableBackend(BaseTaskBackend):
    """Nothing comes of what is rolled back; what is committed is done at least once, so a task must bear to be done twice.

    Results are not kept: a task that has something to say writes it where it belongs.
    """

    supports_defer = True
    supports_priority = True

    def validate_task(self, task: Task) -> None:
        """Raises InvalidTask for one that wants to know of its attempts: it could not be called from anywhere else."""
        super().validate_task(task)
        if task.takes_context:
            raise InvalidTask("Tasks here take no context.")
        if len(task.module_path) > MAX_PATH:
            raise InvalidTask(f"The path of a task has at most {MAX_PATH} characters.")

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """The row is in the transaction, one statement; this process's runner is woken when that is committed. Arguments must be JSON."""
        # Tasks are declared while apps are still being loaded.
        from chatsite.tasks import runner
        from chatsite.tasks.models import PendingTask

        self.validate_task(task)
        row = PendingTask(path=task.module_path, priority=task.priority)
        result: TaskResult = TaskResult(
            task=task,
            id=str(row.pk),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        row.args, row.kwargs = result.args, result.kwargs
        if task.run_after is not None:
            row.run_after = task.run_after
        row.save(force_insert=True)
        transaction.on_commit(runner.wake)
        return result
