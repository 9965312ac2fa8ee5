"""A message's Markdown as safe HTML: `render` when it is written, `Rendered.finish` once it is known who is in the room.

The way of a text: `plain.is_plain` sends ordinary sentences down a short road and everything else to the parser
(`parser`, CommonMark by markdown-it-py); both draw their text runs with `inline.weave`, and both end in `cleaner.clean`
(nh3), which is the only door to the page. Classes and tags that can come out are listed in `cleaner`.
"""

from messaging.markdown import cleaner, parser, plain
from messaging.markdown.rendered import Rendered

__all__ = ["Rendered", "render"]

# A message that is sent has 10,000 characters at most, so only imports reach this. The parser needs up to 10 us for a
# character of hostile text; above this length the text is shown as it is, with its links and mentions.
LONGEST_PARSED = 16_000


def render(body: str) -> Rendered:
    """Never raises. A text that is too long, too deep or too dear to parse is shown as plain text with line breaks."""
    try:
        return Rendered.of(cleaner.clean(_draw(body)))
    except Exception:  # noqa: BLE001 - whatever a library does with a stranger's text, the message must still be shown
        return Rendered.of(cleaner.clean(plain.draw_literally(_encodable(body))))


def _draw(body: str) -> str:
    if plain.is_plain(body):
        return plain.draw(body)
    if len(body) > LONGEST_PARSED:
        return plain.draw_literally(body)
    return parser.draw(body)


def _encodable(body: str) -> str:
    """Lone surrogates cannot be sent or stored; they become question marks."""
    return body.encode("utf-8", "replace").decode()
