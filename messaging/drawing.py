"""How messages come onto pages: each is drawn by its template once, with holes for what differs between viewers, and filled by joining strings.

A stencil is a list in which text and the names of holes take turns. It is kept with the message (`memory.py`), so it ends with what it shows.
"""

import functools
import re
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from messaging.memory import Known
from messaging.pages import Entry, Mark

_SIGN = f"\0{secrets.token_hex(8)}"
"""Begins a hole while a template is drawn: nobody can write it."""
_HOLE = re.compile(f"{_SIGN}([^\0]*)\0")
_ID, _ROOM, _ROOT = 9_000_000_000_000_000_001, 9_000_000_000_000_000_002, 9_000_000_000_000_000_003
"""Stand for numbers in addresses, where only a number can stand."""


class Holes:
    """Stands for a `Mark` while a stencil is made: each of its members is a hole."""

    def __init__(self, root: int):
        self.root = root

    def __getattr__(self, name: str) -> str:
        return f"{_SIGN}{name}\0"

    def is_pressed(self, emoji: str) -> str:
        return f"{_SIGN}pressed:{emoji}\0"


class Filling(dict):
    """What goes into the holes of one message, by their names."""

    def __init__(self, pressed: frozenset[str], **parts: str):
        super().__init__(parts)
        self._pressed = pressed

    def __missing__(self, name: str) -> str:
        return "true" if name.removeprefix("pressed:") in self._pressed else "false"


def log(entries: Iterable[Entry], people: dict[int, str], *, is_asked: bool = False) -> SafeString:
    """Entries one below the other, with lines for days and for what is new; `is_asked`: the page was asked for because of one of them."""
    language = get_language()
    parts: list[str] = []
    for entry in entries:
        if entry.day:
            parts.append(_day(language, entry.day, entry.day_name))
        if entry.is_new:
            parts.append(_new(language, is_asked))
        parts += (_drawn(entry, people, language), "\n")
    return mark_safe("".join(parts))  # noqa: S308 - drawn by templates


def drawn(entry: Entry, people: dict[int, str]) -> SafeString:
    """One message for its viewer; `people` are the names of whom the system messages name."""
    return mark_safe(_drawn(entry, people, get_language()))  # noqa: S308 - drawn by templates


def likeness(author: dict[str, Any]) -> SafeString:
    """What a person's unsent words are shown as: a message of theirs, without a number."""
    return _likeness(get_language(), tuple(author.items()))


def _drawn(entry: Entry, people: dict[int, str], language: str | None) -> str:
    mark, known = entry.mark, entry.known
    message = known.message
    quote = (mark.quote["name"], mark.quote["words"]) if mark.quote else ()
    system = message.get("system")
    names = (people.get(message["author"]["id"]), people.get(system.get("user") or 0)) if system else ()
    # All that it is filled with: whoever sees the same gets the same.
    key = (language, names, mark.root, mark.prefix, mark.classes, mark.time, mark.acts, mark.pressed, quote)
    key += (mark.is_asked, mark.is_folded, mark.is_saved, mark.reply_in)
    found = known.drawings.get(key)
    if found is None:
        is_threaded = bool(message["thread"] and message["thread"]["replies"])
        found = _filled(_stencil(known, (language, names), mark.root, people), message, mark, is_threaded)
        if not is_threaded:  # what stands under a thread's root is not the message's own
            known.keep(key, found)
    return found


def _filled(stencil: list[str], message: dict[str, Any], mark: Mark, is_threaded: bool) -> str:
    """The text of a template, and holes that are filled with numbers, with templates, or with what is escaped."""
    filling = Filling(
        mark.pressed,
        prefix=mark.prefix,
        classes=f" {mark.classes}" if mark.classes else "",
        time=mark.time,
        asked=' tabindex="-1" autofocus' if mark.is_asked else "",
        fold=_fold(get_language()) if mark.is_folded else "",
        quote=_quote(mark.quote) if mark.quote else "",
        replies=_replies(message, mark) if is_threaded else "",
        acts=_acts(message, mark) if mark.acts else "",
    )
    parts = stencil.copy()
    parts[1::2] = [filling[hole] for hole in parts[1::2]]
    return "".join(parts)


def _stencil(known: Known, shown: tuple, root: int, people: dict[int, str]) -> list[str]:
    message = known.message
    is_quoting = message["reply_to"] is not None and message["reply_to"]["id"] != root
    found = known.stencils.get((*shown, is_quoting))
    if found is None:
        context = {"message": message, "people": people, "mark": Holes(root)}
        found = _HOLE.split(get_template("messaging/message.html").render(context))
        known.keep_stencil((*shown, is_quoting), found)
    return found


def _acts(message: dict[str, Any], mark: Mark) -> str:
    parts = _acts_stencil(
        get_language(), mark.acts, mark.is_saved, message["pinned_at"] is not None, mark.reply_in != 0
    ).copy()
    numbers = {_ID: str(message["id"]), _ROOM: str(message["room"]), _ROOT: str(mark.reply_in)}
    parts[1::2] = [numbers[int(hole)] for hole in parts[1::2]]
    return "".join(parts)


@functools.lru_cache(256)
def _acts_stencil(
    _language: str, acts: frozenset[str], is_saved: bool, is_pinned: bool, is_in_thread: bool
) -> list[str]:
    mark = Mark(acts=acts, is_saved=is_saved, reply_in=_ROOT if is_in_thread else 0)
    message = {"id": _ID, "room": _ROOM, "pinned_at": is_pinned}
    found = get_template("messaging/acts.html").render({"message": message, "mark": mark})
    return re.split(f"({_ID}|{_ROOM}|{_ROOT})", found)


@functools.lru_cache(8)
def _fold(_language: str) -> str:
    return get_template("messaging/fold.html").render()


def _quote(quote: dict[str, str]) -> str:
    return format_html('<b dir="auto">{}</b><span dir="auto">{}</span>', quote["name"], quote["words"])


def _replies(message: dict[str, Any], mark: Mark) -> str:
    return get_template("messaging/replies.html").render({"message": message, "mark": mark})


@functools.lru_cache(256)
def _day(_language: str | None, day: date, name: str) -> str:
    return get_template("messaging/day.html").render({"day": day, "name": name})


@functools.lru_cache(8)
def _new(_language: str | None, is_asked: bool) -> str:
    return get_template("messaging/new.html").render({"is_asked": is_asked})


@functools.lru_cache(1024)
def _likeness(_language: str | None, author: tuple) -> SafeString:
    return get_template("messaging/message.html").render({"message": {"author": dict(author), "kind": "message"}})
