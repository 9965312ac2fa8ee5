"""What becomes of one message: its ack, and how it is known again."""

import time
from dataclasses import replace
from typing import Any

from django.db import connection

from chatsite.realtime import bus, gathering
from chatsite.realtime.gathering import Call, Flight, Gatherer
from messaging import broadcasts
from messaging.models import Message
from messaging.services import posting, statements
from tests.faults.planted import found_by

COMMIT_LATE = 0.3
"""Seconds between the ack that comes too early and the commit: time to kill the process."""


@found_by("I1")
def ack_before_commit() -> None:
    """The ack goes out once the rows are written; the transaction commits behind it."""

    def together(gatherer: Gatherer, flight: Flight, calls: list[Call], *, wait: bool) -> dict[int, Any]:
        def write(items: list[Any], *, wait: bool) -> list[Any]:
            outcomes = gatherer._service(items, wait=wait)
            gathering._land(Flight(calls, outcomes))
            time.sleep(COMMIT_LATE)
            return outcomes

        committed = gathering.run(write, [call.item for call in calls], wait=wait)
        flight.events += committed.events
        return {id(call): outcome for call, outcome in zip(calls, committed.value, strict=True)}

    Gatherer._together = together


@found_by("I2")
def no_dedupe() -> None:
    """Nobody looks whether a msg_id is known. The second guard, the unique index, is off."""
    honest = statements.standing
    statements.standing = lambda sent, *, wait: replace(honest(sent, wait=wait), known={})
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS msg_id_once_per_author")
    connection.close()


@found_by("I1")
def dedupe_by_content() -> None:
    """What somebody said in a room before counts as sent, whatever its msg_id."""
    honest = posting._Batch._try

    def by_content(batch: posting._Batch, post: posting.Post) -> Any:
        same = Message.objects.filter(author=post.author, room=post.room, sent_mac=post.mac).first()
        return same or honest(batch, post)

    posting._Batch._try = by_content


@found_by("I6")
def publish_before_commit() -> None:
    """A change is made known when its row is written; nobody waits whether the transaction commits."""
    broadcasts.publish = lambda event: bus.let_out([event])
