"""Reading a room: history by number, and the right to it. Heads first, then rows with all that they carry, then rights."""

from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, Subquery, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from chatsite.compiled import Compiled
from messaging import wire
from messaging.memory import HEAD, Head, Known, known
from messaging.models import Message
from messaging.services.reactions import mine
from rooms.models import Installation, Membership, Room, RoomLog

ANSWER_BYTES = 256 * 1024
"""An answer ends here, with at least one row."""
DEFAULT_LIMIT = 50
MAX_LIMIT = 100
END = 2**63 - 1
"""Behind every number."""


@dataclass(slots=True, frozen=True)
class Right:
    """What somebody may read of a room: from `first_seq` on, as a member since `joined_event_seq` (None for one who only looks)."""

    room: int
    first_seq: int = 0
    joined_event_seq: int | None = None


def right_to_read(user: User, room_id: int) -> Right:
    """The right of `user` to read the room now.

    Raises Room.DoesNotExist where they may not know of it, PermissionDenied in a public room whose history begins with joining.
    """
    place = _place.first(user.pk, room_id) if user.is_authenticated else None
    if place:
        history, joined_seq, joined_event_seq = place
        return Right(room_id, joined_seq if history == Room.History.JOINED else 0, joined_event_seq)
    room = Room.objects.visible_to(user).get(pk=room_id)
    if room.kind != Room.Kind.PUBLIC or room.history != Room.History.SHARED:
        raise PermissionDenied(_("Join this room to read it."))
    return Right(room_id)


_place = Compiled(
    lambda user, room: (
        Membership.objects.of(user).filter(room=room).values_list("room__history", "joined_seq", "joined_event_seq")
    )
)


@dataclass(slots=True)
class Page:
    """Messages of a room by `seq`, ascending, and whether there are more on either side."""

    epoch: str = ""
    head: int = 0
    known: list[Known] = field(default_factory=list)
    has_before: bool = False
    has_after: bool = False
    people: dict[int, str] = field(default_factory=dict)
    """The names of all whom its system messages name."""
    mine: dict[str, list[str]] = field(default_factory=dict)
    """The reader's own reactions where the lists of people are cut, by message."""
    quoted: dict[int, Known] = field(default_factory=dict)
    """What its messages answer to and the reader may read, by `seq`; empty unless it was asked for."""

    @property
    def messages(self) -> list[dict]:
        return [one.message for one in self.known]


def history(user: User, room_id: int, **asked) -> dict:
    """Messages of a room by `seq`, ascending: `{epoch, head, messages, has_before, has_after, people, mine?}`; asked for as of `page`."""
    found = page(user, room_id, **asked)
    answer = {
        "epoch": found.epoch,
        "head": found.head,
        "messages": found.messages,
        "has_before": found.has_before,
        "has_after": found.has_after,
        "people": found.people,
    }
    if found.mine:
        answer["mine"] = found.mine
    return answer


def page(
    user: User,
    room_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    thread: int | None = None,
    roots: bool | None = False,
    limit: int = DEFAULT_LIMIT,
    quotes: bool = False,
) -> Page:
    """A page of a room's messages.

    Bounds are excluded (`around` is included), the newest where none is given; with `thread` (the id of any message of it) that thread
    alone, with `roots` without replies to what the reader may see. Raises as `right_to_read`, ValidationError for two bounds or a limit
    outside 1 to 100, Message.DoesNotExist for `thread`.
    """
    _require_bounds(before, after, around, limit)
    right = right_to_read(user, room_id)
    ((head, here),) = _log(room_id)
    root = None if thread is None else _root_of(right, thread)
    rows = Rows(right, thread=root, roots=bool(roots) and root is None)
    heads, has_before, has_after = _page(rows, before, after, around, limit)
    from_end = after is None and around is None
    found, cut = _within(known(heads), ANSWER_BYTES, from_end=from_end)
    if cut:
        has_before, has_after = (True, has_after) if from_end else (has_before, True)
    answer = Page(str(UUID(here)), head, found, has_before, has_after)
    answer.people, answer.mine = wire.named_in(answer.messages), mine(user, answer.messages)
    answer.quoted = _quoted(right, answer) if quotes else {}
    if right_to_read(user, room_id) != right:
        raise Room.DoesNotExist(_("There is no such room."))
    return answer


def _quoted(right: Right, page: Page) -> dict[int, Known]:
    here = {one.message["seq"]: one for one in page.known}
    wanted = {one.message["reply_to"]["seq"] for one in page.known if one.message["reply_to"]}
    others = sorted(wanted - here.keys())
    found = known(Head(*row) for row in _with_numbers(right.room, right.first_seq, *others)) if others else ()
    return {seq: here[seq] for seq in wanted & here.keys()} | {one.message["seq"]: one for one in found}


