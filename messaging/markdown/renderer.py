"""Tokens as HTML, where a chat wants it otherwise than markdown-it draws it.

`env["link"]` is the markup of the open link, `env["colours"]` how many characters of code may still be coloured.
"""

from collections.abc import Sequence
from html import escape

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from messaging.markdown.highlight import highlight
from messaging.markdown.inline import anchor, weave, weave_label


class Renderer(RendererHTML):
    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        content = tokens[idx].content
        if env["link"] is None:
            return weave(content, glued=bool(idx) and _ends_in_word(tokens[idx - 1]))
        # <https://example.com/:tada:> shows what it links to.
        return escape(content, quote=False) if env["link"] == "autolink" else weave_label(content)

    def text_special(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return escape(tokens[idx].content, quote=False)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["link"] = tokens[idx].markup
        return f'<a href="{escape(str(tokens[idx].attrs["href"]))}">'

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        env["link"] = None
        return "</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link to the picture: loading it would tell a stranger's server who reads the room."""
        token = tokens[idx]
        source = str(token.attrs["src"])
        text = escape(self.renderInlineAsText(token.children, options, env) or source, quote=False)
        return text if env["link"] is not None else anchor(source, text)

    def task_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<label>{_checkbox(tokens[idx].meta['checked'])} "

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        box = tokens[idx].meta.get("box")
        return self.renderToken(tokens, idx, options, env) + ("" if box is None else _checkbox(box))

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        language = "".join(unescapeAll(token.info).split(maxsplit=1)[:1])
        if len(token.content) > env["colours"]:
            language = ""
        env["colours"] -= len(token.content) if language else 0
        return f"<pre{self.renderAttrs(token)}><code>{highlight(token.content, language)}</code></pre>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<div class="table"{self.renderAttrs(tokens[idx])}><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"


def _checkbox(checked: bool) -> str:
    return f'<input type="checkbox" disabled{" checked" if checked else ""}>'


def _ends_in_word(token: Token) -> bool:
    return token.type == "text_special" and token.content[-1:].isalnum()
