"""Queries that are asked again and again: put into SQL once, by Django's own ORM, and sent with other values ever after.

Django builds a query anew each time that it is asked, which costs 0.5 to 10 ms of CPU where `visible_to` and its like are in it, although
nothing but a few values differs. So the ORM stays the one place that says what a query means, and who may see what.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators

from chatsite.cursors import prepared_cursor

_FIRST = 4_611_686_018_427_387_904
"""Where the numbers begin that stand in for values while the SQL is made: 2**62, beyond every id and below what a column holds."""


class Compiled:
    """`Compiled(build)(*values, **shape)`: the list of what the QuerySet `build(*values, **shape)` yields: model objects, tuples, or single values.

    `values` are whole numbers, and strings at the positions `strings`. They reach the database as they are: nothing in `build` may look at
    them, or read the clock (`Now()` does, in the database). What the SQL depends on otherwise, a limit say, is `shape`. With `is_ranged`
    PostgreSQL makes its plan for each asking: how it finds rows between two numbers depends on the numbers.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet], *, strings: tuple[int, ...] = (), is_ranged: bool = False
    ) -> None:
        self._build = build
        self._strings = strings
        self._is_ranged = is_ranged
        self._statements: dict[tuple, Statement] = {}

    def __call__(self, *values: Any, **shape: Any) -> list[Any]:
        key = (connection.vendor, len(values), *shape.items())
        statement = self._statements.get(key)
        if statement is None:
            statement = self._statements[key] = self._compile(len(values), shape)
        return statement.ask(values)

    def first(self, *values: Any, **shape: Any) -> Any:
        """The first of them, None where there is none."""
        found = self(*values, **shape)
        return found[0] if found else None

    def _compile(self, count: int, shape: dict[str, Any]) -> "Statement":
        stand_ins = [str(_FIRST + n) if n in self._strings else _FIRST + n for n in range(count)]
        queryset = self._build(*stand_ins, **shape)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = {stand_in: n for n, stand_in in enumerate(stand_ins)}
        slots = [places[one] if isinstance(one, int | str) and one in places else _Constant(one) for one in params]
        missing = set(range(count)).difference(slot for slot in slots if not isinstance(slot, _Constant))
        if missing:
            raise ValueError(f"Expected each value to reach the database; {sorted(missing)} did not in {sql}")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        converters = list(compiler.get_converters(columns).items())
        sql, order = _inlined(sql, slots)
        is_prepared = connection.vendor == "postgresql" and not self._is_ranged
        return Statement(sql, order, converters, _assembly(queryset, compiler), is_prepared)


@dataclass(frozen=True, slots=True)
class Statement:
    """One query in the SQL of one database."""

    sql: str
    order: list[int]
    """For each parameter the position of its value."""
    converters: list[tuple[int, tuple[list[Callable], Any]]]
    assemble: Callable[[Any], Any] | None
    """What makes an object of a row; None where the row itself is wanted."""
    is_prepared: bool

    def ask(self, values: tuple) -> list[Any]:
        """Its rows, or what they are assembled to."""
        with prepared_cursor() if self.is_prepared else connection.cursor() as cursor:
            cursor.execute(self.sql, [values[place] for place in self.order])
            rows = cursor.fetchall()
        if self.converters:
            rows = [self._converted(row) for row in rows]
        return rows if self.assemble is None else [self.assemble(row) for row in rows]

    def _converted(self, row: tuple) -> tuple:
        changed = list(row)
        for place, (converters, column) in self.converters:
            value = changed[place]
            for converter in converters:
                value = converter(value, column, connection)
            changed[place] = value
        return tuple(changed)


@dataclass(frozen=True, slots=True)
class _Constant:
    value: Any


def _inlined(sql: str, slots: list) -> tuple[str, list[int]]:
    """The SQL with its constants in it, and the order of what is left.

    SQLite plans a statement anew at each execution where a parameter decides whether an index holds what is sought.
    """
    left = iter(slots)
    order = []

    def placed(match: re.Match) -> str:
        if match[0] != "%s":
            return match[0]
        slot = next(left)
        if isinstance(slot, _Constant):
            return _literal(slot.value)
        order.append(slot)
        return "%s"

    return re.sub("%%|%s", placed, sql), order


def _literal(value: Any) -> str:
    """A constant of the code as SQL. Raises TypeError for what is neither a number nor a text."""
    if isinstance(value, bool):
        return str(value).lower() if connection.vendor == "postgresql" else str(int(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    raise TypeError(
        f"Expected a number or a text that stays the same; got {value!r}. What depends on the time of day is Now()."
    )


def _assembly(queryset: models.QuerySet, compiler: Any) -> Callable[[Any], Any] | None:
    """As Django's ModelIterable makes objects, with everything known beforehand."""
    if issubclass(queryset._iterable_class, FlatValuesListIterable):  # type: ignore[attr-defined]
        return operator.itemgetter(0)
    if not issubclass(queryset._iterable_class, ModelIterable):  # type: ignore[attr-defined]
        return None
    model, chosen = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, last = chosen[0], chosen[-1] + 1
    names = [column.target.attname for column, _sql, _alias in compiler.select[first:last]]
    fetch_mode = queryset._fetch_mode  # type: ignore[attr-defined]
    related = get_related_populators(compiler.klass_info, compiler.select, queryset.db, fetch_mode)
    annotations = list((compiler.annotation_col_map or {}).items())

    def assembled(row: Any) -> Any:
        found = model.from_db(queryset.db, names, row[first:last])
        for populator in related:
            populator.populate(row, found)
        for name, place in annotations:
            setattr(found, name, row[place])
        return found

    return assembled
