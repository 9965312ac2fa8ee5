"""The threads of a process that make the calls. Nothing of it is on the event loop, and an enqueued task wakes it."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from psycopg_pool import PoolTimeout

from chatsite.realtime.commit import commit
from chatsite.realtime.errors import Unavailable
from chatsite.tasks import metrics, schedule, table, work
from chatsite.tasks.models import PendingTask

log = logging.getLogger(__name__)

DOWN = (DatabaseError, InterfaceError, PoolTimeout, Unavailable)
IDLE_SECONDS = 5.0
"""Between two looks at the table where every task that is enqueued in this process rings."""
ALONE_SECONDS = 1.0
"""The same in a process of its own, which nobody wakes."""
STOP_SECONDS = 8.0
"""So long a task that is under way may take to end when the process stops; a longer one comes again after its lease."""
KEEP_SECONDS = 5.0
ENSURE_SECONDS = 60.0


class Runner:
    """`threads` that look for tasks, at least every `idle` seconds, and one that keeps their leases, the schedule and the figures.

    With no threads it only measures: somebody else runs the tasks.
    """

    def __init__(self, threads: int, idle: float) -> None:
        self.idle = idle
        self._rung = threading.Condition()
        self._rings = 0
        self._stopping = threading.Event()
        self._running: dict[int, PendingTask] = {}
        self._is_down = False
        self._threads = [
            threading.Thread(target=self._alone, args=[self._work], name=f"tasks-{number}", daemon=True)
            for number in range(threads)
        ]
        self._keeper = threading.Thread(target=self._alone, args=[self._keep], name="tasks-keeper", daemon=True)

    def start(self) -> None:
        schedule.discover()
        for thread in (*self._threads, self._keeper):
            thread.start()

    def wake(self) -> None:
        """There is something new. Costs nothing worth a name, from any thread."""
        with self._rung:
            self._rings += 1
            self._rung.notify()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Begin nothing more, and wait up to `seconds` for what is under way. What waits stays for whoever comes next."""
        self._stopping.set()
        with self._rung:
            self._rung.notify_all()
        until = time.monotonic() + seconds
        for thread in (*self._threads, self._keeper):
            thread.join(max(0.0, until - time.monotonic()))
        if late := [row.path for row in list(self._running.values())]:
            log.warning("tasks were cut off; they come again", extra={"tasks": late})

    def _alone(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        finally:
            connections.close_all()

    # --- the workers ---

    def _work(self) -> None:
        while not self._stopping.is_set():
            rings = self._rings
            if not self._guarded(self._turn):
                self._wait(rings)

    def _wait(self, rings: int) -> None:
        """Until somebody has rung since there were so many `rings`, or for `idle` seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._rings != rings or self._stopping.is_set(), self.idle)

    def _turn(self) -> bool:
        """One task; False where there is none."""
        row = table.claim()
        if row is None:
            return False
        with self._held(row):
            work.perform(row)
        return True

    @contextlib.contextmanager
    def _held(self, row: PendingTask) -> Iterator[None]:
        me = threading.get_ident()
        self._running[me] = row
        try:
            yield
        finally:
            del self._running[me]

    # --- the keeper ---

    def _keep(self) -> None:
        ensured = 0.0
        while not self._stopping.is_set():
            if self._threads and time.monotonic() > ensured and self._guarded(self._ensure):
                ensured = time.monotonic() + ENSURE_SECONDS
            self._guarded(self._look)
            self._stopping.wait(min(KEEP_SECONDS, settings.TASK_LEASE_SECONDS / 3))

    def _ensure(self) -> bool:
        commit(schedule.ensure)
        return True

    def _look(self) -> bool:
        if running := list(self._running.values()):
            commit(table.renew, running)
        waiting, age, failed = table.measure()
        metrics.waiting.set(waiting)
        metrics.oldest.set(age)
        metrics.failed.set(failed)
        return True

    # --- trouble ---

    def _guarded(self, act: Callable[[], bool]) -> bool:
        """`act`, with a connection of its own; a database that is down is said once, however often it is asked."""
        close_old_connections()
        try:
            done = act()
        except DOWN as error:
            self._tell_down(error)
            return False
        except Exception:
            log.exception("tasks cannot be run")
            return False
        finally:
            close_old_connections()
        if self._is_down:
            self._is_down = False
            log.info("tasks reach the database again")
        return done

    def _tell_down(self, error: Exception) -> None:
        if not self._is_down:
            self._is_down = True
            log.warning("tasks wait for the database", extra={"error": type(error.__cause__ or error).__name__})


_runner: Runner | None = None


def start(threads: int, idle: float = IDLE_SECONDS) -> None:
    """Let this process run tasks on so many threads; with 0 it only knows how many wait."""
    global _runner
    if _runner is None:
        _runner = Runner(threads, idle)
        _runner.start()


def stop(seconds: float = STOP_SECONDS) -> None:
    """See Runner.stop."""
    global _runner
    stopped, _runner = _runner, None
    if stopped:
        stopped.stop(seconds)


def wake() -> None:
    """A task was committed in this process."""
    if _runner:
        _runner.wake()
