"""What every measurement stands on: a data folder, a database, a Valkey, connected stores."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from benchmarks.payloads import SECRET, SHOP
from connector import bootstrap, clock, lifeline, settings
from connector.machine import Machine
from connector.ports.platform import Access, StoreFacts
from connector.stores import actions as stores
from tests import databases
from tests.road import free_port, hold
from tests.valkeys import Valkey

BACKENDS = ("sqlite", "postgresql")
START_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One Askback's belongings, and a machine to look into it."""

    environ: dict[str, str]
    machine: Machine
    store_ids: dict[str, int]
    """By platform."""


@contextmanager
def ground(backend: str) -> Iterator[Ground]:
    """A fresh, migrated Askback that has nothing running but its Valkey."""
    with (
        tempfile.TemporaryDirectory(prefix="askback-bench-") as folder,
        database(backend, Path(folder)) as url,
    ):
        home = Path(folder) / "home"
        home.mkdir()
        valkey = Valkey(home)
        valkey.start()
        environ = {
            **os.environ,
            "SECRET_KEY": "a-secret-key-for-benchmarks-and-nothing-else-0123456789",
            "ASKBACK_HOME": str(home),
            "DATABASE_URL": url,
            "REDIS_URL": valkey.url,
            "SHOPIFY_API_SECRET": SECRET,
            "PORT": str(free_port()),
            lifeline.PARENT: str(os.getpid()),
        }
        try:
            read = settings.read(environ)
            bootstrap.migrate(read)
            machine = bootstrap.build(read)
            yield Ground(environ=environ, machine=machine, store_ids=connected(machine))
            machine.database.close()
        finally:
            valkey.kill()


@contextmanager
def database(backend: str, folder: Path) -> Iterator[str]:
    """An empty database of this backend that really syncs its commits."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'askback.db'}"
        return
    with databases.cluster(durable=True) as admin:
        with psycopg.connect(admin % "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE askback")
        yield admin % "askback"


def connected(machine: Machine, now: datetime | None = None) -> dict[str, int]:
    """A store of each platform, by platform."""
    now = now or clock.now()
    facts = StoreFacts(
        name="Practice", currency="ILS", timezone="Asia/Jerusalem", locale="he", external_id="1"
    )
    with machine.database.transaction() as session:
        account = stores.the_account(session, now)
        ids = {
            platform: stores.connect(
                session, machine, account, now,
                platform=platform, facts=facts, webhook_secret="" if shop else SECRET,
                access=Access(base_url="https://practice.example.com", credentials={}, shop=shop),
            ).id
            for platform, shop in (("shopify", SHOP), ("woocommerce", ""))
        }  # fmt: skip
        for one in ids.values():
            hold(session, one)  # their address leads nowhere
        return ids


@contextmanager
def running(command: Sequence[str], environ: dict[str, str], port: int) -> Iterator[int]:
    """A server process of our own, up until the end; yields its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env=environ, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + START_SECONDS
        while not listens(port):
            assert process.poll() is None, f"{command} ended with status {process.returncode}"
            assert time.monotonic() < until, f"{command} did not start"
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False
