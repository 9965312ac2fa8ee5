"""How much one person may ask of one process: token buckets, shared by socket and API. No ack waits for Redis."""

import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from chatsite.realtime.errors import RateLimited

FLOOD_REFUSALS = 50
"""Refusals within FLOOD_SECONDS at which a socket is closed."""
FLOOD_SECONDS = 10.0


@dataclass(slots=True)
class Bucket:
    """`rate` tokens a second, at most `burst` of them (a token bucket)."""

    rate: float
    burst: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token; 0.0, or the seconds until there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


_buckets: dict[tuple[int | str, str], Bucket] = {}
MANY = 50_000
"""Buckets from which on the full ones are forgotten."""


def take(who: int | str, kind: str) -> None:
    """Draw one `sends`, `commands` or `reads` of this person, or of a place on the web where nobody is signed in. Raises RateLimited with `retry_after` in whole seconds, from 1."""
    now = time.monotonic()
    bucket = _buckets.get((who, kind))
    if bucket is None:
        rate, burst = _limit(kind)
        if len(_buckets) >= MANY:
            _forget_idle(now)
        bucket = _buckets[who, kind] = Bucket(rate, burst, burst, now)
    if wait := bucket.take(now):
        raise RateLimited(_("You are too fast. Please wait a moment."), retry_after=max(1, math.ceil(wait)))


def _limit(kind: str) -> tuple[float, float]:
    match kind:
        case "sends":
            return settings.SENDS_PER_SECOND, settings.SENDS_BURST
        case "reads":
            return settings.READS_PER_SECOND, settings.READS_BURST
        case "commands":
            return settings.COMMANDS_PER_SECOND, settings.COMMANDS_BURST
    raise ValueError(f"Unknown kind of limit {kind!r}; expected sends, reads or commands.")


def _forget_idle(now: float) -> None:
    for key, bucket in list(_buckets.items()):
        if bucket.tokens + (now - bucket.at) * bucket.rate >= bucket.burst:
            del _buckets[key]


@dataclass(slots=True)
class Counter:
    """Counts what happens within `seconds`, for limits on a single socket."""

    seconds: float
    times: list[float]

    def add(self) -> int:
        """One more now; how many lie within the time."""
        now = time.monotonic()
        self.times = [at for at in self.times if now - at < self.seconds]
        self.times.append(now)
        return len(self.times)
