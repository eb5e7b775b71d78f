"""Deliver the messages that are due, each store's beside the other stores'."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from connector.machine import Machine
from connector.messages import delivery
from connector.messages.models import Message, MessageState
from jobs import queues
from jobs.job import Job, Spread

BATCH = 50


_STORES = (
    select(Message.store_id)
    .where(Message.due_at <= bindparam("now"), Message.state == MessageState.QUEUED)
    .distinct()
)


def stores(session: Session, now: datetime) -> Iterable[int]:
    return list(session.scalars(_STORES, {"now": now}))


def due(session: Session, store_id: int, now: datetime, limit: int) -> list[int]:
    """One store's due messages: a store that answers slowly must not hide the others'."""
    query = (
        select(Message.id)
        .where(
            Message.store_id == store_id,
            Message.due_at <= now,
            Message.state == MessageState.QUEUED,
        )
        .order_by(Message.due_at, Message.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def work(machine: Machine, store_id: int, now: datetime) -> int:
    with machine.database.reading() as session:
        ids = due(session, store_id, now, BATCH)
    return sum(delivery.deliver(machine, one, now) for one in ids)


JOB = Job(
    name="messages",
    queue=queues.SOON,
    seconds=2,
    stores=stores,
    work=work,
    spread=Spread(due=due, one=delivery.deliver),
)
