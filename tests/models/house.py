"""The real thing: services, hub and database of this process, with a loop of their own, and what becomes of the news of a commit."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Literal

import msgspec
from django.db import connections

from accounts import tokens
from accounts.models import User
from chatsite.realtime import bus
from chatsite.realtime.commit import run
from chatsite.realtime.feed import GAP_SECONDS, connection_tasks
from chatsite.realtime.hub import hub, stop_hub
from chatsite.realtime.joining import JOIN_SECONDS
from messaging.commands import COMMANDS, Asker
from messaging.models import Message
from rooms.models import Membership, Room, RoomLog, Workspace, WorkspaceMembership
from tests.cast import person
from tests.commands import service_of
from tests.engine.conftest import load_views

TOKEN_SECONDS = 100.0
"""How old an access token may be when an example begins: it lives for five minutes."""

News = Literal["rung", "twice", "late", "lost", "torn"]
"""What becomes of a commit's events: they arrive, or twice, or behind those of later commits and in the wrong order, or never, or but the first."""


class House:
    """One for all examples: people stay, each example has a workspace of its own."""

    def __init__(self, roles: dict[str, str]):
        self.roles = roles
        load_views()
        self.runner = asyncio.Runner()
        self.runner.run(self._settle())

    async def _settle(self) -> None:
        self.people = {name: person(name) for name in self.roles}
        self._issue()

    def _issue(self) -> None:
        self.tokens = {name: tokens.issue(user)["access"] for name, user in self.people.items()}
        self.issued = time.monotonic()

    def close(self) -> None:
        async def close() -> None:
            await stop_hub()
            connections.close_all()

        self.runner.run(close())
        self.runner.close()

    def run(self, doing: Coroutine) -> Any:
        """Run `doing` on the loop of the house, where its hub is."""
        return self.runner.run(doing)

    # --- one example ---

    async def begin(self) -> None:
        """A new workspace; the rooms of earlier examples are nobody's any more."""
        if time.monotonic() - self.issued > TOKEN_SECONDS:
            self._issue()
        Membership.objects.all().delete()
        Room.objects.filter(direct_key__isnull=False).update(direct_key=None)
        WorkspaceMembership.objects.all().delete()
        self.place = Workspace.objects.create(name="House")
        WorkspaceMembership.objects.bulk_create(
            WorkspaceMembership(workspace=self.place, user=self.people[name], role=role)
            for name, role in self.roles.items()
            if role
        )
        self.late: list = []
        self.is_lost = False

    def commit(self, service: Callable, *args: Any, news: News = "rung", **kwargs: Any) -> Any:
        """Run `service` in a transaction; its result. Raises what it raises."""
        committed = run(service, *args, **kwargs)
        if news == "late":
            self.late += committed.events
        elif news == "lost":
            self.is_lost |= bool(committed.events)
        elif news == "torn":
            self.is_lost |= bool(committed.events)
            bus.let_out(committed.events[1:])
        else:
            bus.let_out(committed.events * (2 if news == "twice" else 1))
        return committed.value

    def command(self, who: str, cmd_type: str, msg_id: str, payload: dict, news: News = "rung") -> dict:
        """As the socket's command of this name, by another door; the ack's payload. Raises what the service raises."""
        act = COMMANDS[cmd_type]
        asked = Asker(self.people[who], ""), msgspec.convert(payload, act.shape), msg_id
        return self.commit(service_of(act), *asked, news=news) if act.writes else act.run(*asked)

    async def spread(self) -> None:
        """Late news arrive, the latest first; what was lost is found by the sweep."""
        late, self.late = self.late[::-1], []
        bus.let_out(late)
        if self.is_lost:
            self.is_lost = False
            await hub().sweeper.sweep()

    async def quiet(self) -> None:
        """Until the hub has done what it began: a step finds it the same each time, or no failure could be repeated."""
        while True:
            repairs = [feed._repairing for feed in hub().feeds.values() if feed._repairing]
            under_way = [*hub().people._refreshing.values(), *repairs, *connection_tasks]
            if under_way:
                await asyncio.wait(under_way)
            elif any(feed._gap for feed in hub().feeds.values()):
                await asyncio.sleep(GAP_SECONDS / 4)
            elif any(one.waiting_bytes or not one._line.is_writable for one in hub().people.connections()):
                await asyncio.sleep(JOIN_SECONDS / 4)
            else:
                return

    # --- what is stored ---

    def room(self, pk: int) -> Room:
        return Room.objects.get(pk=pk)

    def versions(self) -> dict[str, int]:
        """`{name: user_seq}`."""
        people = {user.pk: name for name, user in self.people.items()}
        return {people[pk]: seq for pk, seq in User.objects.filter(pk__in=people).values_list("pk", "user_seq")}

    def logs(self, rooms: list[int]) -> dict[int, list[int]]:
        """`{room: [last_seq, head, posted]}`."""
        rows = RoomLog.objects.filter(room__in=rooms).values_list("room", "last_seq", "head", "posted")
        return {room: numbers for room, *numbers in rows}

    def messages(self, rooms: list[int]) -> list[tuple[int, int, int, int]]:
        """`(room, seq, event_seq, id)` of each message."""
        return list(Message.objects.filter(room__in=rooms).values_list("room", "seq", "event_seq", "pk"))
