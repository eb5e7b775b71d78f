"""Take every journey whose time has come one step on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from connector.journeys import actions
from connector.journeys.models import Enrollment
from connector.machine import Machine
from jobs import queues
from jobs.job import EVERY_STORE, Job

_DUE = select(Enrollment.id).where(Enrollment.due_at <= bindparam("now")).limit(1)


def due(session: Session, now: datetime) -> Iterable[int]:
    found = session.scalar(_DUE, {"now": now})
    return () if found is None else (EVERY_STORE,)


def work(machine: Machine, _store_id: int, now: datetime) -> int:
    with machine.database.transaction() as session:
        return actions.advance(session, now)


JOB = Job(name="journeys", queue=queues.SOON, seconds=2, stores=due, work=work, per_store=False)
