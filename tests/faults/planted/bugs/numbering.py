"""Where a message's numbers come from."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from django.db import connection

from chatsite.realtime import commit
from chatsite.realtime.commit import on_thread
from chatsite.realtime.gathering import Gatherer
from messaging.services import posting, statements
from rooms.models import RoomLog
from tests.faults.planted import found_by

LONGEST_WAY = 0.1
"""Seconds from the sequence to the transaction, at most: one overtakes the other in them."""

type Numbers = list[int]
"""`last_seq`, `head` and `posted` before a message."""

_taken: ContextVar[dict[int, Numbers] | None] = ContextVar("taken", default=None)


@found_by("I4", "I5")
def sequence_instead_of_lock() -> None:
    """Numbers come from a sequence, and no lock holds others back until they are committed: 11 is there before 10."""
    given: dict[int, Numbers] = {}
    one_at_a_time = threading.Lock()

    def next_of_sequence(room: int) -> Numbers:
        with one_at_a_time:
            kept = list(RoomLog.objects.values_list("last_seq", "head", "posted").get(room=room))
            before = [max(pair) for pair in zip(kept, given.get(room, kept), strict=True)]
            given[room] = [number + 1 for number in before]
        time.sleep(random.uniform(0, LONGEST_WAY))
        return before

    _take_before_the_transaction(next_of_sequence)


@found_by("I3")
def number_outside_the_transaction() -> None:
    """Numbers are taken and kept in a transaction of their own: whatever becomes of the message, they are used up."""

    def kept_at_once(room: int) -> Numbers:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rooms_roomlog SET last_seq = last_seq + 1, head = head + 1, posted = posted + 1 "
                "WHERE room_id = %s RETURNING last_seq - 1, head - 1, posted - 1",
                [room],
            )
            return list(cursor.fetchone())

    _take_before_the_transaction(kept_at_once)


def _take_before_the_transaction(take: Callable[[int], Numbers]) -> None:
    honest_run, honest_lock, honest_standing = commit._run_once, statements._lock_logs, statements.standing

    def run_once(service: Callable, *args: Any, **kwargs: Any) -> commit.Committed:
        if service is not posting.post_messages:
            return honest_run(service, *args, **kwargs)
        (post,) = args[0]
        token = _taken.set({post.room: take(post.room)})
        try:
            return honest_run(service, *args, **kwargs)
        finally:
            _taken.reset(token)

    def lock_logs(cursor: Any, rooms: Sequence[int], *, wait: bool) -> None:
        if _taken.get():
            cursor.execute("SELECT 0 WHERE 1 = 0")
        else:
            honest_lock(cursor, rooms, wait=wait)

    def standing(sent: Sequence[tuple[int, int, str]], *, wait: bool) -> statements.Standing:
        found = honest_standing(sent, wait=wait)
        return replace(found, logs=_taken.get() or found.logs)

    Gatherer._depart, commit._run_once = _each_alone, run_once
    statements._lock_logs, statements.standing = lock_logs, standing
    statements.save_logs = _never_back


def _each_alone(gatherer: Gatherer) -> None:
    """Every post goes at once, whatever of its room is under way."""
    waiting, gatherer._waiting = gatherer._waiting, []
    for call in waiting:
        on_thread(gatherer._fly, [call])


def _never_back(logs: dict[int, Numbers]) -> None:
    """Who comes later with lower numbers leaves the higher ones as they are."""
    greatest = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    assigned = ", ".join(f"{name} = {greatest}({name}, %s)" for name in ("last_seq", "head", "posted"))
    with connection.cursor() as cursor:
        for room, numbers in sorted(logs.items()):
            cursor.execute(f"UPDATE rooms_roomlog SET {assigned} WHERE room_id = %s", [*numbers, room])
