"""Who is here, as each process says it, and what follows from all of them. Knows nothing of sockets; the time is given to it."""

from dataclasses import dataclass, field

OFFLINE, AWAY, ONLINE, DO_NOT_DISTURB = "offline", "away", "online", "dnd"
RANK = {OFFLINE: 0, AWAY: 1, ONLINE: 2, DO_NOT_DISTURB: 3}
"""Of what several processes say of a person the highest holds. Do not disturb is the person's own word, and outdoes the rest."""

SILENT_SECONDS = 40.0
"""A process that said nothing for so long was killed: its people are forgotten."""
GRACE_SECONDS = 5.0
"""Who comes back within them was not offline: a connection that breaks does not flicker."""


@dataclass(slots=True)
class Said:
    """What one process says of its people, and when it said something last."""

    at: float
    users: dict[int, str] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Statuses:
    """What the processes say, merged."""

    def __init__(self) -> None:
        self.shown: dict[int, str] = {}
        """The status of everybody who is not offline, as it was settled last."""
        self._said: dict[str, Said] = {}
        self._moved: set[int] = set()
        self._gone: dict[int, float] = {}

    def say(self, process: str, users: dict[int, str], counts: dict[int, int], now: float, *, whole: bool) -> None:
        """`process` tells what changed among its people, or (`whole`) who they are."""
        said = self._said.setdefault(process, Said(now))
        said.at = now
        if whole:
            self._moved |= said.users.keys()
            said.users.clear()
            said.counts.clear()
        for user, status in users.items():
            if status in RANK and status != OFFLINE:
                said.users[user] = status
            else:
                said.users.pop(user, None)
        said.counts |= counts
        self._moved |= users.keys()

    def said_by(self, process: str) -> tuple[dict[int, str], dict[int, int]]:
        """All that `process` says: people and counts."""
        said = self._said[process]
        return dict(said.users), dict(said.counts)

    def knows(self, process: str) -> bool:
        return process in self._said

    def forget_silent(self, now: float, me: str) -> None:
        """Processes but `me` that have not said anything for SILENT_SECONDS are gone."""
        for process in [one for one, said in self._said.items() if one != me and now - said.at >= SILENT_SECONDS]:
            self._moved |= self._said.pop(process).users.keys()

    def settle(self, now: float) -> dict[int, str]:
        """What changed since the last settling, and becomes `shown` by it. Who is gone is offline only after GRACE_SECONDS."""
        changed = {}
        for user in self._moved:
            status = max(
                (said.users.get(user, OFFLINE) for said in self._said.values()), key=RANK.__getitem__, default=OFFLINE
            )
            if status == OFFLINE:
                if user in self.shown:
                    self._gone.setdefault(user, now)
                continue
            self._gone.pop(user, None)
            if self.shown.get(user) != status:
                self.shown[user] = changed[user] = status
        self._moved.clear()
        for user in [user for user, since in self._gone.items() if now - since >= GRACE_SECONDS]:
            del self._gone[user], self.shown[user]
            changed[user] = OFFLINE
        return changed

    @property
    def waits(self) -> bool:
        """Whether somebody is to be offline soon, or news wait to be settled."""
        return bool(self._gone or self._moved)

    def counted_before(self, process: str) -> set[int]:
        """People whom a process with a lower name has, too: they are counted there."""
        return {user for one, said in self._said.items() if one < process for user in said.users}

    def count(self, room: int) -> int:
        """How many people are in a large room."""
        return sum(said.counts.get(room, 0) for said in self._said.values())
