"""What messages are drawn with."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from messaging import sentences

register = template.Library()


@register.simple_tag
def sentence(message: dict[str, Any], people: dict[int, str]) -> str:
    """What a system message says."""
    return sentences.sentence(message, people)


@register.filter
def shortly(at: datetime | None) -> str:
    """Day and time in few characters, in the active time zone, the time as everywhere beside messages."""
    return f"{date_format(at, 'SHORT_DATE_FORMAT')} {at:%H:%M}" if (at := at and timezone.localtime(at)) else ""


@register.filter
def joined(numbers: list[int]) -> str:
    """`1,2,3`: a list for the page's scripts."""
    return ",".join(map(str, numbers))
