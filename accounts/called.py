"""Finding people by parts of their names: in any script, without case, full-width letters as ordinary ones, alike in both databases."""

import unicodedata
from typing import Any

from django.db.models import Func, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

MAX_CHARS = 80
"""Of what is sought; a name is not longer."""
MAX_WORDS = 5


class Folded(Func):
    """A text for comparing: in the letters of NFKC, without case."""

    function = "chatsite_folded"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        # By way of the capitals, as `str.casefold`: one capital may have two small letters (σ and ς).
        return self.as_sql(compiler, connection, template="lower(upper(normalize(%(expressions)s, NFKC)))", **extra)


def called(rows: QuerySet, words: str, *, person: str = "") -> QuerySet:
    """Those of `rows` whose person has each of `words` somewhere in the username or the display name; all of them for no words.

    `person` is the way from a row to its person, `user__` say.
    """
    for word in words.strip()[:MAX_CHARS].removeprefix("@").split()[:MAX_WORDS]:
        rows = rows.filter(_holds(f"{person}username", word) | _holds(f"{person}display_name", word))
    return rows


def teach(connection: Any, **_signal: Any) -> None:
    """SQLite knows neither NFKC nor letters beyond ASCII: each new connection is taught."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("chatsite_folded", 1, _folded, deterministic=True)


def _holds(name: str, word: str) -> Q:
    return Q(GreaterThan(StrIndex(Folded(name), Folded(Value(word))), 0))


def _folded(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").casefold()
