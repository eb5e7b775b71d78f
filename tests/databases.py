"""Real databases for tests: a migrated SQLite file to copy, a private PostgreSQL to clone from."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from connector import bootstrap, settings
from tests.road import environment


def migrate(url: str, home: Path) -> None:
    bootstrap.migrate(settings.read(environment(home, url)))


def binaries() -> Path | None:
    """The newest PostgreSQL server of this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL of our own, on a socket of its own; yields the admin URL without a name.

    Not `durable`, it leaves out every fsync, because tests have no power cuts.

    PostgreSQL refuses to run as root: then it runs as the machine's `postgres` user.
    """
    bin_folder = binaries()
    assert bin_folder is not None
    with tempfile.TemporaryDirectory(prefix="askback-pg-") as folder:
        # Keyword by keyword, because without root there is nobody else to be.
        as_user: dict[str, Any] = (
            {"user": "postgres", "group": "postgres", "extra_groups": []}
            if os.getuid() == 0
            else {}
        )
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "askback",
             "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"],
            check=True, capture_output=True, cwd=folder, **as_user,
        )  # fmt: skip
        fsync = "on" if durable else "off"
        options = f"-k {folder} -c listen_addresses='' -c fsync={fsync} -c max_connections=200"
        if not durable:  # nothing is replicated from here, and nothing lives long
            options += " -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
            options += " -c full_page_writes=off -c synchronous_commit=off -c jit=off"
        subprocess.run(
            [bin_folder / "pg_ctl", "-D", data, "-o", options, "-w",
             "-l", f"{folder}/log", "start"],
            check=True, capture_output=True, cwd=folder, **as_user,
        )  # fmt: skip
        try:
            yield f"postgresql://askback@/%s?host={folder}"
        finally:
            subprocess.run(
                [bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"],
                check=True, capture_output=True, cwd=folder, **as_user,
            )  # fmt: skip


def clone(admin: str, template: str) -> str:
    """A fresh database that looks like `template`; returns its URL."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(admin % "postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type] # names are ours
    return admin % name
