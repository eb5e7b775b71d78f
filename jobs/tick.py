"""Everything that is due at a given time, done here and now, without a queue."""

from __future__ import annotations

from datetime import datetime

from connector.machine import Machine
from connector.messages import actions as messages
from jobs.job import Job
from jobs.table import JOBS

MOST_ROUNDS = 50
MOST_BATCHES = 1000
"""Bounds, not expectations: work that makes work for the same moment for ever ends here."""


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
