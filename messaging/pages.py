"""Messages as pages show them: what stands above one, the viewer's marks on it, its beginning in a quote (`viewing.py` puts them on)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messaging.markdown.words import in_one_line
from messaging.memory import Known
from messaging.threads import Thread

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

    known: Known
    at: datetime
    """When it was written, in the active time zone."""
    mark: Mark = field(default_factory=Mark)
    day: date | None = None
    is_new: bool = False

    @property
    def message(self) -> dict[str, Any]:
        return self.known.message

    @property
    def day_name(self) -> str:
        """`Today`, `Yesterday`, else the date, with its year if that is another one."""
        today = timezone.localdate()
        if self.day is None or (today - self.day).days in (0, 1):
            return _("Today") if self.day == today else _("Yesterday") if self.day else ""
        # Translators: a day over messages, in the letters of Django's date filter ("l" is the day of the week).
        return date_format(self.day, _("l, j F") if self.day.year == today.year else _("l, j F Y"))

    @property
    def plain(self) -> "Entry":
        """As a page about the message alone shows it."""
        return replace(self, mark=replace(self.mark, acts=frozenset(), is_asked=False))


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
