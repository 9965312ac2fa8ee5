"""What `render` gives back, and how mention candidates become mentions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

# `inline` draws each possible mention as an element that no text can spell: typed, its `<` comes out as `&lt;`.
CANDIDATE = re.compile(r"<x-at>@([^<]+)</x-at>")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html` is safe to show even unfinished; `names` are casefolded and without "all"; `all` says that @all is in the text."""

    html: str
    names: frozenset[str]
    all: bool

    @classmethod
    def of(cls, html: str) -> Self:
        if "<x-at>" not in html:
            return cls(html, frozenset(), False)
        names = {name.casefold() for name in CANDIDATE.findall(html)}
        return cls(html, frozenset(names - {"all"}), "all" in names)

    def finish(self, people: Mapping[str, int], *, all: bool) -> str:  # noqa: A002 - the word that people type
        """The final HTML: candidates in `people` (casefolded name -> user id) and, if `all`, @all are marked; the rest is text.

        It runs under the room's lock: one pass over the HTML, none without candidates.
        """
        if not self.names and not self.all:
            return self.html

        def settled(match: re.Match[str]) -> str:
            return _mention(match[1], people, all)

        return CANDIDATE.sub(settled, self.html)


def _mention(name: str, people: Mapping[str, int], everyone: bool) -> str:
    folded = name.casefold()
    if folded == "all":
        return '<span class="mention" data-all>@' + name + "</span>" if everyone else "@" + name
    user = people.get(folded)
    return f"@{name}" if user is None else f'<span class="mention" data-user="{int(user)}">@{name}</span>'
