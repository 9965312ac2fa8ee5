"""A room's log as its page shows it: lines of days, blocks of one person, and the viewer's marks on messages that know no viewer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.wire import author
from messaging import wire
from messaging.markdown.words import in_one_line
from messaging.models import Message
from messaging.threads import Thread

BLOCK = timedelta(minutes=5)
EXCERPT = 160
"""Characters of a quoted message that its quote shows."""


@dataclass(slots=True)
class Mark:
    """What the page puts on a message for its viewer."""

    classes: str = ""
    time: str = ""
    quote: dict[str, str] | None = None
    pressed: frozenset[str] = frozenset()
    is_asked: bool = False
    """The page was asked for because of this message: it comes into sight."""
    is_folded: bool = False
    """Of somebody whom they blocked: it shows when they open it."""
    acts: frozenset[str] = frozenset()
    """Of `react`, `reply`, `edit`, `delete`, `pin`, `save`, `report`: what they may do to it."""
    is_saved: bool = False
    line: Thread | None = None
    """Of its thread: when it was answered last, and by whom."""
    reply_in: int = 0
    """The root of the thread in which an answer is written; 0 for one in the room."""
    root: int = 0
    """The root of the thread that is shown: it is not quoted again by each reply."""
    prefix: str = "m"
    """Of the element's id, since a root stands in its room and in its thread."""


@dataclass(slots=True)
class Entry:
    """A message and what stands above it."""

    message: dict[str, Any]
    at: datetime
    mark: Mark = field(default_factory=Mark)
    day: date | None = None
    is_new: bool = False

    @property
    def day_name(self) -> str:
        """`Today`, `Yesterday`, else the date, with its year if that is another one."""
        today = timezone.localdate()
        if self.day is None or (today - self.day).days in (0, 1):
            return _("Today") if self.day == today else _("Yesterday") if self.day else ""
        # Translators: a day over messages, in the letters of Django's date filter ("l" is the day of the week).
        return date_format(self.day, _("l, j F") if self.day.year == today.year else _("l, j F Y"))

    @property
    def plain(self) -> Mark:
        """Its marks for a page about the message alone."""
        return replace(self.mark, acts=frozenset(), is_asked=False)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a room, and what they may do there."""

    user: User
    may_write: bool = False
    moderates: bool = False
    last_read_seq: int | None = None
    """None where there is no mark: they are no member."""
    blocked: frozenset[int] = frozenset()
    """Whose messages are folded."""
    may_pin: bool = False
    saved: frozenset[int] = frozenset()
    thread: int = 0
    """The root of the thread that they look at; 0 for the room."""
    gathers: bool = False
    """Replies gather in threads here."""
    lines: dict[int, Thread] = field(default_factory=dict)


def entries(found: dict[str, Any], viewer: Viewer, *, asked: int | None = None) -> list[Entry]:
    """The messages of `found` (an answer of `reads.history`) for `viewer`, in the active time zone; `asked` is the `seq` of the one asked for."""
    mine = {int(message): frozenset(emoji) for message, emoji in found.get("mine", {}).items()}
    shown = [Entry(message, moment_of(message["created_at"])) for message in found["messages"]]
    first_new = _first_new(found, viewer)
    quotes = _quotes(found["messages"], viewer)
    before = None
    for entry in shown:
        message = entry.message
        entry.day = None if before and before.at.date() == entry.at.date() else entry.at.date()
        entry.is_new = message["seq"] == first_new
        entry.mark = Mark(
            classes=_classes(entry, None if entry.is_new else before, viewer),
            time=entry.at.strftime("%H:%M"),
            quote=quotes.get(message["reply_to"]["seq"]) if message["reply_to"] else None,
            pressed=_pressed(message, viewer) | mine.get(message["id"], frozenset()),
            is_asked=message["seq"] == asked,
            is_folded=_is_folded(message, viewer),
            acts=_acts(message, viewer),
            is_saved=message["id"] in viewer.saved,
            line=viewer.lines.get(message["id"]),
            reply_in=_reply_in(message, viewer),
            root=viewer.thread,
            prefix="t" if viewer.thread else "m",
        )
        before = entry
    return shown


def moment_of(text: str) -> datetime:
    """A moment of the wire, in the active time zone."""
    return timezone.localtime(datetime.fromisoformat(text))


def pending(user: User) -> dict[str, Any]:
    """The message that a person's unsent words are shown as: theirs, without a number."""
    return {"author": author(user), "kind": Message.Kind.MESSAGE.value}


