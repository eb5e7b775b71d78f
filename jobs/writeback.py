"""Write into the stores what is due there: one thing at a time for each store, many at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from connector.machine import Machine
from connector.writeback import actions
from jobs import queues
from jobs.job import Job, Spread


def due(session: Session, store_id: int, now: datetime, _limit: int) -> list[int]:
    """The store itself is the item: while a hand writes into it, no other does."""
    return actions.stores_with_work(session, now, store_id=store_id)


def one(machine: Machine, store_id: int, now: datetime) -> bool:
    return actions.work(machine, store_id, now) > 0


JOB = Job(
    name="writeback",
    queue=queues.SOON,
    seconds=5,
    stores=actions.stores_with_work,
    work=actions.work,
    # Hands of its own: a store that hangs must not hold up the worker itself.
    spread=Spread(due=due, one=one),
)
