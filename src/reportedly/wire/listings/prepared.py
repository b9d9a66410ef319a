"""A query whose SQL is made once and asked with other values every time.

For a page of ten reports, SQLite needs less time to answer than Django needs to write the question. The queries behind
the busiest pages are therefore written once in a process, by Django, for values that stand in for the ones to come.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stand-ins, by kind: values that no row has and that no query of ours mentions for another reason.
NUMBERS = (7_070_707_070_707_071, 7_070_707_070_707_072, 7_070_707_070_707_073)
TIME = datetime(1807, 7, 7, 7, 7, 7, 70707, tzinfo=UTC)
WORDS = "\ue707 stands in \ue707"


class Prepared:
    """A query that returns tuples, made by `make` from stand-ins for its values.

    `ask` takes the values in the order of the stand-ins. A value may stand in the query more than once, and must be of
    its stand-in's kind.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *stand_ins: object) -> None:
        self._make = make
        self._stand_ins = stand_ins
        self._made: tuple[str, list[tuple[int | None, Any]], list[tuple[int, Any, Any]]] | None = None

    def ask(self, *values: Any) -> list[list[Any]]:
        """The rows that answer for these values. One query."""
        sql, places, converters = self._made = self._made or self._write()
        asked = [_as_stored(value) for value in values]
        with connection.cursor() as cursor:
            cursor.execute(sql, [given if place is None else asked[place] for place, given in places])
            rows = [list(row) for row in cursor.fetchall()]
        for column, convert, expression in converters:
            for row in rows:
                row[column] = convert(row[column], expression, connection)
        return rows

    def _write(self) -> tuple[str, list[tuple[int | None, Any]], list[tuple[int, Any, Any]]]:
        compiler = self._make(*self._stand_ins).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        stand_ins = [_as_stored(stand_in) for stand_in in self._stand_ins]
        places = [(stand_ins.index(value) if value in stand_ins else None, value) for value in given]
        found = compiler.get_converters([column for column, _, _ in compiler.select])
        converters = [(at, convert, column) for at, (converts, column) in found.items() for convert in converts]
        return sql, places, converters


def _as_stored(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