def _require_bounds(before, after, around, limit) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise ValidationError({"limit": _("Expected a number from 1 to %(limit)d.") % {"limit": MAX_LIMIT}})
    given = {
        name: value for name, value in (("before", before), ("after", after), ("around", around)) if value is not None
    }
    if len(given) > 1:
        raise ValidationError({name: _("Give only one of before, after and around.") for name in given})
    for name, value in given.items():
        if not 0 <= value < 2**63:
            raise ValidationError({name: _("Expected the number of a message.")})


def _root_of(right: Right, message: int) -> int:
    rows = Message.objects.filter(room=right.room, seq__gte=right.first_seq, pk=message)
    named = rows.values_list("pk", "thread_root_id").first()
    if named is None:
        raise Message.DoesNotExist(_("There is no such message."))
    return named[1] or named[0]


@dataclass(slots=True, frozen=True)
class Rows:
    """What somebody may read of a room, or of one thread of it, or without the replies that they see in threads."""

    right: Right
    thread: int | None = None
    roots: bool = False

    def before(self, seq: int, limit: int) -> list[Head]:
        """The newest ahead of `seq`, downwards."""
        return self._heads(seq, limit, is_up=False)

    def since(self, seq: int, limit: int) -> list[Head]:
        """The oldest from `seq` on, upwards."""
        return self._heads(seq, limit, is_up=True)

    def _heads(self, seq: int, limit: int, *, is_up: bool) -> list[Head]:
        values = [self.right.room, self.right.first_seq, seq, *([self.thread] if self.thread else [])]
        without = "" if not self.roots else "visible" if self.right.first_seq else "all"
        return [Head(*row) for row in _heads(*values, limit=limit, is_up=is_up, without=without)]


def _built(room: int, first_seq: int, seq: int, thread: int | None = None, *, limit: int, is_up: bool, without: str):
    rows = Message.objects.filter(room=room, seq__gte=first_seq)
    if thread is not None:
        rows = rows.filter(pk=thread) | rows.filter(thread_root=thread)
    if without == "all":
        rows = rows.filter(thread_root=None)
    elif without == "visible":
        # Where the root was said before one's joining, a reply has no other place to be read in.
        rows = rows.filter(Q(thread_root=None) | Q(thread_root__seq__lt=first_seq))
    rows = rows.filter(seq__gte=seq).order_by("seq") if is_up else rows.filter(seq__lt=seq).order_by("-seq")
    return _numbers(rows)[:limit]


def _numbers(rows):
    # The epoch in the same SELECT as the numbers that it goes with.
    return rows.annotate(here=HERE).values_list("here", *HEAD)


HERE = Subquery(Installation.objects.annotate(text=Cast("epoch", TextField())).values("text")[:1])
"""The epoch as text, in the database's own way of writing it."""
_log = Compiled(lambda room: RoomLog.objects.filter(room=room).annotate(here=HERE).values_list("head", "here"))
_heads = Compiled(_built, is_ranged=True)
_with_numbers = Compiled(
    lambda room, first_seq, *seqs: _numbers(Message.objects.filter(room=room, seq__gte=first_seq, seq__in=seqs))
)


def _page(rows: Rows, before, after, around, limit) -> tuple[list[Head], bool, bool]:
    """A page of `rows` and whether there are more on either side. One more than asked is read to know it."""
    if around is not None:
        return _page_around(rows, around, limit)
    if after is not None:
        start = min(after + 1, END)
        found = rows.since(start, limit + 1)
        return found[:limit], bool(rows.before(start, 1)), len(found) > limit
    found = rows.before(END if before is None else before, limit + 1)
    has_after = before is not None and bool(rows.since(before, 1))
    return found[:limit][::-1], len(found) > limit, has_after


def _page_around(rows: Rows, around, limit) -> tuple[list[Head], bool, bool]:
    earlier = rows.before(around, limit // 2 + 1)
    later = rows.since(around, limit - limit // 2 + 1)
    kept_earlier, kept_later = earlier[: limit // 2], later[: limit - limit // 2]
    return kept_earlier[::-1] + kept_later, len(earlier) > len(kept_earlier), len(later) > len(kept_later)


def _within(found: list[Known], limit: int, *, from_end: bool) -> tuple[list[Known], bool]:
    """As many of `found` as fit into `limit` bytes, at least one, from the end that was asked for; and whether any was cut."""
    kept, size = [], 0
    for one in reversed(found) if from_end else found:
        size += one.size
        if kept and size > limit:
            return (kept[::-1] if from_end else kept), True
        kept.append(one)
    return (kept[::-1] if from_end else kept), False
