"""Tasks that tests enqueue, in this process and in others."""

import time
from pathlib import Path

from django.tasks import task

from chatsite.tasks.schedule import every

done: list = []
"""What was done in this process."""
under_way: list[int] = []
most_at_once: list[int] = [0]


class Broken(Exception):
    """A task that fails."""


@task
def note(word: str) -> None:
    done.append(word)


@task(priority=50)
def urgent(word: str) -> None:
    done.append(word)


@task
def fail(words: str) -> None:
    done.append("tried")
    raise Broken(words)


@task
def write(path: str, seconds: float = 0) -> None:
    """Say in a file that it began, and that it ended."""
    with Path(path).open("a") as file:
        file.write("begun\n")
    time.sleep(seconds)
    with Path(path).open("a") as file:
        file.write("done\n")


@task
def pulse() -> None:
    """Comes again and again, and takes a while."""
    under_way.append(1)
    most_at_once[0] = max(most_at_once[0], len(under_way))
    time.sleep(0.1)
    under_way.pop()
    done.append("pulse")


def schedule_pulse() -> None:
    every(1, pulse)
