"""Between records and rows: what the subjects of the store have in common."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import RowMapping, Table
from sqlalchemy.dialects.sqlite import Insert, insert

from pipeline.records import Record

AnyRecord = TypeVar("AnyRecord", bound=Record)
Value = TypeVar("Value")

BOUND_AT_ONCE = 500
"""Keys in one statement: SQLite before 3.32 takes 999 bound values."""


def in_chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Yield the keys without repeats, in order, at most BOUND_AT_ONCE at a time."""
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), BOUND_AT_ONCE):
        yield unique[start : start + BOUND_AT_ONCE]


def in_order_of(keys: Iterable[str], found: Mapping[str, Value]) -> dict[str, Value]:
    """Return what was found, in the order in which it was asked for."""
    return {key: found[key] for key in keys if key in found}


@functools.cache
def upsert(table: Table) -> Insert:
    """Return an insert that updates all other columns where the primary key is known."""
    statement = insert(table)
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.computed is None
    }
    return statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=changed)


def row_of(record: Record) -> dict[str, Any]:
    """Return the record as a row: its fetch state, where it has one, spread over columns."""
    row = record.model_dump()
    row.update(row.pop("state", {}))
    row.update(row.pop("validators", {}))
    return row


def record_of(kind: type[AnyRecord], table: Table, row: RowMapping) -> AnyRecord:
    """Return the record of type `kind` that the columns of `table` in `row` hold."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, Record):
            values[name] = record_of(part, table, row)
        else:
            values[name] = row[table.c[name]]
    return kind.model_validate(values)
