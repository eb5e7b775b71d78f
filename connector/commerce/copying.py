"""Many new rows at once on PostgreSQL: one COPY in place of thousands of parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from connector.commerce.rules import Row


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def copy(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Write rows, all with the same columns. A key that exists already fails all of them."""
    if not rows:
        return
    connection = session.connection()
    names = tuple(rows[0])
    converts = [_converter(table, name, connection.dialect) for name in names]
    driver: Any = connection.connection.driver_connection
    command = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(command) as target:
        for row in rows:
            target.write_row(
                [
                    convert(row[name]) if convert else row[name]
                    for name, convert in zip(names, converts, strict=True)
                ]
            )


def copy_with_ids(session: Session, table: Table, rows: Sequence[Row]) -> list[int]:
    """Write rows that may lack columns with a default; returns their ids, in the same order."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    counted = func.generate_series(1, len(rows)).table_valued("n")
    ids = list(session.scalars(select(func.nextval(sequence)).select_from(counted)))
    defaults = _defaults(table)
    copy(
        session,
        table,
        [{**defaults, **row, "id": row_id} for row, row_id in zip(rows, ids, strict=True)],
    )
    return ids


@cache
def _defaults(table: Table) -> Row:
    """What SQLAlchemy would fill in."""
    return {
        column.name: _plain(column.default.arg)
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault)
    }


@cache
def _converter(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    return table.columns[name].type.dialect_impl(dialect).bind_processor(dialect)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
