"""What a run measures. Times are those of the monotonic clock, in seconds."""

import time
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Shared by all clients of a run."""

    acked: int = 0
    """Sends that were acked; repeats are not counted."""
    ack_times: list[tuple[float, float]] = field(default_factory=list)
    """When each try of a send was written, and the seconds until its ack."""
    waits: list[tuple[float, float]] = field(default_factory=list)
    """When somebody meant to send (open loop: by the schedule), and the seconds until the ack, over all tries and sockets."""
    errors: list[tuple[float, str, float]] = field(default_factory=list)
    """When each error to a send came, its code, and the seconds it took."""
    away: list[float] = field(default_factory=list)
    """Seconds from the loss of a socket until every room was level with the `hello` of the next."""
    lost: list[tuple[float, int | None, str]] = field(default_factory=list)
    """When each socket was over, the code of its close frame (None: none came), and at which base."""
    opened: list[float] = field(default_factory=list)
    """When each socket heard its `hello`."""
    refused: list[tuple[float, int | None]] = field(default_factory=list)
    """When each handshake failed, and the HTTP status that answered (None: nobody did)."""
    deliveries: list[tuple[float, float]] = field(default_factory=list)
    """When a sampled send was first written, and the seconds until another client heard of it."""
    faults: list[str] = field(default_factory=list)
    """What a client met that the protocol's page does not know."""
    begun: dict[str, float] = field(default_factory=dict)
    """The first writing of each sampled send, by `msg_id`."""

    def hear(self, msg_id: str) -> None:
        """Somebody else was told of a send."""
        if (began := self.begun.get(msg_id)) is not None:
            self.deliveries.append((began, time.monotonic() - began))
