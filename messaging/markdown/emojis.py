"""Emoji by the names that people type between colons (`:tada:`, `:+1:`), from the `emoji` package."""

from functools import cache


def emoji_named(name: str) -> str | None:
    """The emoji of a name without its colons, None if there is none."""
    return _table().get(name)


@cache
def _table() -> dict[str, str]:
    # Loaded with the first name that is met: the package reads half a megabyte of JSON. Its own `emojize` is not used, as
    # it searches its list anew for each name and knows nothing of code and links.
    from emoji import EMOJI_DATA, STATUS

    table: dict[str, str] = {}
    for picture, facts in EMOJI_DATA.items():
        if facts["status"] <= STATUS["fully_qualified"]:
            for name in (*facts.get("alias", ()), facts["en"]):
                table.setdefault(name.strip(":"), picture)
    return table
