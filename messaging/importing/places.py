"""The rooms of an import: found by their slugs, or made; and the threads in them, found by their titles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from accounts.models import User
from messaging.importing.patience import committed
from messaging.models import Message
from messaging.services.texts import MAX_TITLE_CHARS
from rooms.models import Room, Workspace
from rooms.services import create_room


class Places:
    """The rooms by slug. A missing one is made when a message for it is about to be written."""

    def __init__(self, actor: User, workspace: Workspace) -> None:
        self.actor, self.workspace = actor, workspace
        self.made = 0
        self._rooms: dict[str, Room] = {}

    def find(self, slugs: Iterable[str]) -> None:
        """Look the rooms up. Raises PermissionDenied for one that is not public, or archived."""
        for room in Room.objects.filter(workspace=self.workspace, slug__in=list(slugs)):
            require_importable(room)
            self._rooms[room.slug or ""] = room

    def room(self, slug: str, name: str) -> int:
        """The id of the room; `name` is what a new one is called."""
        if slug not in self._rooms:
            self._rooms[slug] = committed(
                create_room, self.actor, self.workspace, name=name, threads=Room.Threads.THREADED
            )
            self.made += 1
        return self._rooms[slug].pk

    def ids(self) -> list[int]:
        """The ids of all rooms that were found or made."""
        return [room.pk for room in self._rooms.values()]


def require_importable(room: Room) -> None:
    """Raises PermissionDenied for a room into which nothing is imported."""
    if room.kind != Room.Kind.PUBLIC:
        raise PermissionDenied(f"The room {room.slug} is not public; an import writes into public rooms only.")
    if room.is_archived:
        raise PermissionDenied(f"The room {room.slug} is archived; open it again before you import into it.")


@dataclass(slots=True, frozen=True)
class Root:
    """The first message of a thread."""

    id: int
    seq: int


type Topic = tuple[int, str]
"""A room's id, and a title in it."""


class Threads:
    """The roots of titled threads. As large as there are topics, however many messages they have."""

    def __init__(self) -> None:
        self._roots: dict[Topic, Root] = {}
        self._loaded: set[int] = set()

    def load(self, room_ids: Iterable[int]) -> None:
        """Read the threads that these rooms have already."""
        for room in set(room_ids) - self._loaded:
            self._loaded.add(room)
            roots = Message.objects.filter(room=room, thread_root=None, kind=Message.Kind.MESSAGE).exclude(
                thread_title=""
            )
            for pk, seq, title in roots.order_by("seq").values_list("pk", "seq", "thread_title").iterator():
                self._roots.setdefault((room, title), Root(pk, seq))

    def living(self, topics: Iterable[Topic]) -> dict[Topic, Root]:
        """The roots of `topics` that were not deleted meanwhile: nobody answers a deleted message. The rooms are locked."""
        roots = {topic: self._roots[topic] for topic in topics if topic in self._roots}
        there = Message.objects.filter(pk__in=[root.id for root in roots.values()], deleted_at=None)
        ids = set(there.values_list("pk", flat=True)) if roots else set()
        return {topic: root for topic, root in roots.items() if root.id in ids}

    def remember(self, roots: Mapping[Topic, Root]) -> None:
        """Take in the roots of a batch, once it is committed."""
        self._roots.update(roots)


def thread_title(title: str) -> str:
    """The title as a thread can have it."""
    return title if len(title) <= MAX_TITLE_CHARS else title[: MAX_TITLE_CHARS - 1] + "…"
