"""A run of text as HTML: escaped, with links, mention candidates and emoji names woven in.

Bare links follow GitHub's rules (GFM section 6.9: `www.`, `http(s)://` and addresses, without the sentence's
punctuation). linkify-it is not used: it makes links of `main.py` and `README.md` (both are top-level domains), takes
Chinese text behind a link for a part of it, and its expressions cost several times the rest of a short message.

Every expression here is linear: repetitions are bounded or cannot overlap with what follows them.
"""

import re
from html import escape

from messaging.markdown.emojis import emoji_named

_HOST = (
    r"(?>(?:[\w-]{1,63}\.){0,20}(?:[A-Za-z0-9-]{1,63}|[^\W\d_A-Za-z]{1,63})|\[[0-9A-Fa-f:.]{2,45}\])(?>(?::\d{1,5})?)"
)
# A link ends where the sentence goes on: at white space, quotes, brackets of prose and Chinese punctuation. A host that is
# followed by "@" is a user name, and https://bank.example@evil.example is no link.
_TAIL = r"(?!:?[^\s/@]{0,64}@)(?:[/?#][^\s<>\"`\\\u2018-\u201f\u2026\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f\uff5b-\uff65]{0,2000})?"
_EDGE = r"(?<![A-Za-z0-9_.+-])"

URL = re.compile(rf"[Hh][Tt][Tt][Pp][Ss]?://{_HOST}{_TAIL}")

_TRIGGER = re.compile(r"[@:]|[Ww]{3}\.")
_MENTION = r"(?<!\w)@(?P<name>[\w.-]{0,31}\w)(?!\w)"
_EMOJI = r"(?<![A-Za-z0-9_:+-])(?P<emoji>(?::[a-z0-9_+-]{1,40}:)+)(?![A-Za-z0-9_:])"
_ADDRESS = r"(?<![A-Za-z0-9_.+/-])(?P<address>(?:mailto:)?[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9_@-])"
_WOVEN = re.compile(
    rf"{_EDGE}(?P<url>{URL.pattern})|{_EDGE}(?P<www>[Ww]{{3}}\.(?=[\w-]+\.){_HOST}{_TAIL})|{_ADDRESS}|{_MENTION}|{_EMOJI}"
)
_EMOJI_ALONE = re.compile(_EMOJI)
_EMOJI_NAME = re.compile(r":([^:]+):")


def weave(text: str, *, glued: bool = False) -> str:
    """HTML of a text that stands outside code and links. `glued`: the character before it belongs to a word."""
    if not _TRIGGER.search(text):
        return escape(text, quote=False)
    if glued and text[0] == "@":
        return "@" + weave(text[1:])
    return _join(text, _WOVEN)


def weave_label(text: str) -> str:
    """HTML of the text of a link: emoji, but no link in a link, and a name there mentions nobody."""
    return _join(text, _EMOJI_ALONE) if ":" in text else escape(text, quote=False)


def trimmed(url: str) -> str:
    """The link without the punctuation that belongs to the sentence; a closing bracket stays if the link opened it."""
    surplus = {close: url.count(close) - url.count(open_) for open_, close in ("()", "[]", "{}")}
    end = len(url)
    while end:
        last = url[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in "?!.,:;*_~'":
            break
        end -= 1
    return url[:end]


def anchor(href: str, label: str) -> str:
    """A link; `label` is HTML. `cleaner` adds rel and target and drops every scheme but http, https and mailto."""
    return f'<a href="{escape(href)}">{label}</a>'


def _join(text: str, pattern: re.Pattern[str]) -> str:
    parts: list[str] = []
    at = 0
    for match in pattern.finditer(text):
        parts += escape(text[at : match.start()], quote=False), _drawn(match)
        at = match.end()
    return "".join(parts) + escape(text[at:], quote=False)


def _drawn(match: re.Match[str]) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "name":
        return f"<x-at>{text}</x-at>"
    if kind == "emoji":
        return _EMOJI_NAME.sub(lambda name: emoji_named(name[1]) or name[0], text)
    if kind == "address":
        return anchor(text if text.startswith("mailto:") else f"mailto:{text}", text)
    url = trimmed(text)
    return anchor(url if kind == "url" else f"https://{url}", escape(url)) + escape(text[len(url) :], quote=False)