def excerpt(message: dict[str, Any]) -> dict[str, str]:
    """Who says what, in one line, for a quote."""
    if message["deleted_at"]:
        return {"name": message["author"]["display_name"], "words": _("Message deleted")}
    words = in_one_line(message["html"])
    words = words or ", ".join(one["name"] for one in message["attachments"])
    return {
        "name": message["author"]["display_name"],
        "words": words if len(words) <= EXCERPT else words[:EXCERPT] + "…",
    }


def link(room_id: int, seq: int) -> str:
    """The page of the room, at this message."""
    return reverse("room", args=[room_id]) + f"#m-{room_id}-{seq}"


def _first_new(found: dict[str, Any], viewer: Viewer) -> int | None:
    """The first message that is new to the viewer, where the page holds the end of what they have read."""
    mark, messages = viewer.last_read_seq, found["messages"]
    if mark is None or not messages or (found["has_before"] and messages[0]["seq"] > mark + 1):
        return None
    new = (
        one["seq"]
        for one in messages
        if one["seq"] > mark and one["kind"] == "message" and one["author"]["id"] != viewer.user.pk
    )
    return next(new, None)


def _is_folded(message: dict[str, Any], viewer: Viewer) -> bool:
    return message["author"]["id"] in viewer.blocked and message["kind"] == "message" and not message["deleted_at"]


def _quotes(messages: list[dict[str, Any]], viewer: Viewer) -> dict[int, dict[str, str]]:
    """What is quoted, by `seq`: from the page itself, the rest in one query of what the viewer may read."""
    here = {one["seq"]: one for one in messages}
    wanted = {one["reply_to"]["seq"] for one in messages if one["reply_to"]}
    return {
        row["seq"]: _quote(row, viewer)
        for row in [*(here[seq] for seq in wanted & here.keys()), *_others(messages, wanted - here.keys(), viewer.user)]
    }


def _quote(row: dict[str, Any], viewer: Viewer) -> dict[str, str]:
    if _is_folded(row, viewer):
        return {"name": "", "words": _("Message of somebody you blocked.")}
    return excerpt(row)


def _others(messages: list[dict[str, Any]], seqs: Iterable[int], user: User) -> list[dict[str, Any]]:
    if not seqs:
        return []
    rows = Message.objects.wire().visible_to(user).filter(room=messages[0]["room"], seq__in=seqs)
    return wire.messages(rows)


def _classes(entry: Entry, before: Entry | None, viewer: Viewer) -> str:
    message = entry.message
    found = {
        "more": before is not None and _goes_on(entry, before, viewer.thread),
        "mine": message["author"]["id"] == viewer.user.pk,
        "names-me": _names(message, viewer.user),
        "blocked": _is_folded(message, viewer),
    }
    return " ".join(name for name, holds in found.items() if holds)


def _reply_in(message: dict[str, Any], viewer: Viewer) -> int:
    if not viewer.gathers:
        return 0
    root = message["thread"]["root"] if message["thread"] else message["id"]
    # A reply that stands in the room itself is one whose root its reader may not see.
    return root if viewer.thread or root == message["id"] else 0


def _goes_on(entry: Entry, before: Entry, root: int) -> bool:
    """The same person, within five minutes, on the same day, with nothing between."""
    return (
        entry.message["kind"] == before.message["kind"] == "message"
        and entry.message["author"]["id"] == before.message["author"]["id"]
        and (not entry.message["reply_to"] or entry.message["reply_to"]["id"] == root)
        and entry.day is None
        and entry.at - before.at < BLOCK
    )


def _names(message: dict[str, Any], user: User) -> bool:
    mentions = message["mentions"]
    return (
        message["author"]["id"] != user.pk
        and not message["deleted_at"]
        and (mentions["all"] or user.pk in mentions["users"])
    )


def _pressed(message: dict[str, Any], viewer: Viewer) -> frozenset[str]:
    return frozenset(one["emoji"] for one in message["reactions"] if viewer.user.pk in one["users"])


def _acts(message: dict[str, Any], viewer: Viewer) -> frozenset[str]:
    if message["deleted_at"] or message["kind"] != "message":
        return frozenset()
    is_mine = message["author"]["id"] == viewer.user.pk
    others = set() if is_mine or not viewer.user.is_authenticated else {"report"}
    others |= {"save"} if viewer.user.is_authenticated else set()
    if not viewer.may_write:
        return frozenset(others)
    others |= {"pin"} if viewer.may_pin else set()
    own = {"edit", "delete"} if is_mine else {"delete"} if viewer.moderates else set()
    return frozenset({"react", "reply"} | own | others)
