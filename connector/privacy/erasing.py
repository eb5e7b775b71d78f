"""Forget a person: every table, every letter, the inbox's raw bodies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, literal, or_, select, update
from sqlalchemy import String as Text
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from connector.commerce.models import Checkout, CheckoutState, Customer, Order, OrderNote
from connector.consent import actions as consent
from connector.consent.models import ConsentEntry, Suppression
from connector.coupons.models import Coupon, LedgerEntry
from connector.database import among
from connector.detection.models import Case, CaseState
from connector.inbox import bodies
from connector.inbox.bodies import EMPTY, ERASED
from connector.inbox.intake import unpack
from connector.inbox.models import Delivery, DeliveryState
from connector.inbox.rules import READABLE, is_readable
from connector.journeys import actions as journeys
from connector.journeys.models import Answer, Enrollment, EnrollmentState
from connector.messages.models import Link, Mail, Message
from connector.privacy.rules import Person, names
from connector.stores.models import Store
from connector.timeline.models import TimelineEvent
from connector.writeback.models import Kind, StoreWrite, WriteState

BATCH = 500


def erase(
    session: Session, store: Store, found: Sequence[Customer], person: Person, now: datetime
) -> dict[str, int]:
    """Take the person out of all rows; what is left are figures of nobody. Counts by table.

    Nobody may write to her afterwards: a keyed hash of her address stays suppressed.
    """
    ids = [one.id for one in found]
    _stop(session, ids, now)
    counts = {
        "messages": _messages(session, ids),
        "order_notes": _notes(session, store.id, ids, person),
        "bought": _bought(session, store.id, ids, person, now),
        "consent": _consent(session, store, ids, person, now),
        "store_writes": _writes(session, ids, now),
    }
    for model, blank in (
        (Answer, {"words": ""}),
        (Enrollment, {"memory": {}}),
        (TimelineEvent, {"facts": {}}),
    ):
        counts[model.__tablename__] = _count(
            session.execute(update(model).where(_hers(session, model, ids)).values(blank))
        )
    for customer in found:
        _blank(customer, now)
    session.flush()
    return counts | {"customers": len(ids)}


def scrub(
    session: Session, store_id: int, person: Person, after: int, now: datetime
) -> tuple[int, int]:
    """Empty the raw bodies that name her among the next BATCH deliveries behind `after`.

    A parked one of which nobody can say whom it names is let go after a time (inbox.bodies).
    Returns the last id looked at (0: none was left) and how many were emptied.
    """
    rows = session.execute(
        select(Delivery.id, Delivery.topic, Delivery.body, Delivery.state)
        .where(Delivery.store_id == store_id, Delivery.id > after)
        .order_by(Delivery.id)
        .limit(BATCH)
    ).all()
    named, riddles = [], []
    for row in rows:
        body = unpack(row.body)
        if names(body, row.topic, person):
            named.append(row.id)
        elif row.state == DeliveryState.PARKED and not is_readable(body):
            riddles.append(row.id)
    bodies.read_again(session, dict.fromkeys(riddles, now + READABLE))
    session.execute(
        update(Delivery)
        .where(among(session, Delivery.id, named))
        .values(body=EMPTY, state=DeliveryState.SET_ASIDE, reason=ERASED, due_at=None)
    )
    return (rows[-1].id if rows else 0), len(named)


def _stop(session: Session, ids: Sequence[int], now: datetime) -> None:
    running = select(Enrollment).where(
        among(session, Enrollment.customer_id, ids), Enrollment.state == EnrollmentState.ACTIVE
    )
    for enrollment in session.scalars(running).all():
        journeys.end(session, enrollment, now, because="erased")
    session.execute(
        update(Case)
        .where(among(session, Case.customer_id, ids), Case.state == CaseState.OPEN)
        .values(state=CaseState.CLOSED, closed_at=now, closed_because="erased")
    )


def _messages(session: Session, ids: Sequence[int]) -> int:
    hers = among(session, Message.customer_id, ids)
    mine = select(Message.id).where(hers)
    letters = select(literal("message-") + cast_to(Message.id, Text)).where(hers)
    session.execute(delete(Mail).where(Mail.key.in_(letters)))
    session.execute(delete(Link).where(Link.message_id.in_(mine)))
    planned = select(Coupon.id).where(among(session, Coupon.customer_id, ids))
    session.execute(delete(LedgerEntry).where(LedgerEntry.coupon_id.in_(planned)))
    return _count(
        session.execute(update(Message).where(hers).values(facts={}, subject="", due_at=None))
    )


def _notes(session: Session, store_id: int, ids: Sequence[int], person: Person) -> int:
    """What was written beside her orders; before the orders forget whose they were."""
    hers = or_(
        among(session, Order.customer_id, ids), among(session, Order.email_key, person.emails)
    )
    orders = select(Order.external_id).where(Order.store_id == store_id, hers)
    gone = delete(OrderNote).where(
        OrderNote.store_id == store_id, OrderNote.order_external_id.in_(orders)
    )
    return _count(session.execute(gone))


def _bought(
    session: Session, store_id: int, ids: Sequence[int], person: Person, now: datetime
) -> int:
    total = 0
    common = {"email_key": "", "cart_token": "", "note": ""}
    for model, blank in (
        (Order, common | {"status_url": ""}),
        (
            Checkout,
            common
            | {"recovery_url": "", "payment_failure": "", "failure_noted": "", "due_at": None},
        ),
    ):
        hers = or_(
            among(session, model.customer_id, ids), among(session, model.email_key, person.emails)
        )
        statement = update(model).where(model.store_id == store_id, hers).values(blank)
        total += _count(session.execute(statement))
    session.execute(
        update(Checkout)
        .where(among(session, Checkout.customer_id, ids), Checkout.state != CheckoutState.COMPLETED)
        .values(deleted_at=now, state=CheckoutState.DELETED)
    )
    return total


def _consent(
    session: Session, store: Store, ids: Sequence[int], person: Person, now: datetime
) -> int:
    addresses = person.emails | person.phones
    erased = 0
    for model in (ConsentEntry, Suppression):
        hers = among(session, model.address_key, addresses)
        if model is ConsentEntry:
            hers = or_(hers, among(session, ConsentEntry.customer_id, ids))
        erased += _count(session.execute(delete(model).where(model.store_id == store.id, hers)))
    consent.forget(session, store, person.emails, person.phones, now)
    return erased


def _writes(session: Session, ids: Sequence[int], now: datetime) -> int:
    """Nothing more about her is written into the store; her coupon, an unused code, still ends."""
    hers = among(session, StoreWrite.customer_id, ids)
    session.execute(
        update(StoreWrite)
        .where(hers, StoreWrite.due_at.is_not(None), StoreWrite.kind != Kind.COUPON_END)
        .values(state=WriteState.DROPPED, due_at=None, lease_ends_at=None, done_at=now)
    )
    return _count(session.execute(update(StoreWrite).where(hers).values(error="", outcome="")))


def _blank(customer: Customer, now: datetime) -> None:
    customer.external_id = None
    customer.email = customer.email_key = customer.phone = ""
    customer.first_name = customer.last_name = ""
    customer.accepts_marketing = None
    customer.versions = {}
    customer.deleted_at = now


def _hers(session: Session, model: Any, ids: Sequence[int]) -> Any:
    return among(session, model.customer_id, ids)


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
