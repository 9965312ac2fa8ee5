"""A piece of a room's log for one viewer: what the page puts on messages that know no viewer."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.memory import Known
from messaging.pages import Entry, Mark, excerpt
from messaging.reads import Page
from messaging.threads import Thread

BLOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a room, and what they may do there."""

    me: int
    """Their id; 0 for who is not signed in."""
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

    def acts(self, *, is_mine: bool) -> frozenset[str]:
        """What they may do to a living message, their own or another's."""
        if not self.me:
            return frozenset()
        found = {"save"} if is_mine else {"save", "report"}
        if self.may_write:
            found |= {"react", "reply"}
            found |= {"pin"} if self.may_pin else set()
            found |= {"edit", "delete"} if is_mine else {"delete"} if self.moderates else set()
        return frozenset(found)


NOTHING: frozenset[str] = frozenset()


def entries(found: Page, viewer: Viewer, *, asked: int | None = None) -> list[Entry]:
    """The messages of `found` for `viewer`, in the active time zone; `asked` is the `seq` of the one asked for."""
    # Fifty times a page: what is the same for all of them is asked once, and a message's members are looked up once each.
    me, zone = viewer.me, timezone.get_current_timezone()
    mine, others = viewer.acts(is_mine=True), viewer.acts(is_mine=False)
    first_new = _first_new(found, viewer)
    quotes = {seq: _quote(one, viewer) for seq, one in found.quoted.items()}
    prefix = "t" if viewer.thread else "m"
    shown, before = [], Before()
    for known in found.known:
        message = known.message
        pk, seq, author, answers = message["id"], message["seq"], message["author"]["id"], message["reply_to"]
        is_living = message["kind"] == "message" and message["deleted_at"] is None
        at = known.at.astimezone(zone)
        day, is_new, is_folded = at.date(), seq == first_new, is_living and author in viewer.blocked
        goes_on = not is_new and before.goes_on(message, at, day, viewer.thread)
        mark = Mark(
            classes=_classes(goes_on, author == me, is_living and _names(message, me), is_folded),
            time=f"{at.hour:02}:{at.minute:02}",
            quote=quotes.get(answers["seq"]) if answers else None,
            pressed=_pressed(message, me, found.mine) if message["reactions"] else NOTHING,
            is_asked=seq == asked,
            is_folded=is_folded,
            acts=NOTHING if not is_living else mine if author == me else others,
            is_saved=pk in viewer.saved,
            line=viewer.lines.get(pk),
            reply_in=_reply_in(message, viewer) if viewer.gathers else 0,
            root=viewer.thread,
            prefix=prefix,
        )
        shown.append(Entry(known, at, mark, None if day == before.day else day, is_new))
        before = Before(author if message["kind"] == "message" else 0, at, day)
    return shown


def entry(known: Known) -> Entry:
    """A message without marks."""
    return Entry(known, timezone.localtime(known.at))


@dataclass(frozen=True, slots=True)
class Before:
    """The message above: whose it is (0 for the house's), when it was written."""

    author: int = 0
    at: datetime | None = None
    day: date | None = None

    def goes_on(self, message: dict[str, Any], at: datetime, day: date, root: int) -> bool:
        """Is `message` of the same person, within five minutes, on the same day, with nothing between?"""
        return (
            self.author == message["author"]["id"]
            and message["kind"] == "message"
            and (message["reply_to"] is None or message["reply_to"]["id"] == root)
            and day == self.day
            and self.at is not None
            and at - self.at < BLOCK
        )


def _first_new(found: Page, viewer: Viewer) -> int | None:
    """The first message that is new to the viewer, where the page holds the end of what they have read."""
    mark, known = viewer.last_read_seq, found.known
    if mark is None or not known or (found.has_before and known[0].message["seq"] > mark + 1):
        return None
    messages = (one.message for one in known)
    new = (
        one["seq"]
        for one in messages
        if one["seq"] > mark and one["kind"] == "message" and one["author"]["id"] != viewer.me
    )
    return next(new, None)


def _quote(known: Known, viewer: Viewer) -> dict[str, str]:
    message = known.message
    if message["deleted_at"]:
        return excerpt(message)
    if message["kind"] == "message" and message["author"]["id"] in viewer.blocked:
        return {"name": "", "words": _("Message of somebody you blocked.")}
    if known.excerpt is None:
        known.excerpt = excerpt(message)
    return known.excerpt


def _classes(goes_on: bool, is_mine: bool, names_me: bool, is_folded: bool) -> str:
    found = ("more" if goes_on else "", "mine" if is_mine else "", "names-me" if names_me else "")
    return " ".join(filter(None, (*found, "blocked" if is_folded else "")))


def _names(message: dict[str, Any], me: int) -> bool:
    mentions = message["mentions"]
    return message["author"]["id"] != me and (mentions["all"] or me in mentions["users"])


def _reply_in(message: dict[str, Any], viewer: Viewer) -> int:
    root = message["thread"]["root"] if message["thread"] else message["id"]
    # A reply that stands in the room itself is one whose root its reader may not see.
    return root if viewer.thread or root == message["id"] else 0


def _pressed(message: dict[str, Any], me: int, mine: dict[str, list[str]]) -> AbstractSet[str]:
    listed = (one["emoji"] for one in message["reactions"] if me in one["users"])
    return frozenset(listed).union(mine.get(str(message["id"]), ()))
