"""SQLite's log is moved into its file beside the traffic, so that no delivery waits for it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

from connector import log
from connector.database import Database

PAUSE_SECONDS = 0.5
LONGEST_LOG = 16_384
"""Frames (64 MiB) from which the log is begun anew; until then nobody is kept from writing."""

READER_MILLISECONDS = 50
"""How long beginning anew may wait for a reader, and let writers wait."""

_log = log.logger("inbox")


class Checkpointer:
    """PASSIVE waits for nobody, but under steady writing it never empties the log. RESTART does,
    and holds writers up for what was added since: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def written(self) -> None:
        """Something was committed."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
            self._thread.start()
        self._written.set()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._closing.set()
            self._written.set()
            thread.join()
            self._closing.clear()

    def _run(self) -> None:
        with closing(self._database.own_connection()) as connection:
            connection.execute(f"PRAGMA busy_timeout={READER_MILLISECONDS}")
            while self._written.wait() and not self._closing.wait(PAUSE_SECONDS):
                self._written.clear()
                try:
                    checkpoint(connection)
                except sqlite3.Error as problem:
                    # The log only grows, to the lane's limit; what stands against it is told.
                    _log.error("checkpoint failed", problem=repr(problem)[:300])


def checkpoint(connection: sqlite3.Connection, *, longest: int = LONGEST_LOG) -> None:
    """Move the log into the file; begin it anew where it has more than `longest` frames."""
    _busy, frames, _moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if frames > longest:
        connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
