"""markdown-it-py set up for a chat: which rules run, what they may cost, how their tokens are dressed.

Left out on purpose: raw HTML; reference definitions (`[note]: done` would vanish from the message).
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token
from markdown_it.utils import EnvType

from messaging.markdown import highlight
from messaging.markdown.inline import URL, trimmed
from messaging.markdown.renderer import Renderer

# What a text may cost: INLINE_STEP for each sign that the inline rules look at, BLOCK_STEP for each line that the block
# rules do, once for each level of nesting; a step is about 3 us. The dearest of 150 honest messages of 4,000 to 10,000 characters needed 4,500.
STEPS = 30_000
INLINE_STEP = 1
BLOCK_STEP = 8
DEEPEST_INLINE = 40
MOST_CELLS = 4_000

_SCHEME = re.compile(r"(?<![A-Za-z0-9_.+-])[Hh][Tt][Tt][Pp][Ss]?\Z")
_PARAGRAPH_ENDS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class TooDear(ValueError):
    """The text needs more work or nesting than a message is worth."""


def draw(body: str) -> str:
    """HTML of a Markdown text, before cleaning. Raises TooDear; the libraries may raise anything."""
    return _parser.render(body, {"steps": STEPS, "link": None, "colours": highlight.LONGEST})


def _build() -> MarkdownIt:
    options = {"html": False, "breaks": True, "maxNesting": 20, "tasklists": True}
    parser = MarkdownIt("commonmark", options, renderer_cls=Renderer)
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline", "reference"])
    # Escapes and entities stay apart from the text round them: `\\@bob` mentions nobody.
    parser.core.ruler.disable(["text_join", "linkify"])
    parser.block.ruler.before("table", "spend", _spend_block, _PARAGRAPH_ENDS)
    parser.block.ruler.at("table", _small_table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.at("linkify", _bare_url)
    parser.inline.ruler.at("link", _closed_link)
    parser.inline.ruler.at("image", _closed_image)
    parser.core.ruler.after("inline", "dress", _dress)
    parser.validateLink = _is_allowed  # type: ignore[method-assign] # the documented way
    return parser


def _is_allowed(url: str) -> bool:
    return url.lower().startswith(("http://", "https://", "mailto:"))


def _spend_block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    _spend(state.env, BLOCK_STEP)
    return False


def _small_table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    # markdown-it fills short rows with up to 65,536 cells: 10 kB of text would become a megabyte.
    if line + 1 < end:
        columns = state.src.count("|", state.bMarks[line + 1], state.eMarks[line + 1]) + 1
        if columns * (end - line) > MOST_CELLS:
            return False
    return table(state, line, end, silent)


def _bare_url(state: StateInline, silent: bool) -> bool:
    """Keeps a bare link together as text, out of the reach of emphasis; `inline.weave` makes the link of it."""
    _spend(state.env, INLINE_STEP)
    if silent or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if scheme is None:
        return False
    url = URL.match(state.src, state.pos - len(scheme[0]), state.posMax)
    if url is None:
        return False
    rest = trimmed(url[0])[len(scheme[0]) :]
    state.append_pending(rest)
    state.pos += len(rest)
    return True


def _closed_link(state: StateInline, silent: bool) -> bool:
    return _can_close(state) and link(state, silent)


def _closed_image(state: StateInline, silent: bool) -> bool:
    return _can_close(state) and image(state, silent)


def _can_close(state: StateInline) -> bool:
    # Without this, 10,000 open brackets are tried against each other for 150 ms. The place of the last one is cached.
    return state.html_terminator_last("](") > state.pos


def _spend(env: EnvType, steps: int) -> None:
    env["steps"] -= steps
    if env["steps"] < 0:
        raise TooDear(f"Expected a text of at most {STEPS} steps.")


def _dress(state: StateCore) -> None:
    for index, token in enumerate(state.tokens):
        if token.type == "inline":
            if any(child.level > DEEPEST_INLINE for child in token.children or ()):
                raise TooDear(f"Expected at most {DEEPEST_INLINE} levels of emphasis.")
        elif token.nesting >= 0:
            _dress_block(token)
            if "checked" in token.meta:
                _label_task(token, state.tokens[index + 2])
        elif token.type == "heading_close":
            token.tag = "p"


def _label_task(item: Token, content: Token) -> None:
    """Puts the checkbox of a task and its text into one label: a box without a name says nothing to a screen reader."""
    checked = item.meta.pop("checked")
    if content.type == "inline":
        opening = Token("task_open", "label", 1, meta={"checked": checked})
        content.children = [opening, *(content.children or ()), Token("task_close", "label", -1)]
    else:
        item.meta["box"] = checked


def _dress_block(token: Token) -> None:
    if token.level == 0 and token.type != "hr":
        token.attrs["dir"] = "auto"
    if token.type == "heading_open":
        # A heading in a chat must not stand in the outline of the page.
        token.tag = "p"
        token.attrs["class"] = "heading"
    elif "style" in token.attrs:
        token.attrs["class"] = str(token.attrs.pop("style")).removeprefix("text-align:")


_parser = _build()
