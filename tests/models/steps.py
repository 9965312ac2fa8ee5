"""How a step is made: in the model first, then for real; and what must be the same behind it."""

import itertools
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from chatsite.errors import socket_error
from tests.engine.conftest import Closed
from tests.engine.conftest import Refused as SocketRefused
from tests.models.device import Device
from tests.models.house import House, News
from tests.models.line import Line
from tests.models.reading import Names, drawn, face
from tests.models.rights import Refused
from tests.models.room import Room
from tests.models.talks import Talks
from tests.models.watch import Watch

JSON = "chat.v1.json"


class Steps(RuleBasedStateMachine):
    def __init__(self, house: House):
        super().__init__()
        self.house = house
        self.world = Talks(house.roles)
        self.names = Names({name: user.pk for name, user in house.people.items()})
        self.watch = Watch(self.world, self.names)
        self.lines: list[Line] = []
        """Those who stay; who only visits is not among them."""
        self.edited: dict[tuple[int, int], str] = {}
        """`(room, seq)`: when it was edited, as the last ack said."""
        self.texts = itertools.count(1)
        self.acts: list[str] = []
        """What was done so far, for who reads of a failure that does not come again."""
        self.is_level = True
        house.run(self._begin())

    def run(self, doing: Coroutine) -> Any:
        """Run `doing` in the house."""
        try:
            return self.house.run(doing)
        except (AssertionError, Closed) as error:
            error.add_note("\n".join(["What was done:", *self.acts]))
            raise

    async def _begin(self) -> None:
        await self.house.begin()
        self.before = self.house.versions()

    # --- acts ---

    def do(self, what: str, model: Callable[[], Any], real: Callable[[], Any], *, news: str = "rung") -> Any:
        """Both do it, or both refuse it with the same code: `(what the model says, what the server answered)`, None where it is refused.

        `real` is a coroutine function. Behind it everybody is level, unless the news of it is late or lost.
        """
        try:
            wanted, code = model(), ""
        except Refused as refused:
            wanted, code = None, refused.code
        self.acts.append(f"{what}: {code or 'done'}, {news}")
        got, answered = self.run(self._try(real))
        assert answered == code, f"expected {code or 'no refusal'}, got {answered or got}"
        self.is_level = news not in ("late", "lost", "torn")
        self.run(self.check())
        return None if code else (wanted, got)

    async def _try(self, real: Callable[[], Any]) -> tuple[Any, str]:
        try:
            return await real(), ""
        except SocketRefused as refused:
            return None, refused.code
        except (AssertionError, Closed):
            raise
        except Exception as refusal:
            code = socket_error(refusal)["code"]
            if code in ("internal", "unavailable"):
                raise
            return None, code

    def command(
        self, who: str, cmd_type: str, model: Callable[[], Any], door: str, *, msg_id: str = "", **payload
    ) -> Any:
        """A socket's command: over a socket of `who` where `door` says so and they have one, else by another door."""
        line, what = self.line_of(who), f"{who} {cmd_type} {payload}"
        if door == "socket" and line:
            return self.do(f"{what} over a socket", model, lambda: line.ask(cmd_type, msg_id=msg_id, **payload))
        news: News = "rung" if door == "socket" else door

        async def real() -> dict:
            return self.house.command(who, cmd_type, msg_id, payload, news)

        return self.do(what, model, real, news=news)

    def room(self, number: int) -> Room:
        return self.world.rooms[number]

    def a_seq(self, number: int, pick: int) -> int:
        """One of the room's messages: the newest first, the system's last."""
        found = sorted(self.room(number).now().values(), key=lambda one: (not one.system, one.seq))
        return found[-1 - pick % len(found)].seq

    def member(self, number: int, who: str | int) -> str:
        """`who`, or the member of the room with that index; Alice where it has none."""
        found = sorted(self.room(number).members) or ["alice"]
        return who if isinstance(who, str) else found[who % len(found)]

    def outsider(self, number: int, who: str | int) -> str:
        """`who`, or one of those who are no members of the room, as `member`."""
        found = [one for one in self.world.roles if one not in self.room(number).members] or ["alice"]
        return who if isinstance(who, str) else found[who % len(found)]

    def leader(self, number: int, who: str | None) -> str:
        """`who`, or somebody who moderates the room; Alice where nobody does."""
        room = self.room(number)
        return who or next((one for one in self.world.roles if self.world.moderates(one, room)), "alice")

    def a_text(self, mention: str = "") -> str:
        """A text that nobody said before."""
        return f"t{next(self.texts)}x {mention}".strip()

    def lines_that(self, *, is_open: bool) -> list[Line]:
        return [line for line in self.lines if line.is_open == is_open]

    def line_of(self, who: str) -> Line | None:
        return next((line for line in self.lines_that(is_open=True) if line.who == who), None)

    def new_line(self, who: str, encoding: str, page: int) -> Line:
        return Line(who, Device(self.names.people[who], page=page), encoding, self.watch)

    # --- what must be ---

    def everybody_hears(self) -> None:
        """All news are spread, and everybody is level."""
        self.is_level = True
        self.run(self.check())

    async def check(self) -> None:
        """What is stored is what the model says; and so is what each connected client holds, if everybody may be level."""
        self._compare_stored()
        if self.is_level:
            await self.house.spread()
            await self.house.quiet()
            for line in self.lines_that(is_open=True):
                await self._level(line)
        await self.house.quiet()

    def _compare_stored(self) -> None:
        stored = {number: {} for number in range(len(self.world.rooms))}
        for pk, seq, event_seq, message in self.house.messages(self.names.rooms):
            number = self.names.room(pk)
            stored[number][seq] = event_seq
            self.names.messages[number, seq] = message
        logs = self.house.logs(self.names.rooms)
        for number, room in enumerate(self.world.rooms):
            now = room.now()
            assert stored[number] == {seq: one.event_seq for seq, one in now.items()}
            assert sorted(now) == list(range(1, room.last_seq + 1))
            posted = len([one for one in now.values() if not one.system])
            assert logs[self.names.rooms[number]] == [room.last_seq, room.head, posted]
        assert self.house.versions() == {who: self.version(who) for who in self.world.roles}

    def version(self, who: str) -> int:
        """The `user_seq` of `who` by now."""
        return self.before[who] + self.world.versions[who]

    async def _level(self, line: Line) -> None:
        try:
            await line.until(lambda: self._has_all(line), "being level")
        except AssertionError as error:
            held = {self.names.room(pk): (one.cursor, one.low) for pk, one in line.device.rooms.items()}
            heads = {number: self.room(number).head for number in self.world.rooms_of(line.who)}
            raise AssertionError(
                f"{error}; holds {held} of {heads}, user_seq {line.device.user_seq} of {self.version(line.who)}"
            ) from None
        self.compare(line)

    def _has_all(self, line: Line) -> bool:
        device = line.device
        heads = {self.names.rooms[number]: self.room(number).head for number in self.world.rooms_of(line.who)}
        return (
            device.is_idle
            and device.user_seq == self.version(line.who)
            and {pk: held.cursor for pk, held in device.rooms.items()} == heads
        )

    def compare(self, line: Line) -> None:
        """A client that is level holds what its person may see, and nothing else."""
        me = self.names.people[line.who]
        for pk, held in line.device.rooms.items():
            room = self.room(self.names.room(pk))
            member = room.members[line.who]
            visible = room.visible(line.who)
            assert {seq: self.names.message(row) for seq, row in held.rows.items()} == {
                seq: drawn(message, line.encoding) for seq, message in visible.items() if seq >= held.low
            }
            assert face(held.shared) == room.face
            assert held.personal == {
                "role": member.role,
                "joined_seq": member.joined_seq,
                "joined_event_seq": member.joined_event_seq,
            }
            assert held.marks(me) == (member.mark, room.unread(line.who))
            assert held.mentions(me) in (None, room.mentions(line.who))

    # --- the end ---

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.everybody_hears()
                self.run(self._compare_with_fresh())
        finally:
            self.house.run(self._close())

    async def _compare_with_fresh(self) -> None:
        """Who comes anew is told by `hello` and `history` just what those hold who were there."""
        for who in self.world.roles:
            fresh = self.new_line(who, JSON, page=100)
            self.lines.append(fresh)
            await fresh.connect(self.house.tokens[who])
            await self._level(fresh)
            for pk, held in fresh.device.rooms.items():
                assert held.low == self.room(self.names.room(pk)).first_seq(who)

    async def _close(self) -> None:
        for line in self.lines:
            await line.disconnect()
