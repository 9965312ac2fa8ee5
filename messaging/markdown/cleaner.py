"""The last door: only what is listed here reaches a page, whatever the parser or this package's own code let through.

The CSS author's list of classes:
- `p.heading`;
- `div.table` round each table (let it scroll), `.left`, `.center`, `.right` on `td` and `th`;
- `ul`/`ol.contains-task-list` with `li.task-list-item` (the names that GitHub and markdown-it use);
- in `pre code` the spans k (keyword), st (string), c (comment), n (number), f (name of a function, class, tag or
  attribute), ins and del (lines of a diff).
`x-at` is a mention candidate that is not settled yet; `Rendered.finish` makes `span.mention` or text of it.
"""

import nh3

CODE_CLASSES = frozenset({"k", "st", "c", "n", "f", "ins", "del"})
_BLOCKS = {"p", "ul", "ol", "blockquote", "pre", "div"}
_ALIGNMENTS = {"left", "center", "right"}

TAGS = _BLOCKS | {"br", "hr", "li", "code", "em", "strong", "s", "a", "span", "label", "input", "x-at"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
CLASSES = {
    "p": {"heading"},
    "div": {"table"},
    "ul": {"contains-task-list"},
    "ol": {"contains-task-list"},
    "li": {"task-list-item"},
    "th": _ALIGNMENTS,
    "td": _ALIGNMENTS,
    "span": set(CODE_CLASSES),
}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer nofollow"

_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "input": {"checked", "disabled"}},
    # Each block finds its own direction, so that an Arabic line in an English room reads from the right.
    tag_attribute_values={tag: {"dir": {"auto"}} for tag in _BLOCKS} | {"input": {"type": {"checkbox"}}},
    # No more than one for a tag: nh3 adds them in an order that differs from process to process.
    set_tag_attribute_values={"a": {"target": "_blank"}},
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=REL,
)


def clean(html: str) -> str:
    """The allowed part of `html`, serialised as HTML5 parsers would read it (https://nh3.readthedocs.io)."""
    return _cleaner.clean(html)
