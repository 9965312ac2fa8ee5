"""What files of messages are drawn with."""

from typing import Any

from django import template

register = template.Library()

WIDEST, HIGHEST, LEAST = 360, 300, 32
"""Pixels of a picture in a message."""


@register.simple_tag
def box(file: dict[str, Any]) -> dict[str, int]:
    """The width and height in which a picture is shown: known before a byte of it has come, so that nothing moves when it does."""
    scale = min(1.0, WIDEST / file["width"], HIGHEST / file["height"])
    return {side: max(LEAST, round(file[side] * scale)) for side in ("width", "height")}
