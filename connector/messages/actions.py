"""Queue messages, call them off, and end forgotten leases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from connector.coupons import actions as coupons
from connector.database import insert
from connector.messages.models import Kind, Message, MessageState
from connector.nudge import nudge
from connector.timeline import actions as timeline
from connector.timeline.events import Event, Name


def queue(
    session: Session,
    now: datetime,
    *,
    store_id: int,
    customer_id: int,
    case_id: int | None,
    enrollment_id: int,
    step: str,
    kind: Kind,
    template: str,
    worthless_after: datetime,
    facts: dict[str, Any],
    channel: str = "email",
    offer: str = "",
    to_merchant: bool = False,
) -> None:
    """Ask for a message; asking twice for the same step is asking once."""
    session.execute(
        insert(session, Message)
        .values(
            store_id=store_id, customer_id=customer_id, case_id=case_id,
            enrollment_id=enrollment_id, step=step, channel=channel, kind=kind.value,
            template=template, to_merchant=to_merchant, facts=facts, offer=offer, reasons=[],
            queued_at=now, due_at=now, worthless_after=worthless_after,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    nudge(session, "messages", store_id)


def call_off(session: Session, case_ids: Sequence[int], now: datetime, *, because: str) -> None:
    """Messages to the shopper that have not left yet stay here, with the reason.

    This meets a delivery in progress at one row: the one of the two that comes first decides.
    """
    called_off = session.execute(
        update(Message)
        .where(
            Message.case_id.in_(case_ids),
            Message.to_merchant.is_(False),
            Message.state.in_((MessageState.QUEUED, MessageState.CLAIMED)),
        )
        .values(state=MessageState.NOT_SENT, reasons=[because], due_at=None, lease_ends_at=None)
        .returning(Message.id, Message.store_id, Message.customer_id)
    ).all()
    coupons.release(session, *(row.id for row in called_off))
    events = [
        not_sent_event(row.id, row.store_id, row.customer_id, now, [because]) for row in called_off
    ]
    timeline.record(session, events)


def not_sent_event(
    message_id: int, store_id: int, customer_id: int, now: datetime, reasons: list[str]
) -> Event:
    return Event(
        name=Name.MESSAGE_NOT_SENT,
        store_id=store_id,
        subject_id=message_id,
        customer_id=customer_id,
        happened_at=now,
        facts={"reasons": reasons},
    )


def due(session: Session, now: datetime, *, limit: int = 100) -> list[int]:
    """Messages that may be claimed now, oldest first."""
    query = (
        select(Message.id)
        .where(Message.due_at <= now, Message.state == MessageState.QUEUED)
        .order_by(Message.due_at)
        .limit(limit)
    )
    return list(session.scalars(query))


_EXPIRED = select(Message.id).where(Message.lease_ends_at <= bindparam("now")).limit(1)


def end_leases(session: Session, now: datetime) -> int:
    """What a dead worker held: given back if it had not reached the channel, else in doubt.

    In doubt, a marketing message is not sent again and the merchant sees it; a fact is.
    """
    if session.scalar(_EXPIRED, {"now": now}) is None:
        return 0  # as nearly always, and a fifth of the price of three updates
    expired = Message.lease_ends_at <= now
    back = session.execute(
        update(Message)
        .where(expired, Message.state == MessageState.CLAIMED)
        .values(state=MessageState.QUEUED, due_at=now, lease_ends_at=None)
        .returning(Message.id)
    ).all()
    facts_again = session.execute(
        update(Message)
        .where(expired, Message.state == MessageState.SENDING, Message.kind == Kind.TRANSACTIONAL)
        .values(state=MessageState.QUEUED, due_at=now, lease_ends_at=None)
        .returning(Message.id)
    ).all()
    doubtful = session.execute(
        update(Message)
        .where(expired, Message.state == MessageState.SENDING)
        .values(
            state=MessageState.UNKNOWN,
            reasons=["the worker stopped while sending: perhaps sent, not sent again"],
            due_at=None,
            lease_ends_at=None,
        )
        .returning(Message.id)
    ).all()
    return len(back) + len(facts_again) + len(doubtful)
