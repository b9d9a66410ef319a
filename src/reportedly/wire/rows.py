"""Many rows at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

_ROWS_AT_ONCE = 1_000

Row = TypeVar("Row", bound=Model)


def create(table: type[Row], rows: Iterable[Row]) -> None:
    """Insert the rows, if there are any."""
    if rows := list(rows):
        table._default_manager.bulk_create(rows, batch_size=_ROWS_AT_ONCE)


def insert(table: type[Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of plain values, in the order of the columns."""
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table._meta.db_table} ({names}) VALUES ({places})", rows)


as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items, as many at a time as one query may name."""
    for start in range(0, len(items), _ROWS_AT_ONCE):
        yield items[start : start + _ROWS_AT_ONCE]
