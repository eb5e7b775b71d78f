"""The connection by which deliveries are written: each batch one statement, each one durable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from connector.database import Database, Utc
from connector.inbox.checkpoints import Checkpointer
from connector.inbox.models import DeliveryState

COLUMNS = ("store_id", "topic", "dedupe_key", "delivery_id", "body", "received_at", "due_at")
_BEGIN = f"INSERT INTO deliveries ({', '.join(COLUMNS)}, state, reason, tries) VALUES "  # noqa: S608 # constants
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
        self._mark = "?" if database.is_sqlite else "%s"
        self._time = Utc().bind_processor(dialect)
        self._connection: Any = None
        self._checkpointer = Checkpointer(database) if database.is_sqlite else None

    def stored(self, moment: datetime) -> Any:
        """The time as this database keeps it."""
        return self._time(moment)

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows of COLUMNS, leaving out known ones. Raises the driver's error."""
        statement = _statement(self._mark, len(rows))
        values = tuple(value for row in rows for value in row)
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

    def _execute(self, statement: str, values: tuple[Any, ...]) -> None:
        if self._connection is None:
            self._connection = self._open()
        self._connection.cursor().execute(statement, values)

    def _open(self) -> Any:
        connection = self._database.own_connection()
        if self._database.is_sqlite:
            connection.execute(f"PRAGMA wal_autocheckpoint={_FALLBACK_FRAMES}")
        return connection


@cache
def _statement(mark: str, rows: int) -> str:
    row = f"({', '.join([mark] * len(COLUMNS))}, '{DeliveryState.RECEIVED}', '', 0)"
    return f"{_BEGIN}{', '.join([row] * rows)} ON CONFLICT DO NOTHING"
