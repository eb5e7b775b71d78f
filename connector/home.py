"""The data folder: what `askback up` keeps there, and what the other commands find there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from connector import valkey
from connector.errors import Permanent
from connector.settings import home_folder


def key_file(home: Path) -> Path:
    return home / "secret_key"


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, and what a running or former `askback up` keeps in the data folder."""
    home = home_folder(environ)
    found = dict(environ)
    keys = ("SECRET_KEY", "SECRET_KEY_FILE")
    if not any(environ.get(name) for name in keys) and key_file(home).is_file():
        found["SECRET_KEY_FILE"] = str(key_file(home))
    if not environ.get("REDIS_URL") and not environ.get("REDIS_URL_FILE") and valkey.answers(home):
        found["REDIS_URL"] = valkey.url(home)
    return found


def keep_secret_key(home: Path) -> None:
    """Make the key once; whoever comes second finds the first one's, whole."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = key_file(home)
    if target.exists():
        return
    draft = home / f".secret_key.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another one was first: its key stays
        os.link(draft, target)
    draft.unlink()


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the data folder. Raises Permanent where another `askback up` holds it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "up.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Permanent(
                f"Askback already runs on {home} (process {holder}): "
                "stop that one, or set ASKBACK_HOME to another folder"
            ) from problem
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
