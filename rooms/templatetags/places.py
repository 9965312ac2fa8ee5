"""The lists of rooms at the side of every page."""

import functools
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

SHOWN = ("id", "kind", "name", "notify", "unread", "mentions")
"""What a room's line shows of it. A line is kept by all that it shows, so it is never stale, and everybody's who sees the same."""
KEPT = 4096


@register.simple_tag(takes_context=True)
def places(context: Context, rooms: list[dict[str, Any]]) -> SafeString:
    """The lines of rooms of somebody's, as `wire` states them; the page's own and those with a draft are marked."""
    here = getattr(context.get("room"), "pk", None)
    drafts = frozenset(context["errands"].draft_rooms)
    language = get_language()
    lines = [
        _line(
            language,
            room["id"] == here,
            room["id"] in drafts,
            tuple(room[name] for name in SHOWN),
            len(room["users"]) if "users" in room else 0,
            tuple(room["face"].items()) if "face" in room else (),
        )
        for room in rooms
    ]
    return mark_safe("".join(lines))  # noqa: S308 - drawn by templates


@functools.lru_cache(KEPT)
def _line(_language: str, is_here: bool, has_draft: bool, shown: tuple, people: int, face: tuple) -> SafeString:
    one = dict(zip(SHOWN, shown, strict=True)) | {"users": range(people), "face": dict(face)}
    name = "rooms/place_direct.html" if face else "rooms/place.html"
    context = {
        "one": one,
        "room": {"pk": one["id"] if is_here else 0},
        "errands": {"draft_rooms": [one["id"]] if has_draft else []},
    }
    return format_html("\n        {}", mark_safe(get_template(name).render(context)))  # noqa: S308
