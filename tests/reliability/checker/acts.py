"""The records of the admin log: what the run itself did. Times are CLOCK_MONOTONIC seconds."""

from typing import Union

from tests.reliability.checker.shapes import Record


class Command(Record, tag="who"):
    """The first line of the admin log."""

    seed: int | str | None = None
    command: str = ""


class Fault(Record, tag="fault"):
    kind: str
    phase: str = "begin"


class Remove(Record, tag="remove"):
    room: int
    user: int
    begun: float
    acked: float | None
    """None where the answer was lost."""


class Add(Record, tag="add"):
    room: int
    user: int
    begun: float
    acked: float | None = None


class Opened(Record, tag="open"):
    """Somebody opened a direct room."""

    user: int
    begun: float
    room: int | None = None
    acked: float | None = None


class Hidden(Record, tag="hide"):
    """Somebody hid one from themselves."""

    room: int
    user: int
    begun: float
    acked: float | None = None


class Revoke(Record, tag="revoke"):
    user: int
    begun: float
    acked: float | None
    client: str | None = None
    """None: every session of the user."""
    conn: int | None = None
    """Its socket; None: all that were there."""


class Epoch(Record, tag="epoch"):
    """An older dump was restored, on purpose; it was begun at `dumped_at`."""

    dumped_at: float
    epoch: str = ""


class Quiet(Record, tag="quiet"):
    """The faults are over."""


Admin = Union[Command, Fault, Remove, Add, Opened, Hidden, Revoke, Epoch, Quiet]  # noqa: UP007
