"""Everything periodic, in one table: called in its time, or all at once as of a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from connector import log
from connector.machine import Machine
from connector.messages import actions as messages
from jobs.bell import Bell
from jobs.crew import Crew
from jobs.job import Job
from jobs.table import JOBS

TURN_SECONDS = 2.0
"""How long the scheduler itself works for one store while Redis is away."""

MOST_ROUNDS = 50
MOST_BATCHES = 1000
"""Bounds, not expectations: work that makes work for the same moment for ever ends here."""

_log = log.logger("scheduler")


@dataclass(frozen=True, slots=True)
class Office:
    """What the periodic calls work with; without a bell they do the work themselves."""

    machine: Machine
    crew: Crew
    bell: Bell | None


@dataclass(frozen=True, slots=True)
class Periodic:
    """A name, how often, and what."""

    name: str
    seconds: float
    call: Callable[[Office, datetime], None]


def look(job: Job) -> Callable[[Office, datetime], None]:
    """Find a job's due work in the database and ring for it, or do it where nobody hears."""

    def call(office: Office, now: datetime) -> None:
        with office.machine.database.reading() as session:
            stores = list(job.stores(session, now))
        for store_id in stores:
            if office.bell is None or not office.bell.ring(job.name, store_id):
                office.crew.do(job, store_id, seconds=TURN_SECONDS)

    return call


def end_leases(office: Office, now: datetime) -> None:
    with office.machine.database.transaction() as session:
        messages.end_leases(session, now)


def checkpoint(office: Office, _now: datetime) -> None:
    """Move SQLite's log into its file here, before a webhook's commit would have to.

    PASSIVE waits for nobody: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    database = office.machine.database
    if database.is_sqlite:
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")


PERIODIC = (
    *(Periodic(job.name, job.seconds, look(job)) for job in JOBS.values()),
    Periodic("leases", 30, end_leases),
    Periodic("checkpoint", 5, checkpoint),
)


def run(
    machine: Machine,
    bell: Bell | None,
    stop: threading.Event,
    *,
    table: Sequence[Periodic] = PERIODIC,
) -> None:
    """Call everything in its time until `stop` is set."""
    office = Office(machine, Crew(machine), bell)
    due = {one.name: time.monotonic() for one in table}
    _log.info("scheduling", table=[one.name for one in table])
    try:
        while not stop.is_set():
            for one in table:
                if due[one.name] <= time.monotonic() and not stop.is_set():
                    _call(one, office)
                    due[one.name] = time.monotonic() + one.seconds
            stop.wait(max(0.0, min(due.values()) - time.monotonic()))
    finally:
        office.crew.close()


def _call(one: Periodic, office: Office) -> None:
    try:
        one.call(office, office.machine.now())
    except Exception as problem:  # noqa: BLE001 # the loop's edge: one entry must not stop the others
        _log.error("periodic call failed", name=one.name, exc_info=problem)


def tick(machine: Machine, at: datetime) -> dict[str, int]:
    """Run every sweep as of `at`, again until nothing is due; returns how many each dealt with.

    What is put off beyond `at` stays for later.
    """
    counts = dict.fromkeys(("leases", *JOBS), 0)
    with machine.database.transaction() as session:
        counts["leases"] = messages.end_leases(session, at)
    for _ in range(MOST_ROUNDS):
        done = {name: _sweep(machine, job, at) for name, job in JOBS.items()}
        for name, count in done.items():
            counts[name] += count
        if not any(done.values()):
            break
    return counts


def _sweep(machine: Machine, job: Job, at: datetime) -> int:
    with machine.database.reading() as session:
        stores = list(job.stores(session, at))
    total = 0
    for store_id in stores:
        for _ in range(MOST_BATCHES):
            dealt_with = job.work(machine, store_id, at)
            total += dealt_with
            if not dealt_with:
                break
    return total
