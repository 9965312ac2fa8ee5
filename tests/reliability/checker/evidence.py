"""All that a run left behind, and what is asked of it everywhere."""

from dataclasses import dataclass
from pathlib import Path

from tests.reliability.checker import acts
from tests.reliability.checker.dump import Dump
from tests.reliability.checker.logs import DUMP, Logs


@dataclass(frozen=True)
class Rules:
    """Seconds until everybody must have everything, and milliseconds until a removal or a revocation must have reached its sockets."""

    quiet: float = 5.0
    revoke_ms: int = 1000
    revoke_ms_after_kill: int = 3000
    """Where a process was killed round that time, maybe before it rang."""
    revoke_ms_without_redis: int = 5000


@dataclass(frozen=True)
class Client:
    """One file: a person on a device."""

    number: int
    name: str
    file: str
    user: int


class Evidence:
    """A folder of logs, its dump and its admin log."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self.rules = rules
        self.logs = Logs(folder)
        self.dump = Dump(folder / DUMP)
        self.admin = list(self.logs.admin())
        self.clients = [self._client(number) for number in self.logs.clients]
        self.lost = [(one.dumped_at, one.t) for one in self.of_admin(acts.Epoch)]
        """Spans of time of which a restore on purpose may have left nothing."""

    def of_admin(self, kind: type) -> list:
        return [record for _at, record in self.admin if isinstance(record, kind)]

    def is_lost(self, t: float) -> bool:
        """Whether what happened at `t` was meant to be forgotten."""
        return bool(self.lost) and any(start <= t <= end for start, end in self.lost)

    @property
    def quiet_at(self) -> float:
        """When the faults were over; 0 where nobody said so."""
        return max((one.t for one in self.of_admin(acts.Quiet)), default=0.0)

    def _client(self, number: int) -> Client:
        who = self.logs.who(number)
        return Client(number, who.client, self.logs.paths[number].name, who.user)
