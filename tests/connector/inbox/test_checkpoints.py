"""SQLite's log is moved into its file while deliveries go on being written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connector.database import Database
from connector.inbox.checkpoints import checkpoint


@pytest.mark.parametrize("longest", [0, 1_000_000])
def test_what_the_log_holds_gets_into_the_file(
    sqlite_url: str, tmp_path: Path, longest: int
) -> None:
    database = Database(sqlite_url)
    with closing(database.own_connection()) as writer, closing(database.own_connection()) as other:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("CREATE TABLE things (name TEXT)")
        writer.execute("INSERT INTO things VALUES ('mug')")
        checkpoint(other, longest=longest)
        writer.execute("INSERT INTO things VALUES ('shirt')")
        alone = tmp_path / "without-its-log.db"
        shutil.copy(sqlite_url.removeprefix("sqlite:///"), alone)
        with closing(sqlite3.connect(alone)) as copy:
            assert copy.execute("SELECT name FROM things").fetchall() == [("mug",)]
        assert writer.execute("SELECT name FROM things").fetchall() == [("mug",), ("shirt",)]
    database.close()
