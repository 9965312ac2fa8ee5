"""The finished frames of one change, and what a repair says of a removal."""

from chatsite.realtime.connection import Connection, changes_frame
from chatsite.realtime.envelope import frame
from chatsite.realtime.events import Change
from chatsite.realtime.source import Repair

REASONS = {"left": "left", "removed": "removed", "banned": "banned"}


class Frames:
    """The finished frames of one change, made once per encoding and language."""

    def __init__(self, change: Change):
        self.change = change
        self._made: dict[tuple, str] = {}

    def of(self, connection: Connection, *, hidden: bool) -> str:
        """The `changes` frame for this socket; empty where its person may not see the message that changed."""
        look = ("hidden",) if hidden else connection.look
        if look not in self._made:
            change = self.change
            shown = [] if hidden else connection.shown([change.message], change.people)
            cause = None if hidden else change.cause
            self._made[look] = changes_frame(change.room, change.event_seq - 1, change.event_seq, shown, cause)
        return self._made[look]

    def room_changed(self) -> str:
        """The `room.changed` frame right behind it."""
        return frame("", "room.changed", {"room": self.change.shared})


def removal(user: int, repair: Repair) -> tuple[int, str]:
    """The number and the reason of the removal of `user`, from the system messages of `repair`."""
    for message in reversed(repair.messages):
        system = message.get("system") or {}
        if system.get("event") in REASONS and system.get("user", message["author"]["id"]) == user:
            return message["event_seq"], REASONS[system["event"]]
    return repair.head, "hidden" if repair.shared["kind"] == "direct" else "removed"
