"""The connection by which deliveries are written: each batch one statement, each one durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from connector.database import Database, Utc
from connector.inbox.checkpoints import Checkpointer
from connector.inbox.models import DeliveryState

COLUMNS = (
    "store_id", "topic", "dedupe_key", "delivery_id", "body", "received_at", "due_at", "happened_at"
)  # fmt: skip
_KINDS = ("bigint", "text", "text", "text", "bytea", "timestamptz", "timestamptz", "timestamptz")
_FRESH = f"'{DeliveryState.RECEIVED}', '', 0"
_UNLESS_KNOWN = "ON CONFLICT DO NOTHING"
_INTO = f"INSERT INTO deliveries ({', '.join(COLUMNS)}, state, reason, tries)"
_ARRAYS = ", ".join(f"%b::{kind}[]" for kind in _KINDS)
_UNNESTING = f"{_INTO} SELECT *, {_FRESH} FROM unnest({_ARRAYS}) {_UNLESS_KNOWN}"  # noqa: S608 # constants
_FALLBACK_FRAMES = 65_536
"""256 MiB of SQLite's log, at which a commit checkpoints after all: the thread is in trouble."""


class Lane:
    """A driver's connection outside the pool, for one thread.

    One statement is one transaction and one call into the driver. A statement for each row, with
    BEGIN and COMMIT around, gives Python's lock away and waits for it again at every call.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        dialect = database.engine.dialect
        self._error = dialect.loaded_dbapi.Error
        self._time = Utc().bind_processor(dialect)
        self._connection: Any = None
        self._checkpointer = Checkpointer(database) if database.is_sqlite else None

    def stored(self, moment: datetime | None) -> Any:
        """The time as this database keeps it."""
        return self._time(moment)

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows of COLUMNS, leaving out known ones. Raises the driver's error."""
        statement, values = (_listed if self._database.is_sqlite else _unnested)(rows)
        was_open = self._connection is not None
        try:
            self._execute(statement, values)
        except self._error:
            self._drop()
            if not was_open:
                raise
            # A connection that lay idle may have died with its server; nothing doubles here.
            self._execute(statement, values)
        if self._checkpointer is not None:
            self._checkpointer.written()

    def close(self) -> None:
        self._drop()
        if self._checkpointer is not None:
            self._checkpointer.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _execute(self, statement: str, values: Sequence[Any]) -> None:
        if self._connection is None:
            self._connection = self._open()
        self._connection.cursor().execute(statement, values)

    def _open(self) -> Any:
        connection = self._database.own_connection()
        if self._database.is_sqlite:
            connection.execute(f"PRAGMA wal_autocheckpoint={_FALLBACK_FRAMES}")
        return connection


def _listed(rows: Sequence[tuple[Any, ...]]) -> tuple[str, Sequence[Any]]:
    return _listing(len(rows)), [value for row in rows for value in row]


@cache
def _listing(rows: int) -> str:
    row = f"({', '.join('?' * len(COLUMNS))}, {_FRESH})"
    return f"{_INTO} VALUES {', '.join([row] * rows)} {_UNLESS_KNOWN}"


def _unnested(rows: Sequence[tuple[Any, ...]]) -> tuple[str, Sequence[Any]]:
    """One array for each column: the same short statement however many rows there are.

    The driver takes a list of values apart anew for every length; half of a batch's time.
    """
    return _UNNESTING, [list(column) for column in zip(*rows, strict=True)]
