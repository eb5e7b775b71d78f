"""Ask the stores for what they have: one page at a time for each store, many stores at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from connector.machine import Machine
from connector.sync import actions
from jobs import queues
from jobs.job import Job, Spread


def due(session: Session, store_id: int, now: datetime, _limit: int) -> list[int]:
    """The store itself is the item: while a hand holds it, no other fetches from it."""
    return actions.stores_with_work(session, now, store_id=store_id)


def one(machine: Machine, store_id: int, now: datetime) -> bool:
    return actions.work(machine, store_id, now) > 0


JOB = Job(
    name="sync",
    queue=queues.BULK,
    seconds=5,
    stores=actions.stores_with_work,
    work=actions.work,
    # Hands of its own: a store that answers slowly must not hold up the worker itself.
    spread=Spread(due=due, one=one),
)
