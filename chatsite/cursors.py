"""How hand-written and compiled statements reach the database: prepared, and several on one way. On SQLite plainly."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8


class _Prepared(psycopg.Cursor):
    """Lets PostgreSQL keep what it is asked, with its plan, for as long as the connection lives: to plan such a query takes it 1 to 15 ms."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, _of_one_type(params or ()), prepare=True)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        super().executemany(query, [_of_one_type(params) for params in params_seq], **options)


def _of_one_type(params: Sequence) -> list:
    """Whole numbers of one type, whatever their size: for each type there would be another statement."""
    return [Int8(one) if isinstance(one, int) else one for one in params]


def prepared_cursor() -> Any:
    """A cursor whose statements the database keeps, with their plans: for those of which there are few, asked again and again."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    # Django sets None, by which psycopg prepares nothing at all; by this it does for who asks it to.
    connection.connection.prepare_threshold = sys.maxsize  # type: ignore[attr-defined]
    return connection._prepare_cursor(_Prepared(connection.connection))  # type: ignore[attr-defined]


def table_of(rows: Iterable[tuple], *kinds: str) -> tuple[str, list]:
    """`rows` as a table `v` with the columns `column1`, `column2` and so on, and its parameters; `kinds` are PostgreSQL's types of them.

    PostgreSQL takes each column as one parameter: the statement is the same however many rows there are, and can stay prepared.
    """
    rows = list(rows)
    if connection.vendor != "postgresql":
        row = f"({','.join(['%s'] * len(kinds))})"
        return f"(VALUES {','.join([row] * len(rows))}) AS v", [value for row in rows for value in row]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    names = ", ".join(f"column{n}" for n in range(1, len(kinds) + 1))
    return f"unnest({arrays}) AS v ({names})", [array(column) for column in zip(*rows, strict=True)]


def array(values: Iterable[Any]) -> str:
    """`values` as PostgreSQL reads an array of any type: psycopg's own takes five to eight times as long."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if type(value) is int:
        return str(value)
    text = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextlib.contextmanager
def pipelined() -> Iterator[None]:
    """The statements of the block go to PostgreSQL one behind the other, and nobody waits for it in between but who fetches rows.

    Each way there and back costs a write more than the statement itself, and the GIL twice. An error is raised by who fetches next, at the
    latest at the end of the block. Not for what asks how many rows it changed (`save`, `update`).
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():  # type: ignore[attr-defined]
        yield
