"""Group commit: calls of a service written for many that wait at the same moment become one transaction.

A transaction costs what its end costs (a write to disk, several round trips), whether it holds one message or twenty. Nothing waits for
company: where nothing is under way a call goes at once, alone; what comes meanwhile goes together next.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection, connections

from chatsite.realtime import bus, crash
from chatsite.realtime.commit import Committed, is_late, on_thread, run
from chatsite.realtime.errors import Unavailable
from chatsite.realtime.events import AnyEvent

log = logging.getLogger(__name__)

MOST_ON_SQLITE, MOST = 50, 40
"""Calls of one transaction. One is under way at a time: a second would only make both smaller (two of 20 on PostgreSQL took 545 posts a second
in 64 rooms, one of 40 took 757)."""
PATIENCE = 0.1
"""Seconds for which a call whose row is locked goes along with the next again and again: mostly the calls of another process hold it, and
not for long. To wait for each such row in a transaction of its own costs more than all the others together."""


class Locked(Exception):
    """The outcome of a call whose row somebody else holds just now: it is called again, with the next or by itself, and waits then."""


@dataclass(slots=True, eq=False)
class Call[Item]:
    """One call that waits for its turn, then for its outcome: the service's result, or the exception that refuses it."""

    item: Item
    row: int
    """What it locks. Those of one row stay in their order."""
    then: Callable[[Any], None]
    """What is done with the outcome: on `loop`, right before its events are let out; without a loop, on the database's thread."""
    loop: asyncio.AbstractEventLoop | None = None
    is_given_up: bool = False
    """Nobody waits for it any more: if it has not begun, it never does."""
    came: float = field(default_factory=time.monotonic)
    locked_since: float | None = None
    """When its row was first found locked."""


@dataclass(slots=True)
class Flight[Item]:
    """Calls that went together, with what became of them."""

    calls: list[Call[Item]]
    outcomes: list[Any] = field(default_factory=list)
    events: list[AnyEvent] = field(default_factory=list)


def may_gather() -> bool:
    """Whether calls can go together here: not in somebody's transaction, nor in a process that serves nobody."""
    return bus.is_carried() and not connection.in_atomic_block


