"""Colours for fenced code: Pygments' tokens as a handful of short classes."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from html import escape
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Many of Pygments' expressions are quadratic or worse: 5,000 line breaks as C take seconds. So code is coloured only in
# languages that were tried with hostile text (Scala failed), only LONGEST characters of a message (which bounds a single
# match), without wide gaps (C's expressions are cubic in them), and until LONGEST_CPU has passed (seconds of this thread,
# so that a busy machine does not take the colours away). Beyond, code is plain.
LONGEST = 2_500
LONGEST_CPU = 0.04
_GAP = re.compile(r"\s{100}")
LANGUAGES = frozenset(
    "bash c c++ clojure console cpp cs csharp css diff docker dockerfile elixir erlang go golang haskell html ini"  # noqa: SIM905 - one a line, it would take sixty
    " java javascript js json jsx kotlin lean lua make makefile nginx php postgresql powershell py python rb ruby rs rust"
    " sh shell sql swift toml ts typescript xml yaml yml zig".split()
)
# Longest prefixes of Pygments' token names first (https://pygments.org/docs/tokens/).
_CLASSES = {
    "Token.Comment": "c",
    "Token.Keyword": "k",
    "Token.Operator.Word": "k",
    "Token.Literal.String": "st",
    "Token.Literal.Number": "n",
    "Token.Name.Function": "f",
    "Token.Name.Class": "f",
    "Token.Name.Tag": "f",
    "Token.Name.Attribute": "f",
    "Token.Name.Decorator": "f",
    "Token.Generic.Inserted": "ins",
    "Token.Generic.Deleted": "del",
    "Token.Generic.Heading": "c",
    "Token.Generic.Subheading": "c",
}


def highlight(code: str, language: str) -> str:
    """HTML of `code`; plain if the language is unknown or the code too long or too dear."""
    if language.lower() in LANGUAGES and len(code) <= LONGEST and not _GAP.search(code):
        with suppress(TimeoutError):
            return "".join(_coloured(*run) for run in _runs(code, _lexer(language.lower())))
    return escape(code, quote=False)


def _coloured(name: str | None, text: str) -> str:
    drawn = escape(text, quote=False)
    return f'<span class="{name}">{drawn}</span>' if name else drawn


def _runs(code: str, lexer: "Lexer") -> Iterator[tuple[str | None, str]]:
    """Neighbours of one class as one run: a third of the spans. Raises TimeoutError after LONGEST_CPU."""
    current: str | None = None
    texts: list[str] = []
    end = thread_time() + LONGEST_CPU
    for kind, text in lexer.get_tokens(code):
        if thread_time() > end:
            raise TimeoutError(f"Expected colours within {LONGEST_CPU} s.")
        name = _class_of(kind)
        if name != current and texts:
            yield current, "".join(texts)
            texts = []
        current = name
        texts.append(text)
    yield current, "".join(texts)


@cache
def _class_of(kind: object) -> str | None:
    path = f"{kind}."
    return next((name for prefix, name in _CLASSES.items() if path.startswith(prefix + ".")), None)


@cache
def _lexer(language: str) -> "Lexer":
    from pygments.lexers import get_lexer_by_name  # 60 ms, and most processes never draw code

    # The code has to come out as it went in, so nothing is stripped.
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)
