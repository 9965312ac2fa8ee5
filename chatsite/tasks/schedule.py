"""What comes again and again: a row each, claimed like any other task, so that one process at a time is at it."""

from django.tasks import Task
from django.utils.module_loading import autodiscover_modules

from chatsite.tasks.models import PendingTask

_every: dict[str, tuple[int, Task]] = {}


def every(seconds: int, task: Task) -> Task:
    """Call `task`, which takes no arguments, every `seconds` from the end of its last run on. Said in an app's `tasks` module.

    One that fails is tried again as any other, and comes again in any case.
    """
    _every[task.module_path] = seconds, task
    return task


def discover() -> None:
    """Read every app's `tasks` module, so that what comes again and again is known."""
    autodiscover_modules("tasks")


def ensure() -> None:
    """See that everything that was said has its row. Runs inside `commit`.

    Said again from time to time: while two versions run side by side, the older one drops what it does not know.
    """
    PendingTask.objects.bulk_create(
        [
            PendingTask(path=path, every=seconds, priority=task.priority)
            for path, (seconds, task) in sorted(_every.items())
        ],
        ignore_conflicts=True,
    )
    for path, (seconds, _task) in _every.items():
        PendingTask.objects.filter(path=path, every__isnull=False).exclude(every=seconds).update(every=seconds)


def is_said(path: str) -> bool:
    """Whether this version of the program wants it."""
    return path in _every