class Gatherer[Item]:
    """Gathers calls of `service(items, wait=...)`, which returns an outcome for each item.

    With `wait=False` the service passes over rows that are locked (Locked). `prepare(item)` does beforehand what needs no lock; both run on
    a database thread.
    """

    def __init__(
        self,
        service: Callable[..., Sequence[Any]],
        *,
        row: Callable[[Item], int],
        prepare: Callable[[Item], None],
    ):
        self._service, self._row_of, self._prepare = service, row, prepare
        self._lock = threading.Lock()
        self._waiting: list[Call[Item]] = []
        self._is_under_way = False
        self._awaited: set[int] = set()
        """Rows that are waited for, each in a transaction of its own: what else concerns them waits for that, here and not for a lock."""

    # --- the doors ---

    def add(self, item: Item, then: Callable[[Any], None], loop: asyncio.AbstractEventLoop | None = None) -> Call[Item]:
        """Let `item` go with the next; `then` gets its outcome. From any thread."""
        call = Call(item, self._row_of(item), then, loop)
        with self._lock:
            self._waiting.append(call)
            late = self._depart()
        _refuse(late)
        return call

    def wait_for(self, item: Item) -> Any:
        """The outcome of `item`, for a synchronous door. Raises what refuses it, and Unavailable when the deadline is past: the outcome is unknown then."""
        landed: Future[Any] = Future()
        call = self.add(item, landed.set_result)
        close_old_connections()  # on PostgreSQL: the pool's others need it meanwhile
        try:
            outcome = landed.result(settings.COMMAND_DEADLINE)
        except TimeoutError:
            call.is_given_up = True
            raise Unavailable(retry_after=1) from None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    # --- together ---

    def _depart(self) -> list[Call[Item]]:
        """Send off what can go. The lock is held. Returns what is too late for that."""
        if self._is_under_way:
            return []
        late: list[Call[Item]] = []
        going: list[Call[Item]] = []
        staying: list[Call[Item]] = []
        most = MOST_ON_SQLITE if "sqlite" in connections.databases["default"]["ENGINE"] else MOST
        for call in self._waiting:
            if call.is_given_up:
                continue
            if is_late(call.came):
                late.append(call)
                continue
            may_go = len(going) < most and call.row not in self._awaited
            (going if may_go else staying).append(call)
        if self._free == 0 and all(call.locked_since for call in going):
            # By themselves they would only meet the same locks again. Who waits for one of those looks here when it is through.
            staying[:0], going = going, []
        self._waiting = staying
        if going:
            self._is_under_way = True
            on_thread(self._fly, going)
        return late

    @property
    def _free(self) -> int:
        """So many rows more may be waited for: the other threads are the others'."""
        return max(1, settings.DATABASE_THREADS // 2) - len(self._awaited)

    def _fly(self, calls: list[Call[Item]]) -> None:
        flight = Flight(calls)
        self._go(flight, wait=False)
        with self._lock:
            self._is_under_way = False
            locked = self._take_locked(flight)
            late = self._depart()
        _land(flight)
        _refuse(late)
        for row in {call.row for call in locked}:
            on_thread(self._fly_alone, [call for call in locked if call.row == row])

    def _take_locked(self, flight: Flight[Item]) -> list[Call[Item]]:
        """Take out of the flight what met a lock: some of those rows are waited for now, the rest goes with the next.

        No more rows than leave threads to the others, and of those the ones that have been locked for long. Where nothing else was in the
        flight one is waited for anyway: the next would hardly fare better.
        """
        pairs = list(zip(flight.calls, flight.outcomes, strict=True))
        locked = [call for call, outcome in pairs if isinstance(outcome, Locked)]
        if not locked:
            return locked
        flight.calls = [call for call, outcome in pairs if not isinstance(outcome, Locked)]
        flight.outcomes = [outcome for _call, outcome in pairs if not isinstance(outcome, Locked)]
        now = time.monotonic()
        for call in locked:
            call.locked_since = call.locked_since or now
        long_ago = [call.row for call in locked if now - (call.locked_since or now) > PATIENCE]
        if not flight.calls:
            long_ago.append(locked[0].row)
        awaited = list(dict.fromkeys(long_ago))[: self._free]
        self._awaited.update(awaited)
        self._waiting[:0] = [call for call in locked if call.row not in awaited]
        return [call for call in locked if call.row in awaited]

    def _fly_alone(self, calls: list[Call[Item]]) -> None:
        """The calls of one row that was locked: they wait for it."""
        flight = Flight(calls)
        self._go(flight, wait=True)
        with self._lock:
            self._awaited.discard(calls[0].row)
            late = self._depart()
        _land(flight)
        _refuse(late)

    def _go(self, flight: Flight[Item], *, wait: bool) -> None:
        ready: list[Call[Item]] = []
        refused: dict[int, Exception] = {}
        for call in flight.calls:
            try:
                self._prepare(call.item)
                ready.append(call)
            except Exception as refusal:  # noqa: BLE001 - whatever it is, it is this call's alone
                refused[id(call)] = refusal
        made = self._together(flight, ready, wait=wait) if ready else {}
        flight.outcomes = [refused.get(id(call)) or made[id(call)] for call in flight.calls]

    def _together(self, flight: Flight[Item], calls: list[Call[Item]], *, wait: bool) -> dict[int, Any]:
        """The outcome of each call: of one transaction, or where that fails by something that one of them brings, of one each."""
        try:
            committed: Committed = run(self._service, [call.item for call in calls], wait=wait)
        except Unavailable as error:
            return {id(call): error for call in calls}
        except Exception as error:  # noqa: BLE001 - whatever it is, the call gets its outcome
            if len(calls) == 1:
                return {id(calls[0]): error}
            log.warning("a batch is tried one by one", extra={"size": len(calls), "error": type(error).__name__})
            return {key: made for call in calls for key, made in self._together(flight, [call], wait=wait).items()}
        flight.events += committed.events
        return {id(call): outcome for call, outcome in zip(calls, committed.value, strict=True)}


def _refuse(late: list[Call]) -> None:
    if late:
        _land(Flight(late, [Unavailable(retry_after=1) for _call in late]))


def _land(flight: Flight) -> None:
    """Tell each call its outcome, and then everybody what happened: on the loop of those who ack, in one step."""
    loops = {call.loop for call in flight.calls if call.loop}
    pairs = list(zip(flight.calls, flight.outcomes, strict=True))
    _tell((call, outcome) for call, outcome in pairs if call.loop is None)
    for loop in loops:
        mine = [(call, outcome) for call, outcome in pairs if call.loop is loop]
        events, flight.events = flight.events, []
        try:
            loop.call_soon_threadsafe(_tell_and_let_out, mine, events)
        except RuntimeError:  # the loop is closed: nobody waits there, but what is committed becomes known
            bus.let_out(events)
    bus.let_out(flight.events)


def _tell_and_let_out(pairs: Iterable[tuple[Call, Any]], events: list[AnyEvent]) -> None:
    _tell(pairs)
    crash.after_ack(events)
    bus.let_out(events)


def _tell(pairs: Iterable[tuple[Call, Any]]) -> None:
    for call, outcome in pairs:
        try:
            call.then(outcome)
        except Exception:
            log.exception("an outcome could not be told")
