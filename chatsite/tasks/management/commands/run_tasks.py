"""`manage run_tasks`: a process that does nothing but background work."""

import logging
import signal
import threading

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from chatsite.realtime import bus, metrics
from chatsite.realtime.events import AnyEvent
from chatsite.realtime.layer import ring_now
from chatsite.tasks import runner

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs background work until it is asked to stop: finishes what is under way, and leaves the rest. As many as you like may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=settings.TASK_THREADS, help="tasks at a time (%(default)s)")

    def handle(self, *, threads: int, **options: object) -> None:
        asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: asked.set())
        bus.carried_by(_ring)
        runner.start(max(1, threads), runner.ALONE_SECONDS)
        log.info("tasks began", extra={"threads": max(1, threads)})
        asked.wait()
        runner.stop()
        log.info("tasks ended")


def _ring(events: list[AnyEvent]) -> None:
    """The doorbell of a process without a hub; one that cannot be rung is made up for by every hub's sweep."""
    try:
        ring_now(events)
    except (redis.RedisError, OSError):
        metrics.publish_failures.inc(len(events))
