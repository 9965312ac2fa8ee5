"""The routes of the URLconf, by name; and the lines of the table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLResolver, get_resolver

from tests.verdicts import table


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf: its `name`, its path with `{argument}` in it, and its view."""

    name: str
    path: str
    arguments: tuple[str, ...]
    view: object


def routes() -> Iterator[Route]:
    """Every route of the site."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, path, f"{one.namespace}:" if one.namespace else space)
        else:
            shown, arguments = _shown(path)
            tail = path.removeprefix("admin/") if space else path
            yield Route(space + (one.name or tail), shown, arguments, one.callback)


def _shown(path: str) -> tuple[str, tuple[str, ...]]:
    path = path.replace("^", "").replace("$", "")
    names = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")
    arguments = tuple(first or second for first, second in names.findall(path))
    return "/" + names.sub(lambda match: "{" + (match[1] or match[2]) + "}", path), arguments


@dataclass(frozen=True)
class Line:
    """One line of the table: `verdicts[state][person]`; `""` is the state of what has none."""

    method: str
    name: str
    variant: str
    verdicts: dict[str, dict[str, str]]

    def __str__(self) -> str:
        return f"{self.method} {self.name}{'/' if self.variant else ''}{self.variant}"

    def is_of(self, name: str) -> bool:
        return fnmatchcase(name, self.name) if "*" in self.name and "(" not in self.name else name == self.name


def lines() -> list[Line]:
    """The table, read."""
    found = []
    for text in (table.ROOMS, table.PLACES, table.PEOPLE_AND_DOORS, table.ADMIN):
        for line in text.splitlines():
            if match := re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE|SOCKET)\s+(\S+)\s+((?:[a-z-]+\s*)+)", line):
                found.append(_line(*match.groups()))
            elif line.strip() and "public" not in line:
                raise ValueError(f"This line of the table cannot be read: {line!r}")
    return found


def _line(method: str, name: str, letters: str) -> Line:
    name, _slash, variant = (name, "", "") if name.startswith("admin:") or name.endswith("/") else name.partition("/")
    blocks = [block.replace(" ", "") for block in re.split(r"\s{2,}", letters.strip())]
    blocks = [block[0] + block[1] * (len(table.PEOPLE) - 1) if len(block) == 2 else block for block in blocks]
    if len(blocks) not in (1, len(table.STATES)) or any(len(block) != len(table.PEOPLE) for block in blocks):
        raise ValueError(
            f"Expected 1 or {len(table.STATES)} blocks of {len(table.PEOPLE)} letters in {method} {name}: {blocks}"
        )
    states = table.STATES if len(blocks) > 1 else ("",)
    return Line(
        method,
        name,
        variant,
        {state: dict(zip(table.PEOPLE, block, strict=True)) for state, block in zip(states, blocks, strict=True)},
    )
