"""F15: somebody who sends what is right, and far too much of it."""

import asyncio
import contextlib
import random
import re
import time
import uuid
from collections import Counter

from tests.autobahn.line import Line
from tests.faults.hostile.place import Place, settle
from tests.faults.hostile.watch import Watch, socket_of, talking
from tests.reliability.target import Account
from tests.server import Server

SENDS_PER_SECOND, SENDS_BURST = 10, 20
"""The limits of a server with default settings, which this row needs."""
TRIED_PER_SECOND = 500
PEACE = 3.0


async def flood_of_sends(servers: list[Server], chance: random.Random, scale: float) -> dict[str, float]:
    """One person sends 500 messages a second for 20 s, and comes again whenever they are closed with 4429."""
    assert "SENDS_PER_SECOND" not in servers[0].env, "this row needs a server with its default limits"
    seconds = max(5.0, 20.0 * scale)
    place = await settle(servers, 4)
    async with talking(place, place.people[:3], pause=0.25) as talk:
        await asyncio.sleep(PEACE)
        watch, began = Watch(servers), time.monotonic()
        flooder = Flooder(place, place.people[3])
        await flooder.flood(seconds)
        ended = time.monotonic()
        allowed = SENDS_BURST + SENDS_PER_SECOND * seconds
        watch.check()
        return {
            "tried": flooder.tried,
            "acked": flooder.acked,
            "admitted of allowed": flooder.admitted / allowed,
            "closed with 4429": flooder.closed[4429],
            "closed otherwise": flooder.closed.total() - flooder.closed[4429],
            "log lines a second and socket": watch.log_rate(max(1, flooder.closed.total())),
            "healthy ack p99 before": talk.p99(began - PEACE, began),
            "healthy ack p99": talk.p99(began, ended),
            "healthy sockets lost": talk.codes["closed"],
        }


class Flooder:
    """One person, one socket after the other. `admitted` are the sends that the limiter let pass, acked or cut short by the end."""

    def __init__(self, place: Place, account: Account):
        self.place, self.account = place, account
        self.tried = self.acked = self.admitted = 0
        self.closed: Counter[int | None] = Counter()

    async def flood(self, seconds: float) -> None:
        """Send for so long, over as many sockets as it takes. What is refused is refused for the right reason."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            async with await socket_of(self.place, self.account) as line:
                asked: list[str] = []
                sending = asyncio.create_task(self._send(line, asked, end))
                with contextlib.suppress(TimeoutError):
                    ending = await line.ending(end - time.monotonic() + 1)
                    self.closed[ending.code] += 1
                    assert re.fullmatch(r"retry_after=[1-9]\d*", ending.reason)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                self._count(line, asked)

    async def _send(self, line: Line, asked: list[str], end: float) -> None:
        while time.monotonic() < end:
            asked.append(str(uuid.uuid4()))
            if not await line.ask("message.send", asked[-1], room=self.place.room, body="again and again"):
                return
            await asyncio.sleep(1 / TRIED_PER_SECOND)

    def _count(self, line: Line, asked: list[str]) -> None:
        refused = {said["msg_id"]: said["payload"]["code"] for said in line.said if said["cmd_type"] == "error"}
        assert set(refused.values()) <= {"rate_limited"}
        # Refusals come in the order of the sends; behind the last nothing was looked at any more.
        looked_at = max((n for n, msg_id in enumerate(asked, 1) if msg_id in refused), default=len(asked))
        self.tried += len(asked)
        self.admitted += looked_at - len(refused)
        self.acked += sum(said["cmd_type"] == "ack" for said in line.said)
