"""Keep the stores' webhook subscriptions what they have to be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from connector.machine import Machine
from connector.sync import webhooks
from jobs import queues
from jobs.job import Job, Spread


def due(session: Session, store_id: int, now: datetime, _limit: int) -> list[int]:
    return webhooks.stores_with_work(session, now, store_id=store_id)


def one(machine: Machine, store_id: int, now: datetime) -> bool:
    return webhooks.check(machine, store_id, now) > 0


JOB = Job(
    name="webhooks",
    queue=queues.BULK,
    seconds=30,
    stores=webhooks.stores_with_work,
    work=webhooks.check,
    spread=Spread(due=due, one=one),
)
