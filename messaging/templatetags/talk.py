"""What messages are drawn with."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from messaging import drawing, pages, sentences

register = template.Library()


@register.simple_tag
def sentence(message: dict[str, Any], people: dict[int, str]) -> str:
    """What a system message says."""
    return sentences.sentence(message, people)


@register.simple_tag
def pressed(emoji: str, mark: drawing.Holes | None) -> str:
    """Whether it is a reaction of the viewer's own, too: nobody's, where the message is drawn for no viewer."""
    return mark.is_pressed(emoji) if mark else "false"


@register.simple_tag
def drawn_log(entries: list[pages.Entry], people: dict[int, str], around: int | None) -> SafeString:
    """The messages of a log, one below the other."""
    return drawing.log(entries, people, is_asked=bool(around))


@register.simple_tag
def likeness(author: dict[str, Any]) -> SafeString:
    """What the words of `author` are shown as while they are not sent."""
    return drawing.likeness(author)


@register.simple_tag
def drawn(entry: pages.Entry, people: dict[int, str] | str) -> SafeString:
    """A message on a page about it: as it looks in its room, without what can be done to it."""
    return drawing.drawn(entry.plain, people or {})


@register.filter
def shortly(at: datetime | None) -> str:
    """Day and time in few characters, in the active time zone, the time as everywhere beside messages."""
    return f"{date_format(at, 'SHORT_DATE_FORMAT')} {at:%H:%M}" if (at := at and timezone.localtime(at)) else ""


@register.filter
def joined(numbers: list[int]) -> str:
    """`1,2,3`: a list for the page's scripts."""
    return ",".join(map(str, numbers))
