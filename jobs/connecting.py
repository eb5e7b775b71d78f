"""Prove the keys that stores have handed over; a merchant waits for it at her screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from connector.connecting import woocommerce
from connector.machine import Machine
from jobs import queues
from jobs.job import EVERY_STORE, Job


def due(session: Session, now: datetime) -> Iterable[int]:
    return (EVERY_STORE,) if woocommerce.due(session, now) else ()


def work(machine: Machine, _store_id: int, now: datetime) -> int:
    return woocommerce.prove(machine, now)


JOB = Job(name="keys", queue=queues.NOW, seconds=2, stores=due, work=work, per_store=False)
