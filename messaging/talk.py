"""What a room's page is made of: the room, its log as somebody may read it, and what they may do there."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import Http404
from django.utils.functional import cached_property

from accounts import services as accounts
from accounts.models import User
from accounts.requests import PersonRequest
from accounts.wire import author
from chatsite.compiled import Compiled
from messaging import reads, services, threads, viewing, wire
from messaging.errands import errands_of
from messaging.models import Draft, Message, SavedMessage
from messaging.services import slow_mode
from rooms import banned, titles
from rooms import services as rooms
from rooms.context_processors import place_of
from rooms.models import Room
from rooms.wire import RECEIPTS_UP_TO

MOST_SAVED = 1000
"""Kept messages of one room that its page marks as such: the latest."""


class Talk:
    """A room and a piece of its log, for the person of a request. Raises Http404 where they may not know of it."""

    def __init__(
        self,
        request: PersonRequest,
        room_id: int,
        *,
        limit: int = reads.DEFAULT_LIMIT,
        roots: bool = False,
        **bounds: int,
    ):
        self.user = request.user
        self.errands = errands_of(request)
        self.room = _found(request, room_id)
        self.around = bounds.get("around")
        self.gathers = self.room.threads == Room.Threads.THREADED
        # Threads have pages of their own, for who is signed in: others read replies where they were said.
        self.roots = roots and self.gathers and self.user.is_authenticated
        self.place = place_of(request).enter(self.room.workspace_id)
        self.mine = self.place.room(room_id)
        titles.call(self.room, self.mine, self.user)
        self.is_direct = self.room.kind == Room.Kind.DIRECT
        # `moderated` is by `_found`; of a direct room nobody is a moderator.
        self.moderates = not self.is_direct and (self.user.is_superuser or self.room.moderated)  # type: ignore[attr-defined]
        self.history = self._read(limit, bounds)

    def _read(self, limit: int, bounds: dict[str, int]) -> reads.Page | None:
        try:
            return reads.page(self.user, self.room.pk, limit=limit, roots=self.roots, quotes=True, **bounds)
        except PermissionDenied:
            return None  # a public room whose messages are for those who joined

    @property
    def belongs(self) -> bool:
        """Whether the room is of their world: theirs, or a public one of their workspace; not one that is merely open to the web."""
        here = self.place.workspace
        return bool(self.mine) or (here is not None and here.pk == self.room.workspace_id and self.place.is_full_member)

    @property
    def is_readable(self) -> bool:
        return self.history is not None

    @cached_property
    def viewer(self) -> viewing.Viewer:
        return viewing.Viewer(
            self.user.pk or 0,
            may_write=bool(self.mine) and not self.room.is_archived,
            moderates=self.moderates,
            last_read_seq=self.mine["last_read_seq"] if self.mine else None,
            blocked=self.blocked,
            may_pin=self.moderates or self.is_direct,
            saved=self.saved,
            gathers=self.gathers and self.user.is_authenticated,
            lines=self._lines(),
        )

    @cached_property
    def blocked(self) -> frozenset[int]:
        """Whose messages are folded for them."""
        return (
            accounts.blocked_by(self.user) if self.user.is_authenticated and self.errands.is_blocking else frozenset()
        )

    @cached_property
    def saved(self) -> frozenset[int]:
        """What they keep of the room's messages."""
        if not self.user.is_authenticated or not self.errands.is_keeping:
            return frozenset()
        kept = SavedMessage.objects.filter(user=self.user, message__room=self.room).order_by("-pk")
        return frozenset(kept.values_list("message", flat=True)[:MOST_SAVED])

    def _lines(self) -> dict[int, threads.Thread]:
        found = self.history.messages if self.history and self.roots else []
        return threads.lines(one["id"] for one in found if one["thread"] and one["thread"]["replies"])

    @property
    def first_root(self) -> int:
        """The id of the first message that they may read where not all are theirs: replies to what stands before it have no thread for them."""
        if not self.gathers or not self.mine or self.room.history != Room.History.JOINED:
            return 0
        readable = Message.objects.filter(room=self.room, seq__gte=self.mine["joined_seq"])
        return readable.order_by("seq").values_list("pk", flat=True).first() or 0

    @cached_property
    def draft(self) -> Draft | None:
        """What they have begun to write here."""
        # The sidebar counts them anyway: who has none is not asked again.
        if not self.mine or not self.errands.drafts:
            return None
        return services.drafts_of(self.user).filter(room=self.room, root=None).first()

    @property
    def log(self) -> dict[str, Any]:
        """The context of a piece of the log."""
        found = self.history or reads.Page()
        entries = viewing.entries(found, self.viewer, asked=self.around)
        return {
            "room": self.room,
            "history": found,
            "entries": entries,
            "newest": entries[-1].message["seq"] if entries else 0,
            "has_new": any(entry.is_new for entry in entries),
            "people": found.people,
            "mine": self.mine,
            "around": self.around,
        }

    @property
    def page(self) -> dict[str, Any]:
        """The context of the room's page."""
        log = self.log
        return {
            "upload_most": settings.UPLOAD_MAX_BYTES,
            **log,
            "read_by": self._asks_who_read(log),
            "is_readable": self.is_readable,
            "moderates": self.moderates,
            "belongs": self.belongs,
            "may_join": self.belongs and not self.mine and not self.room.is_archived,
            "pending": author(self.user) if self.user.is_authenticated else None,
            "blocked": self.blocked,
            "others": titles.others(self.mine, self.user) if self.is_direct and self.mine else [],
            "silence": rooms.why_silent(self.user, self.room.pk) if self.is_direct else "",
            "saved": self.saved,
            "first_root": self.first_root,
            "draft": json.dumps(wire.draft(self.draft)) if self.draft else "",
            "wait": slow_mode.wait_in(self.room, self.user) if self.mine else 0,
        }

    def _asks_who_read(self, log: dict[str, Any]) -> int:
        """Their own message at the end of the log, of which they may ask who has read it; 0 where there is none."""
        if not log["entries"] or log["history"].has_after or not self.mine or self.room.members_count > RECEIPTS_UP_TO:
            return 0
        last = log["entries"][-1].message
        is_own = last["author"]["id"] == self.user.pk and last["kind"] == "message" and not last["deleted_at"]
        return last["id"] if is_own and self.room.members_count > 1 else 0


def _found(request: PersonRequest, room_id: int) -> Room:
    room = _room.first(request.user.pk, room_id) if request.user.is_authenticated else _open_room.first(room_id)
    if room is None:
        banned.refuse_in_public(request.user, room_id)
        raise Http404
    return room


def _of_person(user: int, room: int) -> QuerySet[Room]:
    """The room, its workspace, and whether they moderate it."""
    person = User(pk=user)
    moderated = Room.objects.moderated_by(person).filter(pk=OuterRef("pk"))
    visible = Room.objects.visible_to(person).select_related("workspace")
    return visible.annotate(moderated=Exists(moderated)).filter(pk=room)


def _of_nobody(room: int) -> QuerySet[Room]:
    visible = Room.objects.visible_to(AnonymousUser()).select_related("workspace")
    return visible.annotate(moderated=Value(False)).filter(pk=room)


_room, _open_room = Compiled(_of_person), Compiled(_of_nobody)
