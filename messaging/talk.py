"""What a room's page is made of: the room, its log as somebody may read it, and what they may do there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts.requests import PersonRequest
from messaging import pages, reads
from rooms.context_processors import place_of
from rooms.models import Room


class Talk:
    """A room and a piece of its log, for the person of a request. Raises Http404 where they may not know of it."""

    def __init__(self, request: PersonRequest, room_id: int, *, limit: int = reads.DEFAULT_LIMIT, **bounds: int):
        self.user = request.user
        self.room = _found(request, room_id)
        self.around = bounds.get("around")
        self.place = place_of(request).enter(self.room.workspace_id)
        self.mine = self.place.room(room_id)
        self.moderates = self.user.is_superuser or self.room.moderated  # type: ignore[attr-defined]  # by `_found`
        self.history = self._read(limit, bounds)

    def _read(self, limit: int, bounds: dict[str, int]) -> dict[str, Any] | None:
        try:
            return reads.history(self.user, self.room.pk, limit=limit, **bounds)
        except PermissionDenied:
            return None  # a public room whose messages are for those who joined

    @property
    def is_readable(self) -> bool:
        return self.history is not None

    @cached_property
    def viewer(self) -> pages.Viewer:
        return pages.Viewer(
            self.user,
            may_write=bool(self.mine) and not self.room.is_archived,
            moderates=self.moderates,
            last_read_seq=self.mine["last_read_seq"] if self.mine else None,
        )

    @property
    def log(self) -> dict[str, Any]:
        """The context of a piece of the log."""
        found = self.history or {
            "messages": [],
            "has_before": False,
            "has_after": False,
            "people": {},
            "head": 0,
            "epoch": "",
        }
        entries = pages.entries(found, self.viewer, asked=self.around)
        return {
            "room": self.room,
            "history": found,
            "entries": entries,
            "newest": entries[-1].message["seq"] if entries else 0,
            "has_new": any(entry.is_new for entry in entries),
            "people": found["people"],
            "mine": self.mine,
            "around": self.around,
        }

    @property
    def page(self) -> dict[str, Any]:
        """The context of the room's page."""
        return {
            **self.log,
            "is_readable": self.is_readable,
            "moderates": self.moderates,
            "may_join": not self.mine
            and self.room.kind == Room.Kind.PUBLIC
            and not self.room.is_archived
            and self.place.is_full_member,
            "pending": pages.pending(self.user),
        }


def _found(request: PersonRequest, room_id: int) -> Room:
    # One query: the room, its workspace, and whether they moderate it.
    moderated = Room.objects.moderated_by(request.user).filter(pk=OuterRef("pk"))
    rooms = Room.objects.visible_to(request.user).annotate(moderated=Exists(moderated))
    return get_object_or_404(rooms, pk=room_id)
