"""Prove the keys that stores have handed over; a merchant waits for it at her screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from connector.connecting import woocommerce
from connector.machine import Machine
from jobs import queues
from jobs.job import EVERY_STORE, Job, Spread


def stores(session: Session, now: datetime) -> Iterable[int]:
    return (EVERY_STORE,) if woocommerce.due(session, now) else ()


def due(session: Session, _store_id: int, now: datetime, limit: int) -> list[int]:
    return woocommerce.due(session, now, limit)


def work(machine: Machine, _store_id: int, now: datetime) -> int:
    return woocommerce.prove_next(machine, now)


JOB = Job(
    name="keys",
    queue=queues.NOW,
    seconds=2,
    stores=stores,
    work=work,
    per_store=False,
    # Hands of its own: an address that hangs must not hold up the inbox, nor other merchants' keys.
    spread=Spread(due=due, one=woocommerce.prove),
    turn_seconds=1.0,
)
