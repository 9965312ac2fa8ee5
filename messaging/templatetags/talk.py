"""What messages are drawn with."""

from typing import Any

from django import template

from messaging import sentences

register = template.Library()


@register.simple_tag
def sentence(message: dict[str, Any], people: dict[int, str]) -> str:
    """What a system message says."""
    return sentences.sentence(message, people)


@register.filter
def joined(numbers: list[int]) -> str:
    """`1,2,3`: a list for the page's scripts."""
    return ",".join(map(str, numbers))
