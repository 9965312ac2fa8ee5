"""What every page is drawn with: icons, faces, the map of the scripts' modules."""

import functools
import json
import unicodedata
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts import wire
from accounts.models import User

register = template.Library()

HUES = 12
SIDES = {"tiny": 20, "small": 30, "": 36, "big": 64}
"""Sides of a face in pixels, by class; avatar.css sets the same."""


@register.simple_tag
def once(name: str) -> SafeString:
    """The template `name`, which asks for nothing but the language: drawn once in each."""
    drawn = _drawn.__wrapped__ if settings.DEBUG else _drawn
    return drawn(name, get_language())


@functools.cache
def _drawn(name: str, _language: str) -> SafeString:
    return get_template(name).render()


@register.simple_tag
@functools.cache
def icon(name: str) -> SafeString:
    """The symbol `name` of static/icons/lucide.svg. Says nothing to those who listen: the text beside it does."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name)


@register.simple_tag
def avatar(person: User | dict[str, Any], size: str = "") -> SafeString:
    """The face of a person (a User, or an author as the protocol has it): the picture, else initials on their own tint."""
    if isinstance(person, User):
        person = wire.author(person)
    kind = f"avatar {size}".strip()
    if person["avatar_url"]:
        side = SIDES[size]
        return format_html(
            '<img class="{}" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            kind,
            person["avatar_url"],
            side,
            side,
        )
    return format_html(
        '<span class="{}" data-hue="{}" aria-hidden="true">{}</span>',
        kind,
        person["id"] % HUES,
        initials(person["display_name"]),
    )


def initials(name: str) -> str:
    """One or two letters to know `name` by; of a name in Chinese, Japanese or Korean its first character."""
    words = name.split() or ["?"]
    first = words[0][0]
    if len(words) == 1 or unicodedata.east_asian_width(first) in "WF":
        return first.upper()
    return (first + words[-1][0]).upper()


@register.simple_tag
def hidden(field: BoundField) -> SafeString:
    """A hidden field, as Django draws it, without the two templates that it takes for that."""
    value = field.value()
    has_value = value is not None and value != ""
    told = format_html(' value="{}"', value) if has_value else ""
    return format_html('<input type="hidden" name="{}"{} id="{}">', field.html_name, told, field.auto_id)


@register.simple_tag
def import_map() -> SafeString:
    """The addresses under which modules import each other, each with that of the file as it is now: so a browser may keep it for ever."""
    return _import_map()


@functools.cache
def _import_map() -> SafeString:
    hashed = getattr(staticfiles_storage, "hashed_files", {})
    modules = sorted(name for name in hashed if name.startswith("js/") and name.endswith(".js"))
    imports = {settings.STATIC_URL + name: static(name) for name in modules}
    # Inside a script element `<` alone could end it.
    return mark_safe(json.dumps({"imports": imports}).replace("<", "\\u003c"))  # noqa: S308


@functools.cache
def _sprite() -> str:
    return static("icons/lucide.svg")
