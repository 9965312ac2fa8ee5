"""Whom a text names: resolved under the room's lock, among people who have access at commit."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from chatsite.compiled import Compiled
from messaging.markdown import Rendered
from messaging.models import Mention, Message
from rooms.models import Membership, Room, WorkspaceMembership
from rooms.querysets import FULL_ROLES

ALL_NEEDS_MODERATOR_ABOVE = 100
"""Members of a room from which on `@all` needs a moderator."""
MAX_NAMED = 100
"""People whom one text can mention: a message that names thousands is not a message to them."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The people whom a text names, and the finished HTML of it."""

    people: dict[str, int]
    all: bool
    html: str

    @property
    def wire(self) -> dict:
        return {"users": sorted(set(self.people.values())), "all": self.all}


class Hearers(NamedTuple):
    """A room, as far as it says who can be mentioned in it."""

    room: int
    kind: str
    workspace: int | None
    members_count: int

    @classmethod
    def of(cls, room: Room) -> Self:
        return cls(room.pk, room.kind, room.workspace_id, room.members_count)


def resolve(rendered: Rendered, hearers: Hearers, *, by_moderator: bool) -> Mentioned:
    """Who of the names in `rendered` may read the room now; at most one query, none where nobody is named."""
    people = _with_access(hearers, sorted(rendered.names)[:MAX_NAMED]) if rendered.names else {}
    everyone = rendered.all and (by_moderator or hearers.members_count <= ALL_NEEDS_MODERATOR_ABOVE)
    return Mentioned(people, everyone, rendered.finish(people, all=everyone))


def _with_access(hearers: Hearers, names: list[str]) -> dict[str, int]:
    access = Q(Exists(Membership.objects.filter(room=hearers.room, user=OuterRef("pk"))))
    if hearers.kind == Room.Kind.PUBLIC:
        access |= Q(
            Exists(
                WorkspaceMembership.objects.filter(
                    workspace=hearers.workspace, user=OuterRef("pk"), role__in=FULL_ROLES
                )
            )
        )
    found = User.objects.alias(lowered=Lower("username")).filter(access, lowered__in=names, is_active=True)
    return {name.casefold(): pk for pk, name in found.values_list("pk", "username")}


def rows_for(message: Message) -> list[Mention]:
    """The rows that count `message` for those whom it names, `@all` included; its author's own are none."""
    named = [pk for pk in message.mentions["users"] if pk != message.author_id]
    if message.mentions["all"]:
        named.append(None)
    return [
        Mention(
            message_id=message.pk, room_id=message.room_id, seq=message.seq, author_id=message.author_id, user_id=pk
        )
        for pk in named
    ]


def mentions_after_marks(user: int, marks: dict[int, tuple[int, int]]) -> dict[int, int]:
    """`{room: number of messages of others that name user}`, for `marks` as `{room: (last_read_seq, last_seq)}`: behind the first, up to the second.

    One query. What was posted since the caller read `last_seq` must not count: the client adds it when it comes.
    """
    counts: dict[int, int] = {}
    for room, seq in _named(user) if marks else ():
        if room in marks:
            counts[room] = counts.get(room, 0) + (seq <= marks[room][1])
    return counts


def _behind_marks(user: int) -> QuerySet[Mention]:
    # In one filter(): a second one would join the memberships anew, and compare with anybody's mark.
    named = Mention.objects.filter(
        Q(user=user) | Q(user=None),
        room__memberships__user=user,
        seq__gt=F("room__memberships__last_read_seq"),
    )
    return named.exclude(author=user).values_list("room_id", "seq").distinct()


_named = Compiled(_behind_marks)
