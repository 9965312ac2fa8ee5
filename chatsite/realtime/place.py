"""Where a socket stands in a room."""

from dataclasses import dataclass


@dataclass(slots=True)
class Place:
    """Where a socket stands in a room: as a member's since `joined_event_seq`, or `watching` one that its person may read."""

    cursor: int
    joined_event_seq: int
    joined_seq: int
    told_head: int
    catching_up: bool = False
    watching: bool = False
    doubted: bool = False
    """It is being asked whether the person may still watch: until that is answered the socket is told nothing of the room."""
